using System.IO.Enumeration;

namespace Gdpr.Files.Sources;

/// <summary>Refuses folders that lie within each other: one source would erase what another keeps, facts and evidence included.</summary>
internal static class FolderNesting
{
    private static readonly EnumerationOptions Below = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = true,
        RecurseSubdirectories = true,
    };

    /// <summary>What is wrong with a folder beside those of other sources, each with its mend.</summary>
    public static IEnumerable<string> ProblemsOf(string folder)
    {
        var real = RealPath(folder);
        if (real.Split(Path.DirectorySeparatorChar).Any(FileTree.IsBeside))
        {
            yield return $"The folder '{folder}' is where a source keeps what stands beside its data: give a folder of data.";
        }

        for (var above = Path.GetDirectoryName(real); above is not null; above = Path.GetDirectoryName(above))
        {
            if (Directory.Exists(Path.Combine(above, FileTree.Beside)))
            {
                yield return Problem(folder, $"lies within '{above}'", above);
            }
        }

        foreach (var below in Nested(real))
        {
            yield return Problem(folder, $"holds '{below}'", below);
        }
    }

    private static string Problem(string folder, string how, string other) =>
        $"The folder '{folder}' {how}, which is another source's: put both data sets into one source, give the sources folders apart from each other, or delete "
        + $"'{Path.Combine(other, FileTree.Beside)}' when no source uses it any more.";

    private static IEnumerable<string> Nested(string root) => new FileSystemEnumerable<string>(
        root, static (ref FileSystemEntry entry) => entry.Directory.ToString(), Below)
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory && FileTree.IsBeside(entry.FileName.ToString()) && !IsAt(root, entry.Directory),
        ShouldRecursePredicate = static (ref FileSystemEntry entry) => !FileTree.IsBeside(entry.FileName.ToString()),
    };

    private static bool IsAt(string root, ReadOnlySpan<char> folder) =>
        Path.TrimEndingDirectorySeparator(folder).SequenceEqual(Path.TrimEndingDirectorySeparator(root.AsSpan()));

    /// <summary>A path without links.</summary>
    public static string RealPath(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(path);
        if (Path.GetDirectoryName(full) is not { } above)
        {
            return full;
        }

        var here = Path.Combine(RealPath(above), Path.GetFileName(full));
        return Directory.ResolveLinkTarget(here, returnFinalTarget: true) is { } target ? RealPath(target.FullName) : here;
    }
}
