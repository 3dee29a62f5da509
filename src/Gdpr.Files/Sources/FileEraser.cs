using Gdpr.Files.Durable;
using Gdpr.Sources;

namespace Gdpr.Files.Sources;

/// <summary>Erases what a batch intends, and settles what became of it. For who holds the source's lock.</summary>
/// <param name="tree">The records.</param>
/// <param name="beside">What is kept beside them.</param>
/// <param name="step">Told of every step before it is taken.</param>
internal sealed class FileEraser(FileTree tree, BesideData beside, Action<string> step)
{
    /// <summary>Takes a record out of the data, if nobody has it open, the application may, and it still is what was judged.</summary>
    /// <param name="record">The record.</param>
    /// <param name="row">Its row in the intent.</param>
    /// <param name="seen">What it was when it was judged.</param>
    public TakeOutcome Take(FileRecord record, BatchRow row, string seen)
    {
        step("erase");
        try
        {
            using var claimed = record.Kind == FileRecordKind.Files ? FileRecord.Claim(record.Path) : null;
            if (record.Seen() != seen)
            {
                return TakeOutcome.Changed;
            }

            if (claimed is not null && HardLinks.CountOf(record.Path, claimed) > 1)
            {
                return TakeOutcome.Linked;
            }

            beside.Remove(record.Path, row);
            return TakeOutcome.Taken;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Counted by the caller; the evidence is made from what was taken.
            return TakeOutcome.Refused;
        }
    }

    /// <summary>Erases what was taken, makes the evidence of it, and ends the intent. What the system refuses to erase goes back, and is not said to be gone.</summary>
    public BatchFile Settle(BatchFile intent)
    {
        var taken = Said(intent);
        step("removed");
        beside.EraseRemoved(beside.ReadOutstanding());
        if (taken.Rows.Any(beside.IsRemoved))
        {
            taken = taken with { Rows = [.. taken.Rows.Select(row => row with { GoesBack = beside.IsRemoved(row) })] };
            step("refused");
            beside.WriteIntent(taken);
            PutBack(taken.Rows);
        }

        return Conclude(taken);
    }

    /// <summary>Erases what interrupted batches of a data set took out of the data. Another's waits for a batch of its own, which is the evidence of it.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <returns>What is left all the same.</returns>
    public LeftRecords EraseLate(string dataSet)
    {
        OutstandingRow[] others = [.. beside.ReadOutstanding().Where(one => one.DataSet != dataSet)];
        return new LeftRecords
        {
            Unerased = beside.EraseRemoved(others),
            Unmapped = [.. others.Where(one => !tree.Has(one.DataSet) && beside.IsRemoved(one.Row)).Select(one => one.DataSet)],
        };
    }

    /// <summary>What earlier batches took out of the data and could not erase at once, and is gone by now: the evidence of it is a batch's of its own.</summary>
    /// <param name="batch">The batch.</param>
    /// <returns>What is on record as gone by it; no rows where nothing is.</returns>
    public BatchFile RecordLate(DisposalBatch batch)
    {
        var late = new BatchFile(
            batch.Plan, batch.DataSet, batch.Number,
            [
                .. beside.ReadOutstanding().Where(one => one.DataSet == batch.DataSet && !beside.IsRemoved(one.Row)).Take(batch.Limit).Select(one => one.Row),
            ],
            IsTaken: true);
        if (late.Rows.Count > 0)
        {
            step("late");
            beside.WriteIntent(late);
            Conclude(late);
        }

        return late;
    }

    /// <summary>Settles what an interrupted batch left behind, and destroys nothing: a preview may be what finds it, or the kill switch be on. What was taken before the
    /// intent said so goes back to where it was. What it says was taken and is not gone yet lies apart until a later batch erases it, and is evident then. Done again
    /// after a crash, it gives the same.</summary>
    /// <remarks>What cannot go back, because something else has come under its name since or its folder is no more, counts as taken.</remarks>
    public void Recover(BatchFile intent)
    {
        PutBack(intent.IsTaken ? intent.Rows.Where(row => row.GoesBack) : intent.Rows);
        Conclude(Said(intent));
    }

    private void PutBack(IEnumerable<BatchRow> rows)
    {
        var back = new List<BatchRow>();
        foreach (var row in rows)
        {
            if (beside.IsRemoved(row) && tree.PlaceOf(row.Key!) is { } place)
            {
                step("restore");
                beside.Restore(row, place);
                back.Add(row);
            }
        }

        if (back.Count > 0)
        {
            FlushFoldersOf(back);
            beside.FlushRemoved();
        }
    }

    /// <summary>The intent that says what was really taken, on the disk.</summary>
    private BatchFile Said(BatchFile intent)
    {
        if (intent.IsTaken)
        {
            return intent;
        }

        var taken = intent with { Rows = [.. intent.Rows.Where(beside.IsRemoved)], IsTaken = true };
        if (taken.Rows.Count > 0)
        {
            FlushFoldersOf(taken.Rows);
            beside.FlushRemoved();
            step("taken");
            beside.WriteIntent(taken);
        }

        return taken;
    }

    /// <summary>Makes the evidence of what is gone, keeps on record what is out of the data and is not gone yet, and ends the intent.</summary>
    /// <returns>What is gone.</returns>
    private BatchFile Conclude(BatchFile taken)
    {
        var gone = taken with { Rows = [.. taken.Rows.Where(row => !row.GoesBack && !beside.IsRemoved(row))] };
        if (gone.Rows.Count > 0 && !beside.ReadEvidence(gone.Plan).Any(evidence => evidence.Number == gone.Number))
        {
            step("evidence");
            beside.AppendEvidence(gone);
        }

        OutstandingRow[] left = [.. taken.Rows.Where(beside.IsRemoved).Select(row => new OutstandingRow(taken.DataSet, row.AsOutstanding()))];
        var outstanding = beside.ReadOutstanding();
        var places = taken.Rows.Select(row => row.Place).ToHashSet();
        if (left.Length > 0 || outstanding.Any(one => places.Contains(one.Row.Place)))
        {
            step("outstanding");
            beside.WriteOutstanding([.. outstanding.Where(one => !places.Contains(one.Row.Place)), .. left]);
        }

        ForgetFactsOf(taken with { Rows = [.. taken.Rows.Where(row => !row.GoesBack || beside.IsRemoved(row))] });
        step("settled");
        beside.DeleteIntent();
        return gone;
    }

    /// <summary>Makes durable that the records are no longer where they were, or are there again, before anything says so.</summary>
    private void FlushFoldersOf(IEnumerable<BatchRow> rows)
    {
        foreach (var folder in rows.Select(row => Path.GetDirectoryName(Path.Combine(tree.Root, row.Key!))!).Distinct(StringComparer.Ordinal))
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
        var keys = gone.Rows.Select(row => row.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var facts = beside.ReadFacts();
        if (facts.Facts.Any(line => line.DataSet == gone.DataSet && line.Records is { } records && records.Any(keys.Contains)))
        {
            step("forget");
            beside.WriteFacts(facts.With(facts.Facts.Select(line => line.DataSet == gone.DataSet && line.Records is { } records
                ? line with { Records = [.. records.Where(key => !keys.Contains(key))] }
                : line)));
        }
    }
}

/// <summary>What became of the taking of a record.</summary>
internal enum TakeOutcome
{
    Taken,
    Changed,
    Refused,

    /// <summary>It has other names, under which its content would live on.</summary>
    Linked,
}

/// <summary>How many due records a batch has left where they are.</summary>
/// <param name="Refused">Open elsewhere, or the application may not.</param>
/// <param name="Linked">With other names.</param>
/// <param name="Changed">No longer what was judged.</param>
internal readonly record struct LeftRecords(int Refused, int Linked, int Changed)
{
    /// <summary>Of an interrupted batch: out of the data, which the system refuses to erase.</summary>
    public int Unerased { get; init; }

    /// <summary>The data set of each file or folder that an interrupted batch took out of the data and that no batch will erase: the source does not map it.</summary>
    public IReadOnlyList<string>? Unmapped { get; init; }

    /// <summary>Whether anything is left that no next batch will do.</summary>
    public bool IsAny => Refused > 0 || Linked > 0 || Unerased > 0 || Unmapped is { Count: > 0 };

    public LeftRecords With(TakeOutcome outcome) => outcome switch
    {
        TakeOutcome.Refused => this with { Refused = Refused + 1 },
        TakeOutcome.Linked => this with { Linked = Linked + 1 },
        TakeOutcome.Changed => this with { Changed = Changed + 1 },
        _ => this,
    };

    /// <summary>What is left and why, with the mend.</summary>
    public string Told(string dataSet) => string.Join(' ', new[]
    {
        Refused > 0 ? $"{Refused} due files or folders of '{dataSet}' are open elsewhere or being written, or the application may not erase them. "
            + "Close them, or give it the right to." : "",
        Linked > 0 ? $"{Linked} due files of '{dataSet}' have other names (hard links), under which their content would live on. "
            + "Remove the other names, or erase the files by hand." : "",
        Unerased > 0 ? $"{Unerased} files or folders that an interrupted batch of this source took out of the data cannot be erased. "
            + "Erase by hand what is left in the folder 'removed', beside the data." : "",
        Unmapped is { Count: > 0 } unmapped
            ? $"{unmapped.Count} files or folders of {string.Join(", ", unmapped.Distinct(StringComparer.Ordinal).Select(name => $"'{name}'"))}, "
            + "which this source maps no more, lie in the folder 'removed', beside the data, where an interrupted batch put them, and are not on record as erased. "
            + "Map them in this source again until a sweep has erased them, or erase them by hand." : "",
    }.Where(text => text.Length > 0));
}
