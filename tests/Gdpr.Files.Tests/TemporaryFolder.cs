using NodaTime;

namespace Gdpr.Files.Tests;

/// <summary>A folder of its own, removed with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gdpr-files-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a file, and the folders that it lies in.</summary>
    public string Add(string name, LocalDate? written = null, string content = "content")
    {
        var path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        if (written is { } date)
        {
            File.SetLastWriteTimeUtc(path, date.AtMidnight().InUtc().PlusHours(12).ToDateTimeUtc());
        }

        return path;
    }

    /// <summary>The files that are there, by their paths from the folder, but for what the source keeps beside them.</summary>
    public IReadOnlyList<string> Files() =>
    [
        .. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith(".gdpr/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
