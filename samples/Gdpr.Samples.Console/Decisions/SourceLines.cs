namespace Gdpr.Samples.Decisions;

/// <summary>Lines of this sample's own source, as compiled.</summary>
internal static class SourceLines
{
    /// <summary>The lines of <see cref="Questions"/> that ask the library.</summary>
    public static IReadOnlyList<string> OfQuestions()
    {
        using var stream = typeof(SourceLines).Assembly.GetManifestResourceStream("Questions.cs")!;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n')
            .SkipWhile(line => line.Trim() != "// <lines>").Skip(1)
            .TakeWhile(line => line.Trim() != "// </lines>")
            .ToList();
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return [.. lines.Select(line => line.Length == 0 ? line : line[indent..])];
    }
}
