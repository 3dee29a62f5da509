using Gdpr.Sources;

namespace Gdpr.Files.Sources;

/// <summary>The batches of a source: what is due is taken out so that a crash anywhere can be made good, and what was done is on record.</summary>
internal sealed class FileBatches(string source, BesideData beside, Func<FileTree> tree, Action<string> step)
{
    /// <summary>Stands in a plan's evidence for its end: batches count from 1.</summary>
    private const int PlanEnd = 0;

    private volatile Batch? _last;
    private (string Plan, HashSet<string> Keys) _refused = ("", []);

    private FileEraser Eraser => new(tree(), beside, step);

    /// <summary>Settles what an interrupted batch left behind, and destroys nothing.</summary>
    public void RecoverInterrupted()
    {
        if (beside.ReadIntent() is { } interrupted)
        {
            Eraser.Recover(interrupted);
        }
    }

    /// <summary>Erases due records: the intent first, the evidence afterwards.</summary>
    public BatchEvidence Dispose(DisposalBatch batch, FileJudge judge, CancellationToken cancellationToken)
    {
        RefuseDone(batch);

        // What an interrupted batch has taken out.
        var late = Eraser.EraseLate(batch.DataSet);
        if (Eraser.RecordLate(batch) is { Rows.Count: > 0 } gone)
        {
            return gone.ToEvidence();
        }

        if (_refused.Plan != batch.Plan)
        {
            _refused = (batch.Plan, new HashSet<string>(StringComparer.Ordinal));
        }

        var (done, left) = DisposeOnce(batch, judge, cancellationToken);
        for (var refused = 0; done.Rows.Count == 0 && refused < _refused.Keys.Count;)
        {
            // As many as a batch may hold were refused one after the other: there may be others behind them.
            refused = _refused.Keys.Count;
            (done, left) = DisposeOnce(batch, judge, cancellationToken);
        }

        if (done.Rows.Count == 0 && left is { IsAny: false, Changed: > 0 })
        {
            // An empty batch says that nothing is due any more: what changed is judged anew before that is said.
            (done, left) = DisposeOnce(batch, judge, cancellationToken);
            left = left with { Refused = left.Refused + left.Changed };
        }

        left = left with { Unerased = late.Unerased, Unmapped = late.Unmapped };
        return done.Rows.Count > 0 || !left.IsAny
            ? done.ToEvidence()
            : throw new SourceUnavailableException(source, left.Told(batch.DataSet));
    }

    /// <summary>How many of a batch's records are still there.</summary>
    public int CountUndisposed(BatchEvidence batch)
    {
        var seen = _last is { } last && (last.Plan, last.Number) == (batch.Plan, batch.Number) ? last.Seen : null;

        // A file of the same name that was written since is another one: a log that is written on goes by the same name.
        return batch.NativeKeys.Count(key => tree().Find(batch.DataSet, key) is { } record && (seen is null || seen.GetValueOrDefault(key) == record.Seen()));
    }

    /// <summary>The batches of a plan after one of them, in order.</summary>
    public BatchEvidence[] ReadEvidence(string plan, int afterBatch) =>
    [
        .. beside.ReadEvidence(plan).Where(batch => batch.Number != PlanEnd && batch.Number > afterBatch)
            .OrderBy(batch => batch.Number).Select(batch => batch.ToEvidence()),
    ];

    /// <summary>The plans that there is evidence of batches of.</summary>
    public string[] ReadPlans() =>
        [.. beside.ReadEvidence().Where(batch => batch.Number != PlanEnd).Select(batch => batch.Plan).Distinct(StringComparer.Ordinal)];

    /// <summary>Says that a plan has ended. Idempotent.</summary>
    public void EndPlan(string plan, string dataSet)
    {
        if (!beside.ReadEvidence(plan).Any(evidence => evidence.Number == PlanEnd))
        {
            step("end");
            beside.AppendEvidence(new BatchFile(plan, dataSet, PlanEnd, [], IsTaken: true));
        }
    }

    private void RefuseDone(DisposalBatch batch)
    {
        var done = beside.ReadEvidence(batch.Plan).Select(evidence => evidence.Number).ToHashSet();
        if (done.Contains(PlanEnd))
        {
            throw SourceUnavailableException.PlanEnded(source, batch.Plan);
        }

        if (done.Contains(batch.Number))
        {
            throw new SourceUnavailableException(source, $"there is evidence of batch {batch.Number} of plan {batch.Plan} already.");
        }
    }

    private (BatchFile Done, LeftRecords Left) DisposeOnce(DisposalBatch batch, FileJudge judge, CancellationToken cancellationToken)
    {
        var due = new List<(FileRecord Record, string Seen)>();
        var rows = new List<BatchRow>();
        var names = RecordNames.Of(batch.Keys, batch.DataSet);
        var left = default(LeftRecords);
        var place = beside.FirstFreePlace();
        foreach (var record in tree().Records(batch.DataSet))
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Looked at before it is judged: what is written in between shows as a change.
            var seen = record.Seen();
            if (judge.IsDue(record, out var decision))
            {
                if ((seen is null || _refused.Keys.Contains(record.Key) ? TakeOutcome.Refused : record.TryClaim()) is var outcome and not TakeOutcome.Taken)
                {
                    left = left.With(outcome);
                    continue;
                }

                due.Add((record, seen!));
                rows.Add(BatchRow.Of(names, record.Key, decision, place++));
                if (due.Count == batch.Limit)
                {
                    break;
                }
            }
        }

        var intent = new BatchFile(batch.Plan, batch.DataSet, batch.Number, rows);
        if (due.Count == 0)
        {
            return (intent, left);
        }

        _last = new Batch(batch.Plan, batch.Number, due.ToDictionary(one => one.Record.Key, one => one.Seen, StringComparer.Ordinal));
        step("intent");
        beside.WriteIntent(intent);
        var outcomes = due.Select((one, row) => Eraser.Take(one.Record, rows[row], one.Seen)).ToArray();
        var done = Eraser.Settle(intent);
        var gone = done.Rows.Select(row => row.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (row, taken) in outcomes.Index())
        {
            // What was taken and is not gone was put back: the system refuses to erase it.
            var outcome = taken == TakeOutcome.Taken && !gone.Contains(rows[row].Key) ? TakeOutcome.Refused : taken;
            left = left.With(outcome);
            if (outcome == TakeOutcome.Refused)
            {
                _refused.Keys.Add(rows[row].Key!);
            }
        }

        return (done, left);
    }

    private sealed record Batch(string Plan, int Number, IReadOnlyDictionary<string, string> Seen);
}
