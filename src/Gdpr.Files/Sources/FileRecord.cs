using NodaTime;

namespace Gdpr.Files.Sources;

/// <summary>A file or folder that is a record.</summary>
/// <param name="Key">Its path below the source's folder, with <c>/</c> between names: its native key.</param>
/// <param name="Path">Its full path.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct FileRecord(string Key, string Path, FileRecordKind Kind)
{
    // What the file system answers about something that is not there.
    private static readonly Instant NotThere = Instant.FromDateTimeUtc(DateTime.FromFileTimeUtc(0));

    /// <summary>When it was last written; <see langword="null"/> where that cannot be known.</summary>
    public Instant? LastWritten()
    {
        if (Kind == FileRecordKind.Files)
        {
            return OfFile(Path);
        }

        var last = default(Instant?);
        foreach (var file in FileTree.FilesIn(Path))
        {
            if (OfFile(file) is not { } written)
            {
                return null;
            }

            last = last is null || written > last ? written : last;
        }

        return last ?? Known(Directory.GetLastWriteTimeUtc(Path));
    }

    /// <summary>Whether nobody has it open, as far as the system tells, and the application may have it.</summary>
    public bool CanBeErased()
    {
        foreach (var file in Kind == FileRecordKind.Files ? [Path] : FileTree.FilesIn(Path))
        {
            try
            {
                using var opened = Claim(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Opens a file so that nobody else has it open.</summary>
    public static FileStream Claim(string file) => new(
        file, FileMode.Open, FileAccess.Read, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None, bufferSize: 0);

    private static Instant? OfFile(string path) => Known(File.GetLastWriteTimeUtc(path));

    private static Instant? Known(DateTime written) => Instant.FromDateTimeUtc(written) is var instant && instant > NotThere ? instant : null;
}
