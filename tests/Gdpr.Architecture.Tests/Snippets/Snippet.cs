using Gdpr.Architecture.Tests.Support;

namespace Gdpr.Architecture.Tests.Snippets;

/// <summary>A fenced block of code in a document.</summary>
/// <param name="File">The document.</param>
/// <param name="Line">The line of the fence, from 1.</param>
/// <param name="Words">What stands behind the fence: the language, then what else the author says.</param>
/// <param name="Text">The code.</param>
internal sealed record Snippet(string File, int Line, IReadOnlyList<string> Words, string Text)
{
    private const string Fence = "```";

    /// <summary>Every block of the documents that users read.</summary>
    public static IReadOnlyList<Snippet> All { get; } = [.. Repository.Files.Where(IsDocument).SelectMany(file => In(file, Repository.Read(file)))];

    public string Language => Words.Count > 0 ? Words[0] : string.Empty;

    /// <summary>The blocks of one document.</summary>
    public static IEnumerable<Snippet> In(string file, string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            if (!lines[i].AsSpan(indent).StartsWith(Fence))
            {
                continue;
            }

            var end = Array.FindIndex(lines, i + 1, line => line.Trim() == Fence);
            end.ShouldBeGreaterThan(i, $"{file}:{i + 1}: the block has no end");
            var code = lines[(i + 1)..end].Select(line => line.Length >= indent ? line[indent..] : line.TrimStart());
            yield return new Snippet(file, i + 1, lines[i].Trim()[Fence.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries), string.Join('\n', code));
            i = end;
        }
    }

    public override string ToString() => $"{File}:{Line}";

    private static bool IsDocument(string file) =>
        file.EndsWith(".md", StringComparison.Ordinal) && (!file.Contains('/', StringComparison.Ordinal) || file.StartsWith("docs/", StringComparison.Ordinal)
            || file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("samples/", StringComparison.Ordinal));
}
