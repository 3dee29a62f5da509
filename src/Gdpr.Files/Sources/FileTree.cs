using Gdpr.Files.Durable;

namespace Gdpr.Files.Sources;

/// <summary>Walks a folder without following a link, and without leaving it.</summary>
internal sealed class FileTree
{
    /// <summary>The folder for what is kept beside the data.</summary>
    public const string Beside = ".gdpr";

    // What stands in a name for bytes that are no UTF-8.
    private const char NotSaid = '\uFFFD';

    // What .NET says of something that is not there by the name that it has.
    private const FileAttributes NotReached = (FileAttributes)(-1);

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

    private readonly IReadOnlyList<(string DataSet, FileRecordKind Kind, NamePattern Pattern)> _patterns;

    public FileTree(string root, IEnumerable<FileDataSetMapping> mappings)
    {
        Root = root;
        _patterns = [.. mappings.Select(mapping => (mapping.DataSet, mapping.Records, NamePattern.Of(mapping.Pattern)))];
    }

    public string Root { get; }

    /// <summary>Whether a data set is mapped.</summary>
    public bool Has(string dataSet) => _patterns.Any(pattern => pattern.DataSet == dataSet);

    /// <summary>Whether a name is that of the folder for what is kept beside the data: never a record, and never part of one's key.</summary>
    public static bool IsBeside(string name) => name.Equals(Beside, StringComparison.OrdinalIgnoreCase);

    /// <summary>All files below a folder; links are left out, whatever they lead to.</summary>
    public static IEnumerable<string> FilesIn(string folder)
    {
        foreach (var entry in Entries(folder))
        {
            if (entry is FileInfo)
            {
                yield return entry.FullName;
                continue;
            }

            foreach (var file in FilesIn(entry.FullName))
            {
                yield return file;
            }
        }
    }

    /// <summary>A folder and all folders below it; links to folders are none.</summary>
    public static IEnumerable<DirectoryInfo> FoldersIn(string folder) => Entries(folder).OfType<DirectoryInfo>().SelectMany(inner => FoldersIn(inner.FullName))
        .Prepend(new DirectoryInfo(folder));

    /// <summary>The records of a data set, in no particular order.</summary>
    /// <exception cref="FormatException">A record belongs to two data sets.</exception>
    public IEnumerable<FileRecord> Records(string dataSet) => Records(Root, "", dataSet);

    /// <summary>A record by its key; <see langword="null"/> where there is none: nothing is there, it is of another data set, or the key leads elsewhere.</summary>
    public FileRecord? Find(string dataSet, string key)
    {
        var names = key.Split('/');
        if (Array.Exists(names, name => IsBeside(name) || name is "" or "." or ".." || name.Contains(Path.DirectorySeparatorChar) || name.Contains('\0')))
        {
            return null;
        }

        var path = Root;
        for (var i = 0; i < names.Length; i++)
        {
            var entry = Directory.Exists(path) ? Entry(path, names[i]) : null;
            if (entry is null || (i < names.Length - 1 && IsRecord(entry, string.Join('/', names[..(i + 1)]), null)))
            {
                return null;
            }

            path = entry.FullName;
        }

        var record = new FileRecord(key, path, Directory.Exists(path) ? FileRecordKind.Folders : FileRecordKind.Files);
        return DataSetOf(record.Kind, key) == dataSet ? record : null;
    }

    /// <summary>Where a record of a key can be put back; <see langword="null"/> where something is, or its folder is not there by that name.</summary>
    public string? PlaceOf(string key)
    {
        var names = key.Split('/');
        var folder = Root;
        foreach (var name in names[..^1])
        {
            if (Entry(folder, name) is not DirectoryInfo inner)
            {
                return null;
            }

            folder = inner.FullName;
        }

        var place = Path.Combine(folder, names[^1]);
        return Path.Exists(place) || new FileInfo(place).LinkTarget is not null ? null : place;
    }

    private static IEnumerable<FileSystemInfo> Entries(string folder) => new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything).Where(IsFileOrFolder);

    /// <summary>Links are neither, nor are pipes, sockets and devices. What is there by a name that cannot be said is one: it has to be listed.</summary>
    private static bool IsFileOrFolder(FileSystemInfo entry) => entry.Attributes == NotReached
        ? entry.Name.Contains(NotSaid, StringComparison.Ordinal)
        : !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && (entry is DirectoryInfo || RegularFile.Is(entry.FullName));

    private static FileSystemInfo? Entry(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        return entry.Exists && IsFileOrFolder(entry) ? entry : null;
    }

    private IEnumerable<FileRecord> Records(string folder, string prefix, string dataSet)
    {
        foreach (var entry in Entries(folder))
        {
            var key = prefix + entry.Name;
            if (IsBeside(entry.Name))
            {
                continue;
            }

            if (IsRecord(entry, key, dataSet))
            {
                yield return new FileRecord(key, entry.FullName, entry is DirectoryInfo ? FileRecordKind.Folders : FileRecordKind.Files);
            }
            else if (entry is DirectoryInfo && ReachesBelow(key, dataSet) && !IsRecord(entry, key, null))
            {
                foreach (var record in Records(entry.FullName, key + "/", dataSet))
                {
                    yield return record;
                }
            }
        }
    }

    /// <summary>Whether something in a folder may be a record of a data set. What no pattern reaches need not be the application's to read.</summary>
    private bool ReachesBelow(string folder, string dataSet) => _patterns.Any(one => one.DataSet == dataSet && one.Pattern.ReachesBelow(folder));

    /// <summary>Whether something is a record of a data set, or of any where none is named.</summary>
    private bool IsRecord(FileSystemInfo entry, string key, string? dataSet) =>
        DataSetOf(entry is DirectoryInfo ? FileRecordKind.Folders : FileRecordKind.Files, key) is { } found && (dataSet is null || found == dataSet);

    private string? DataSetOf(FileRecordKind kind, string key)
    {
        var found = default(string);
        foreach (var (dataSet, ofKind, pattern) in _patterns)
        {
            if (ofKind == kind && pattern.Matches(key))
            {
                found = found is null
                    ? dataSet
                    : throw new FormatException($"Something belongs to both '{found}' and '{dataSet}' by their patterns: make them exclude each other.");
            }
        }

        return found;
    }
}
