using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gdpr.Files.Durable;

namespace Gdpr.Files.Sources;

/// <summary>What a source keeps beside the data, in a folder of its name in <c>.gdpr</c>. For who holds the lock, but for reading.</summary>
/// <remarks>Position, facts and intents are a source's own; the lock is the folder's, so that all sources over it take turns.</remarks>
internal sealed class BesideData(string root, string source)
{
    private const int LongestName = 64;
    private const string EvidenceEnding = ".jsonl";

    private readonly string _shared = Path.Combine(root, FileTree.Beside);
    private readonly string _folder = Path.Combine(root, FileTree.Beside, FolderOf(source));

    private string Facts => Path.Combine(_folder, "facts.json");

    private string Intent => Path.Combine(_folder, "intent.json");

    private string Outstanding => Path.Combine(_folder, "outstanding.json");

    private string Evidence => Path.Combine(_folder, "evidence");

    private string Removed => Path.Combine(_folder, "removed");

    /// <summary>Creates the folders that are missing.</summary>
    public void Create()
    {
        foreach (var folder in new[] { _shared, _folder, Evidence, Removed })
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                throw new IOException($"'{folder}' is a link: what stands beside the data has to be there itself.");
            }

            Directory.CreateDirectory(folder);
            DurableFile.FlushFolderOf(folder);
        }
    }

    public ValueTask<IDisposable> LockAsync(CancellationToken cancellationToken) =>
        FileLock.TakeAsync(Path.Combine(_shared, "lock"), FileLock.Patience, cancellationToken);

    public FactsFile ReadFacts() => File.Exists(Facts) ? FileJson.Parse(File.ReadAllText(Facts), FileJson.Default.FactsFile) : FactsFile.Empty;

    public void WriteFacts(FactsFile facts) => DurableFile.Replace(Facts, JsonSerializer.SerializeToUtf8Bytes(facts, FileJson.Default.FactsFile));

    public BatchFile? ReadIntent() => File.Exists(Intent) ? Placed(FileJson.Parse(File.ReadAllText(Intent), FileJson.Default.BatchFile)) : null;

    public void WriteIntent(BatchFile intent) => DurableFile.Replace(Intent, JsonSerializer.SerializeToUtf8Bytes(intent, FileJson.Default.BatchFile));

    public void DeleteIntent() => DurableFile.Delete(Intent);

    /// <summary>What was taken out of the data and has no evidence yet, of batches that have ended.</summary>
    public IReadOnlyList<OutstandingRow> ReadOutstanding() =>
        File.Exists(Outstanding) ? FileJson.Parse(File.ReadAllText(Outstanding), FileJson.Default.IReadOnlyListOutstandingRow) : [];

    public void WriteOutstanding(IReadOnlyList<OutstandingRow> rows)
    {
        if (rows.Count == 0)
        {
            DurableFile.Delete(Outstanding);
        }
        else
        {
            DurableFile.Replace(Outstanding, JsonSerializer.SerializeToUtf8Bytes(rows, FileJson.Default.IReadOnlyListOutstandingRow));
        }
    }

    /// <summary>A plan's batches, in the order in which they were done.</summary>
    public IEnumerable<BatchFile> ReadEvidence(string plan) =>
        EvidenceOf(plan).Read().Select(line => FileJson.Parse(line.Line, FileJson.Default.BatchFile)).Where(batch => batch.Plan == plan);

    /// <summary>The batches of all plans.</summary>
    public IEnumerable<BatchFile> ReadEvidence() => Directory.EnumerateFiles(Evidence, "*" + EvidenceEnding)
        .SelectMany(file => new LineFile(file).Read()).Select(line => FileJson.Parse(line.Line, FileJson.Default.BatchFile));

    /// <summary>Keeps what was erased. The names are not kept: they may be personal data, and what they named is gone.</summary>
    public void AppendEvidence(BatchFile batch) => EvidenceOf(batch.Plan).Append(
    [
        JsonSerializer.Serialize(batch with { Rows = [.. batch.Rows.Select(row => row.AsErased())] }, FileJson.Default.BatchFile),
    ]);

    /// <summary>Takes a record out of the data in one step; it is erased by <see cref="EraseRemoved"/>.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="row">Its row in the intent.</param>
    /// <exception cref="IOException">It is on another file system, among others. A folder's move never copies, which a file's would there.</exception>
    public void Remove(string path, BatchRow row) => Directory.Move(path, PathOfRemoved(row));

    /// <summary>Puts what was taken out of the data back into it.</summary>
    /// <param name="row">Its row in the intent.</param>
    /// <param name="path">Where it was, and nothing is.</param>
    public void Restore(BatchRow row, string path) => Directory.Move(PathOfRemoved(row), path);

    /// <summary>Whether a row of the intent has been taken out of the data and is not erased yet.</summary>
    public bool IsRemoved(BatchRow row) => Path.Exists(PathOfRemoved(row));

    /// <summary>Makes durable what was taken out of the data.</summary>
    public void FlushRemoved() => DurableFile.FlushFolder(Removed);

    /// <summary>The first number that nothing has which was taken out of the data and could not be erased, or has no evidence yet.</summary>
    public int FirstFreePlace() => EntriesOfRemoved()
        .Select(entry => int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place + 1 : 0)
        .Concat(ReadOutstanding().Select(one => one.Row.Place!.Value + 1)).DefaultIfEmpty().Max();

    /// <summary>Erases what was taken out of the data, each for itself.</summary>
    /// <param name="kept">The rows of what stays: nobody would say that it is gone.</param>
    /// <returns>How many other files or folders the system refuses to erase; they are still there.</returns>
    public int EraseRemoved(IEnumerable<OutstandingRow> kept)
    {
        var left = 0;
        var staying = kept.Select(one => NameOf(one.Row)).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in EntriesOfRemoved().Where(entry => !staying.Contains(entry.Name)))
        {
            try
            {
                if (entry is DirectoryInfo folder)
                {
                    folder.Delete(recursive: true);
                }
                else
                {
                    entry.Delete();
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Told by the caller: what one is refused for is no reason to keep the others.
                left++;
            }
        }

        DurableFile.FlushFolder(Removed);
        return left;
    }

    /// <summary>An intent of an earlier version numbers its records by their order.</summary>
    private static BatchFile Placed(BatchFile intent) => intent with { Rows = [.. intent.Rows.Select((row, index) => row with { Place = row.Place ?? index })] };

    /// <summary>A name is its own folder where every file system takes it so and keeps it apart from others; else its digest is.</summary>
    private static string FolderOf(string source) =>
        source.Length <= LongestName && source.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_')
            ? source
            : "~" + DigestOf(source);

    private static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private FileSystemInfo[] EntriesOfRemoved() => new DirectoryInfo(Removed).GetFileSystemInfos();

    private string PathOfRemoved(BatchRow row) => Path.Combine(Removed, NameOf(row));

    private static string NameOf(BatchRow row) => row.Place!.Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A plan's file is named by the digest of its id, so that no id leads elsewhere.</summary>
    private LineFile EvidenceOf(string plan) => new(Path.Combine(Evidence, DigestOf(plan) + EvidenceEnding));
}
