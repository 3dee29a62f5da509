using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>The plans as the journal holds them; those that have not been closed as open items that follow from it.</summary>
internal sealed class PlanRegister(IStateStore states, IJournalStore journal) : IJournalFold, IJournalRestater
{
    /// <summary>The kind of the open items.</summary>
    private const string Kind = "disposal";

    // Open items are no fold of the store's: an item whose plan turns out to be closed is removed by whoever reconciles it.
    public IReadOnlyList<string> States => [];

    /// <summary>The open plans, the oldest first.</summary>
    /// <param name="dataSet">Only those of a data set; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<IReadOnlyList<OpenPlan>> ReadOpenAsync(string? dataSet, CancellationToken cancellationToken)
    {
        var plans = new List<OpenPlan>();
        await foreach (var item in states.ReadDueItemsAsync(Kind, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            var plan = JsonSerializer.Deserialize(item.Content, DisposalJson.Default.OpenPlan)!;
            if (dataSet is null || plan.DataSet == dataSet)
            {
                plans.Add(plan);
            }
        }

        return plans;
    }

    /// <summary>A plan as the journal holds it.</summary>
    public async ValueTask<KnownPlan> ReadAsync(string plan, CancellationToken cancellationToken)
    {
        var known = new KnownPlan(0, null, default, null);
        await foreach (var entry in journal.ReadStreamAsync(DisposalEntries.StreamOf(plan), 0, cancellationToken).ConfigureAwait(false))
        {
            known = known.With(entry);
        }

        return known;
    }

    /// <summary>Takes a closed plan off the open items.</summary>
    public async ValueTask RemoveAsync(string plan, CancellationToken cancellationToken) =>
        await states.RemoveItemAsync(DisposalEntries.StreamOf(plan), cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!DisposalEntries.IsPlan(entry.Stream))
        {
            return false;
        }

        var known = new KnownPlan(0, null, default, null).With(entry);
        if (known.End is not null)
        {
            await states.RemoveItemAsync(entry.Stream, cancellationToken).ConfigureAwait(false);
        }
        else if (known.Planned is { } planned)
        {
            var open = new OpenPlan(planned.Plan, planned.DataSet, planned.Source, entry.Position, planned.Worker);
            var content = JsonSerializer.Serialize(open, DisposalJson.Default.OpenPlan);
            await states.PutItemAsync(new OpenItem(entry.Stream, Kind, entry.RecordedAt, content), cancellationToken).ConfigureAwait(false);
        }

        return known.End is not null || known.Planned is not null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var open in await ReadOpenAsync(null, cancellationToken).ConfigureAwait(false))
        {
            var known = await ReadAsync(open.Plan, cancellationToken).ConfigureAwait(false);
            if (open.Position <= position && known is { Planned: { } planned, End: null, StatedAt: var statedAt, OccurredAt: { } occurredAt } && statedAt <= position)
            {
                var data = JsonSerializer.Serialize(new RestatedData(planned, known.Counts), DisposalJson.Default.RestatedData);
                yield return new Restatement(DisposalEntries.StreamOf(open.Plan), known.Version, [new NewJournalEntry(DisposalEntries.Restated, occurredAt, data)]);
            }
        }
    }
}

/// <summary>A plan as the journal holds it.</summary>
/// <param name="Version">The version of its stream; 0 where the journal has no such plan.</param>
/// <param name="Planned">What was planned.</param>
/// <param name="Counts">What was done under it.</param>
/// <param name="End">How it was closed.</param>
internal sealed record KnownPlan(long Version, PlannedData? Planned, DisposalCounts Counts, PlanClosing? End)
{
    /// <summary>The position of the last entry that says what was planned.</summary>
    public long StatedAt { get; init; }

    /// <summary>When it was planned.</summary>
    public Instant? OccurredAt { get; init; }

    /// <summary>The plan after one more entry of its stream.</summary>
    public KnownPlan With(JournalEntry entry)
    {
        var (content, next) = (entry.Content, this with { Version = entry.Version });
        switch (content.Type)
        {
            case DisposalEntries.Planned:
                var planned = JsonSerializer.Deserialize(content.Data, DisposalJson.Default.PlannedData)!;
                return next with { Planned = planned, StatedAt = entry.Position, OccurredAt = content.OccurredAt };
            case DisposalEntries.Restated:
                var restated = JsonSerializer.Deserialize(content.Data, DisposalJson.Default.RestatedData)!;
                return next with { Planned = restated.Planned, Counts = restated.Counts, StatedAt = entry.Position, OccurredAt = content.OccurredAt };
            case DisposalEntries.Batch:
                return next with { Counts = next.Counts.With(JsonSerializer.Deserialize(content.Data, DisposalJson.Default.BatchData)!) };
            default:
                return next with { End = new PlanClosing(content.Type, JsonSerializer.Deserialize(content.Data, DisposalJson.Default.ClosedData)!.Reason) };
        }
    }
}

/// <summary>How a plan was closed.</summary>
/// <param name="Type">The type of the entry that closed it.</param>
/// <param name="Reason">Why it did not complete.</param>
internal sealed record PlanClosing(string Type, string? Reason);
