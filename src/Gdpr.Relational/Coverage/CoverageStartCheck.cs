using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Coverage;

/// <summary>Stops the start of a host whose sources' databases are not covered completely.</summary>
internal sealed class CoverageStartCheck(CoverageInspection inspection, bool everywhere) : IStartCheck
{
    public async ValueTask<IReadOnlyList<string>> CheckAsync(RetentionSchedule schedule, SourceInventory inventory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        var inspected = await inspection.RunAsync(schedule, inventory.Sources, source => everywhere || source.RequiresCoverage, cancellationToken).ConfigureAwait(false);
        InspectedDatabase.ThrowUnlessInOrder(inspected);
        return
        [
            .. inspected.Where(database => database.Outcome.Known.Count > 0)
                .Select(database => $"{database.Outcome.Known.Count} known gaps of coverage are open in the database of {database.Sources}."),
            .. inspected.SelectMany(database => database.Outcome.Gone.Select(gap => $"The baseline of {database.Sources} lists {gap}, which does not occur any more: take it out.")),
        ];
    }
}
