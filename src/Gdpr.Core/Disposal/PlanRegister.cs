using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>The plans that have not been closed, as open items that follow from the journal.</summary>
internal sealed class PlanRegister(IStateStore states) : IJournalFold
{
    /// <summary>The kind of the open items.</summary>
    private const string Kind = "disposal";

    private static readonly Instant EndOfTime = Instant.FromUtc(9999, 12, 31, 0, 0);

    // Open items are no fold of the store's: an item whose plan turns out to be closed is removed by whoever reconciles it.
    public IReadOnlyList<string> States => [];

    /// <summary>The open plans, the oldest first.</summary>
    /// <param name="dataSet">Only those of a data set; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<IReadOnlyList<OpenPlan>> ReadAsync(string? dataSet, CancellationToken cancellationToken)
    {
        var plans = new List<OpenPlan>();
        await foreach (var item in states.ReadDueItemsAsync(Kind, EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            var plan = JsonSerializer.Deserialize(item.Content, DisposalJson.Default.OpenPlan)!;
            if (dataSet is null || plan.DataSet == dataSet)
            {
                plans.Add(plan);
            }
        }

        return plans;
    }

    public async ValueTask CloseAsync(string plan, CancellationToken cancellationToken) =>
        await states.RemoveItemAsync(ItemOf(plan), cancellationToken).ConfigureAwait(false);

    public async ValueTask FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!DisposalEntries.IsPlan(entry.Stream))
        {
            return;
        }

        switch (entry.Content.Type)
        {
            case DisposalEntries.Planned:
                var planned = JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.PlannedData)!;
                var content = JsonSerializer.Serialize(new OpenPlan(planned.Plan, planned.DataSet, planned.Source), DisposalJson.Default.OpenPlan);
                await states.PutItemAsync(new OpenItem(ItemOf(planned.Plan), Kind, entry.RecordedAt, content), cancellationToken).ConfigureAwait(false);
                break;
            case DisposalEntries.Completed or DisposalEntries.Interrupted or DisposalEntries.Failed:
                await states.RemoveItemAsync(entry.Stream, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private static string ItemOf(string plan) => DisposalEntries.StreamOf(plan);
}
