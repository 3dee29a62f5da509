using Gdpr.Files.Durable;

namespace Gdpr.Files.Sources;

/// <summary>Erases what a batch intends, and settles what became of it. For who holds the source's lock.</summary>
/// <param name="tree">The records.</param>
/// <param name="beside">What is kept beside them.</param>
/// <param name="step">Told of every step before it is taken.</param>
internal sealed class FileEraser(FileTree tree, BesideData beside, Action<string> step)
{
    /// <summary>Erases a record, if nobody has it open and the application may.</summary>
    public bool TryErase(FileRecord record)
    {
        step("erase");
        try
        {
            if (record.Kind == FileRecordKind.Folders)
            {
                beside.Remove(record.Path);
                return true;
            }

            using var claimed = FileRecord.Claim(record.Path);
            File.Delete(record.Path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Counted by the caller; the evidence is made from what is gone.
            return false;
        }
    }

    /// <summary>Makes the evidence of an intent from what is gone, and ends the intent. Done again after a crash, it gives the same.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="erased">What is known to be erased, whatever has come in its place since; nothing after a crash.</param>
    public BatchFile Settle(BatchFile intent, IReadOnlySet<string> erased)
    {
        step("removed");
        beside.EraseRemoved();
        var gone = intent with { Rows = [.. intent.Rows.Where(row => erased.Contains(row.Key!) || tree.Find(intent.DataSet, row.Key!) is null)] };
        FlushFoldersOf(gone);
        if (gone.Rows.Count > 0 && !beside.ReadEvidence(intent.Plan).Any(evidence => evidence.Number == intent.Number))
        {
            step("evidence");
            beside.AppendEvidence(gone);
        }

        ForgetFactsOf(gone);
        step("settled");
        beside.DeleteIntent();
        return gone;
    }

    /// <summary>Makes the erasures durable before there is evidence of them.</summary>
    private void FlushFoldersOf(BatchFile gone)
    {
        foreach (var folder in gone.Rows.Select(row => Path.GetDirectoryName(Path.Combine(tree.Root, row.Key!))!).Distinct(StringComparer.Ordinal))
        {
            if (Directory.Exists(folder))
            {
                DurableFile.FlushFolder(folder);
            }
        }
    }

    /// <summary>Facts about a record go with it: they name it.</summary>
    private void ForgetFactsOf(BatchFile gone)
    {
        var keys = gone.Rows.Select(row => row.Key!).ToHashSet(StringComparer.Ordinal);
        var facts = beside.ReadFacts();
        if (facts.Facts.Any(line => line.DataSet == gone.DataSet && line.Records is { } records && records.Any(keys.Contains)))
        {
            step("forget");
            beside.WriteFacts(facts with
            {
                Facts = [.. facts.Facts.Select(line => line.DataSet == gone.DataSet && line.Records is { } records
                    ? line with { Records = [.. records.Where(key => !keys.Contains(key))] }
                    : line)],
            });
        }
    }
}
