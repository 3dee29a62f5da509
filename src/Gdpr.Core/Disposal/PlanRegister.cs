using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>The plans as the journal holds them. Those that have not been closed are sealed: there are a few at a time, and none is hidden by whoever changes the state
/// store.</summary>
internal sealed class PlanRegister(IJournalStore journal) : ISealedFold, IJournalRestater
{
    private volatile IReadOnlyList<OpenPlan> _open = [];
    private volatile IReadOnlyList<OpenPlan> _published = [];

    public IReadOnlyList<string> States => [];

    public string SealName => "plans";

    public string SealText => JsonSerializer.Serialize(_open, DisposalJson.Default.IReadOnlyListOpenPlan);

    /// <summary>The open plans, the oldest first, as far as the journal was folded: one that was closed since is, too.</summary>
    /// <param name="dataSet">Only those of a data set; <see langword="null"/> for all.</param>
    public IReadOnlyList<OpenPlan> ReadOpen(string? dataSet) => [.. _published.Where(plan => dataSet is null || plan.DataSet == dataSet)];

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

    public void GoOnFrom(string? sealText) =>
        _open = sealText is null ? [] : JsonSerializer.Deserialize(sealText, DisposalJson.Default.IReadOnlyListOpenPlan)!;

    public void Note(JournalEntry entry)
    {
        if (!DisposalEntries.IsPlan(entry.Stream) || entry.Content.Type == DisposalEntries.Batch)
        {
            return;
        }

        var others = _open.Where(open => DisposalEntries.StreamOf(open.Plan) != entry.Stream);
        _open = DisposalEntries.PlannedIn(entry) is not { } planned ? [.. others]
            : [.. others, new OpenPlan(planned.Plan, planned.DataSet, planned.Source, entry.Position, planned.Worker)];
    }

    public void Publish() => _published = _open;

    /// <returns>Whether the entry opens or closes a plan.</returns>
    public ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken) =>
        ValueTask.FromResult(DisposalEntries.IsPlan(entry.Stream) && entry.Content.Type != DisposalEntries.Batch);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var open in ReadOpen(null))
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
