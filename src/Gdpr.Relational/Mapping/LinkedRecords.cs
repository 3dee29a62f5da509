using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>Records of a data set that change, or lose a row of theirs, when a record is deleted: a row that refers to it is one of them, or is to be deleted
/// with one of them as well. What forbids to destroy them forbids to delete the record.</summary>
/// <param name="DataSet">The data set.</param>
/// <param name="Way">The tables on the way to their rows, from the record's own.</param>
internal sealed record LinkedRecords(MappedDataSet DataSet, IReadOnlyList<JoinStep> Way)
{
    /// <summary>Finds them for every data set of a source.</summary>
    public static IEnumerable<MappedDataSet> In(IReadOnlyCollection<MappedDataSet> dataSets, IReadOnlyList<TableDescription> tables) =>
        dataSets.Select(dataSet =>
        {
            TableDescription[] children = [.. ChangedBy(dataSet.Children, []).Select(way => Conventions.Find(tables, way.Steps[^1].Table)).OfType<TableDescription>()];
            return dataSet with
            {
                ChildTables = [.. children.DistinctBy(table => table.FullName, StringComparer.Ordinal)],
                Linked = [.. ChangedBy(dataSet.Children, []).SelectMany(way => Of(way, dataSet, dataSets))],
            };
        });

    /// <summary>The tables of the rows that change when a record is deleted, one for each way to them.</summary>
    public static IEnumerable<string> TablesOf(IReadOnlyList<ChildMapping> children) => ChangedBy(children, []).Select(way => way.Steps[^1].Table);

    private static IEnumerable<LinkedRecords> Of(ChangedRows changed, MappedDataSet own, IEnumerable<MappedDataSet> dataSets)
    {
        foreach (var dataSet in dataSets)
        {
            if (dataSet.Table.Name == changed.Steps[^1].Table)
            {
                yield return new LinkedRecords(dataSet, changed.Steps);
            }

            // The same row may belong to a second record, by another way: that of the record itself leads back to it.
            foreach (var owned in ChangedBy(dataSet.Children, []).Where(way => way.IsDeleted && way.Steps[^1].Table == changed.Steps[^1].Table))
            {
                if (dataSet.Path != own.Path || !IsSame(owned.Steps, changed.Steps))
                {
                    yield return new LinkedRecords(dataSet, [.. changed.Steps, .. Back(owned.Steps, dataSet.Table.Name)]);
                }
            }
        }
    }

    /// <summary>The rows that change when a record is deleted, each kind by its way from the record.</summary>
    private static IEnumerable<ChangedRows> ChangedBy(IReadOnlyList<ChildMapping> children, IReadOnlyList<JoinStep> before) => children.SelectMany(child =>
    {
        JoinStep[] steps = [.. before, new JoinStep { Table = child.Table, On = child.On }];
        return ChangedBy(child.Children, steps).Prepend(new ChangedRows(steps, child.Action == ChildAction.Delete));
    });

    /// <summary>The way back: from the rows at the end of a way to the record that it began at.</summary>
    private static IEnumerable<JoinStep> Back(IReadOnlyList<JoinStep> steps, string table) => steps.Index().Reverse().Select(step => new JoinStep
    {
        Table = step.Index == 0 ? table : steps[step.Index - 1].Table,
        On = step.Item.On.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal),
    });

    private static bool IsSame(IReadOnlyList<JoinStep> one, IReadOnlyList<JoinStep> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => pair.First.Table == pair.Second.Table
            && pair.First.On.Count == pair.Second.On.Count && pair.First.On.All(on => pair.Second.On.TryGetValue(on.Key, out var to) && to == on.Value));

    private sealed record ChangedRows(IReadOnlyList<JoinStep> Steps, bool IsDeleted);
}
