using System.Data.Common;
using Gdpr.Relational.Queries;

namespace Gdpr.Relational.Batches;

/// <summary>How many facts stand beside each data set, <c>gdpr_fact_count</c>: where fewer are found than were put, somebody else took some away, and what they protected
/// is not destroyed before all have been put again.</summary>
internal sealed class FactCounts(SqlDialect dialect)
{
    /// <summary>The table.</summary>
    public const string Table = "gdpr_fact_count";

    private readonly Dictionary<string, (long Blocks, long Marks)> _changes = new(StringComparer.Ordinal);

    /// <summary>A condition: fewer facts that forbid destruction are beside a data set than were put.</summary>
    /// <param name="dialect">How the database writes it.</param>
    /// <param name="dataSet">The parameter with the data set's path.</param>
    public static string BlocksAreGone(SqlDialect dialect, string dataSet) =>
        $"EXISTS (SELECT 1 FROM {dialect.Beside(Table)} c WHERE c.data_set = {dataSet} AND c.blocks > ({CountOf(dialect, FactKinds.Blocks)} = c.data_set))";

    /// <summary>A condition: fewer facts of any kind are beside one of several data sets than were put.</summary>
    /// <param name="dialect">How the database writes it.</param>
    /// <param name="dataSets">The query of the data sets, in the column <c>k0</c>.</param>
    public static string AreGone(SqlDialect dialect, string dataSets) =>
        $"EXISTS (SELECT 1 FROM {dialect.Beside(Table)} c WHERE c.data_set IN ({dataSets}) "
        + $"AND (c.blocks > ({CountOf(dialect, FactKinds.Blocks)} = c.data_set) OR c.marks > ({CountOf(dialect, FactKinds.Marks)} = c.data_set)))";

    /// <summary>Notes that facts were put, or taken away.</summary>
    public void Note(string dataSet, string table, int rows)
    {
        var (blocks, marks) = _changes.GetValueOrDefault(dataSet);
        _changes[dataSet] = table == FactKinds.Blocks ? (blocks + rows, marks) : (blocks, marks + rows);
    }

    /// <summary>Writes what was noted, in the transaction in which it was done.</summary>
    public async ValueTask WriteAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        // In one order, so that nobody waits for somebody who waits.
        foreach (var (dataSet, (blocks, marks)) in _changes.Where(change => change.Value != default).OrderBy(change => change.Key, StringComparer.Ordinal))
        {
            await FactTables.RunAsync(
                connection.Command(
                        transaction,
                        $"INSERT INTO {dialect.Beside(Table)} AS c (data_set, blocks, marks) VALUES ({P("dataset")}, {P("blocks")}, {P("marks")}) "
                        + "ON CONFLICT (data_set) DO UPDATE SET blocks = c.blocks + excluded.blocks, marks = c.marks + excluded.marks")
                    .Add(dialect, "dataset", dataSet).Add(dialect, "blocks", blocks).Add(dialect, "marks", marks),
                cancellationToken).ConfigureAwait(false);
        }

        _changes.Clear();
    }

    /// <summary>Takes what there is for what was put: before everything is put again.</summary>
    public async ValueTask StartAnewAsync(DbConnection connection, DbTransaction transaction, IEnumerable<string> dataSets, CancellationToken cancellationToken)
    {
        var (sought, keys) = (dialect.KeySet(P("keys"), [Tables.ColumnAffinity.Text]), KeyJson.Of(dataSets, isComposite: false));
        await FactTables.RunAsync(
            connection.Command(transaction, $"DELETE FROM {dialect.Beside(Table)} WHERE data_set IN ({sought})").Add(dialect, "keys", keys),
            cancellationToken).ConfigureAwait(false);
        await FactTables.RunAsync(
            connection.Command(
                    transaction,
                    $"INSERT INTO {dialect.Beside(Table)} (data_set, blocks, marks) "
                    + $"SELECT k0, ({CountOf(dialect, FactKinds.Blocks)} = k0), ({CountOf(dialect, FactKinds.Marks)} = k0) FROM ({sought}) AS sought")
                .Add(dialect, "keys", keys),
            cancellationToken).ConfigureAwait(false);
    }

    private static string CountOf(SqlDialect dialect, string table) => $"SELECT count(*) FROM {dialect.Beside(table)} f WHERE f.data_set";

    private string P(string name) => dialect.Parameter(name);
}
