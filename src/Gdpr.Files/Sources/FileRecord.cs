using System.Globalization;
using System.Text;
using Gdpr.Files.Durable;
using Gdpr.Journals;
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

        try
        {
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
        catch (UnauthorizedAccessException)
        {
            // What is in one folder of it is not the application's to read: this record's time is unknown, and the others have theirs.
            return null;
        }
    }

    /// <summary>What it is now: the length and the last writing of every file in it, as one digest. <see langword="null"/> where that cannot be known, or
    /// where it holds what another source keeps beside its data.</summary>
    public string? Seen()
    {
        var lines = new List<string>();
        try
        {
            foreach (var path in Kind == FileRecordKind.Files ? [Path] : FileTree.FilesIn(Path))
            {
                var file = new FileInfo(path);
                var name = System.IO.Path.GetRelativePath(Path, path);
                if (!file.Exists || name.Split(System.IO.Path.DirectorySeparatorChar).Any(FileTree.IsBeside))
                {
                    return null;
                }

                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{name}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}"));
            }
        }
        catch (UnauthorizedAccessException)
        {
            // The application may not read all of it.
            return null;
        }

        lines.Sort(StringComparer.Ordinal);
        return Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', lines))).ToString();
    }

    /// <summary>Whether nobody has it open and the application may erase it, as far as the system tells, and it goes when this name of it does.</summary>
    /// <remarks>What a folder holds may well have other names: copies of a backup share what has not changed, and each goes when its own time comes.</remarks>
    public TakeOutcome TryClaim()
    {
        try
        {
            foreach (var file in Kind == FileRecordKind.Files ? [Path] : FileTree.FilesIn(Path))
            {
                using var opened = Claim(file);
                if (Kind == FileRecordKind.Files && HardLinks.CountOf(file, opened) > 1)
                {
                    return TakeOutcome.Linked;
                }

                if (!ErasureRights.MayErase(file))
                {
                    return TakeOutcome.Refused;
                }
            }

            return Kind == FileRecordKind.Files || FileTree.FoldersIn(Path).All(ErasureRights.MayEmpty) ? TakeOutcome.Taken : TakeOutcome.Refused;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return TakeOutcome.Refused;
        }
    }

    /// <summary>Opens a file so that nobody else has it open.</summary>
    public static FileStream Claim(string file) => new(
        file, FileMode.Open, FileAccess.Read, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None, bufferSize: 0);

    private static Instant? OfFile(string path) => Known(File.GetLastWriteTimeUtc(path));

    private static Instant? Known(DateTime written) => Instant.FromDateTimeUtc(written) is var instant && instant > NotThere ? instant : null;
}
