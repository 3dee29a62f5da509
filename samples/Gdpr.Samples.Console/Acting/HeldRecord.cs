using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Samples.Data;
using NodaTime;

namespace Gdpr.Samples.Acting;

/// <summary>A record that is due, and on which a hold is placed before the sweep.</summary>
internal sealed record HeldRecord(DataSetTable Table, string Id, HeldStatus Hold)
{
    /// <summary>Finds a record that would go, and holds it; <see langword="null"/> where nothing is due.</summary>
    public static async Task<HeldRecord?> PlaceAsync(Host host, SampleDatabase database, SweepPreview preview, LocalDate today, CancellationToken cancellation)
    {
        var due = preview.DataSets
            .SelectMany(dataSet => (dataSet.Survey?.Lines ?? []).Select(line => (dataSet.DataSet, Line: line)))
            .FirstOrDefault(row => row.Line.Fate == Fate.Erase && row.Line.Examples.Count > 0);
        if (due.Line is null)
        {
            return null;
        }

        var id = due.Line.Examples[0].NativeKey;
        var scope = new HoldScope
        {
            DataSets = new HashSet<string>(StringComparer.Ordinal) { due.DataSet },
            Records = new HashSet<string>(StringComparer.Ordinal) { id },
        };
        var hold = await host.Holds.PlaceAsync(
            new HoldTerms("T 1234-26", "evidence in a dispute", "legal counsel", today, today.PlusMonths(3), scope), cancellationToken: cancellation);
        return new HeldRecord(database.Tables.Single(table => table.Path == due.DataSet), id, hold);
    }
}
