using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gdpr.Files.Durable;

namespace Gdpr.Files.Sources;

/// <summary>What the source keeps beside the data, in the folder <c>.gdpr</c>. For who holds its lock, but for reading.</summary>
internal sealed class BesideData(string root)
{
    private readonly string _folder = Path.Combine(root, FileTree.Beside);

    private string Facts => Path.Combine(_folder, "facts.json");

    private string Intent => Path.Combine(_folder, "intent.json");

    private string Evidence => Path.Combine(_folder, "evidence");

    private string Removed => Path.Combine(_folder, "removed");

    /// <summary>Creates the folders that are missing.</summary>
    public void Create()
    {
        foreach (var folder in new[] { _folder, Evidence, Removed })
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
        FileLock.TakeAsync(Path.Combine(_folder, "lock"), FileLock.Patience, cancellationToken);

    public FactsFile ReadFacts() => File.Exists(Facts) ? FileJson.Parse(File.ReadAllText(Facts), FileJson.Default.FactsFile) : FactsFile.Empty;

    public void WriteFacts(FactsFile facts) => DurableFile.Replace(Facts, JsonSerializer.SerializeToUtf8Bytes(facts, FileJson.Default.FactsFile));

    public BatchFile? ReadIntent() => File.Exists(Intent) ? FileJson.Parse(File.ReadAllText(Intent), FileJson.Default.BatchFile) : null;

    public void WriteIntent(BatchFile intent) => DurableFile.Replace(Intent, JsonSerializer.SerializeToUtf8Bytes(intent, FileJson.Default.BatchFile));

    public void DeleteIntent() => DurableFile.Delete(Intent);

    /// <summary>A plan's batches, in the order in which they were done.</summary>
    public IEnumerable<BatchFile> ReadEvidence(string plan) =>
        EvidenceOf(plan).Read().Select(line => FileJson.Parse(line.Line, FileJson.Default.BatchFile)).Where(batch => batch.Plan == plan);

    /// <summary>Keeps what was erased. The names are not kept: they may be personal data, and what they named is gone.</summary>
    public void AppendEvidence(BatchFile batch) => EvidenceOf(batch.Plan).Append(
    [
        JsonSerializer.Serialize(batch with { Rows = [.. batch.Rows.Select(row => row with { Key = null })] }, FileJson.Default.BatchFile),
    ]);

    /// <summary>Takes a folder out of the data in one step; what is in it is erased by <see cref="EraseRemoved"/>.</summary>
    public void Remove(string folder) => Directory.Move(folder, Path.Combine(Removed, Guid.NewGuid().ToString("N")));

    /// <summary>Erases what was taken out of the data.</summary>
    public void EraseRemoved()
    {
        foreach (var folder in Directory.EnumerateDirectories(Removed))
        {
            Directory.Delete(folder, recursive: true);
        }

        DurableFile.FlushFolder(Removed);
    }

    /// <summary>A plan's file is named by the digest of its id, so that no id leads elsewhere.</summary>
    private LineFile EvidenceOf(string plan) =>
        new(Path.Combine(Evidence, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plan))) + ".jsonl"));
}
