using Gdpr.Relational.Tables;
using Gdpr.Sources;

namespace Gdpr.Relational.Coverage;

/// <summary>What a mapping leaves out on purpose.</summary>
/// <param name="excused">The reasons by place, as the database writes it.</param>
internal sealed class Excuses(IReadOnlyDictionary<string, string> excused)
{
    /// <summary>Whether a table is excused as a whole.</summary>
    public bool Table(string table) => Has(table) || Has(table + ".*");

    /// <summary>Whether a column is excused whose name gives nothing away.</summary>
    public bool Column(string table, string column) => Table(table) || Named(table, column);

    /// <summary>Whether a column is excused by its own name or with all columns of its table: then whatever its name says.</summary>
    public bool Named(string table, string column) => Has($"{table}.{column}") || Has(table + ".*");

    /// <summary>Whether a reference is excused: its table is, or each of its columns.</summary>
    public bool Reference(ForeignKeyDescription reference) => Table(reference.Table) || reference.Columns.All(column => Named(reference.Table, column));

    /// <summary>Whether a data set of the policy is excused.</summary>
    public bool DataSet(string path) => Has(path);

    /// <summary>What is wrong with the excuses themselves.</summary>
    public IEnumerable<CoverageFinding> Check(IReadOnlyList<TableDescription> tables, IEnumerable<string> dataSets)
    {
        var there = tables.SelectMany(IEnumerable<string> (table) => [table.Name, table.Name + ".*", .. table.Columns.Select(column => $"{table.Name}.{column.Name}")])
            .Concat(dataSets).ToHashSet(StringComparer.Ordinal);
        foreach (var (place, reason) in excused)
        {
            if (!there.Contains(place))
            {
                yield return new CoverageFinding(
                    CoverageCodes.ExcuseOfNothing, place, "It is excused, and there is no such table, column or data set.", "Correct the name, or take the excuse out.");
            }

            if (string.IsNullOrWhiteSpace(reason))
            {
                yield return new CoverageFinding(CoverageCodes.ExcuseWithoutReason, place, "It is excused without a reason.", "Write down why it holds no personal data.");
            }
        }
    }

    private bool Has(string place) => excused.TryGetValue(place, out var reason) && !string.IsNullOrWhiteSpace(reason);
}
