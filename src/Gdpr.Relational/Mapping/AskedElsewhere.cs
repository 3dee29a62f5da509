using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>Checks that what goes with a data set's records, or is emptied in them, is nothing by which another source of the database judges its own, or finds
/// whose they are. Within one source <see cref="SharedColumns"/> does.</summary>
internal static class AskedElsewhere
{
    /// <summary>What stands in the way of disposing of a data set's records.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="others">What other sources claim and ask.</param>
    public static IEnumerable<MappingProblem> Of(MappedDataSet dataSet, IReadOnlyList<TableClaim> others)
    {
        var children = AllOf(dataSet.Children).ToArray();
        foreach (var (claim, asked) in others.Where(claim => claim.Asked is not null).Select(claim => (claim, claim.Asked!)))
        {
            foreach (var child in children.Where(child => Conventions.Find(dataSet.ChildTables, child.Table)?.FullName == claim.Table
                && (child.Action == ChildAction.Delete || child.Cut.Any(column => Has(asked, column)))).DistinctBy(child => child.Action))
            {
                yield return Problem($"rows of table '{child.Table}' go or lose their reference with a record", claim);
            }

            if (dataSet.IsDisposedInParts && dataSet.Table.FullName == claim.Table)
            {
                string[] changed = [.. dataSet.Fields.Values.SelectMany(changes => changes).Select(change => change.Column.Name)
                    .Distinct(StringComparer.OrdinalIgnoreCase)];
                foreach (var column in changed.Where(column => Has(asked, column)))
                {
                    yield return Problem($"column '{column}' is changed while the record stays", claim);
                }

                foreach (var computed in dataSet.Table.Columns.Where(column => changed.Length > 0 && column.IsGenerated && Has(asked, column.Name)))
                {
                    yield return Problem($"the database computes column '{computed.Name}', from what nobody says, while fields of the record are emptied", claim);
                }
            }
        }

        MappingProblem Problem(string wrong, TableClaim claim) => new(
            dataSet.Path, $"{wrong}, and by what stands there source '{claim.Source}' says when its records are due, or whose they are",
            "make it a data set of its own, kept as long as what it decides, or keep the date or the person with those records; if no host has that source any more, delete its "
            + "rows from gdpr_asked");
    }

    private static bool Has(DecidingTable asked, string column) => asked.Columns.Contains(column, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<ChildMapping> AllOf(IReadOnlyList<ChildMapping> children) => children.SelectMany(child => AllOf(child.Children).Prepend(child));
}
