using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Batches;

/// <summary>What facts a source has put beside its data, in sum, <c>gdpr_fact_sum</c>: where those that are found are others, somebody else changed them, and what they
/// protected is not destroyed before all have been put again.</summary>
/// <remarks>The digest is that of the facts that forbid destruction, each hashed and all of them combined in any order. It is no secret, and keeps nobody out who may
/// write to the database: it finds what was deleted, edited or restored alone.</remarks>
internal sealed class FactSums(SqlDialect dialect)
{
    /// <summary>The table.</summary>
    public const string Table = "gdpr_fact_sum";

    /// <summary>The columns of a fact, in the order in which they are hashed.</summary>
    public const string Columns = "data_set, scope, key, source, kind, purpose, unknown";

    private long _blocks;
    private long _marks;
    private long _digest;

    /// <summary>A condition: fewer facts forbid destruction beside a source's data than it has put, or nobody knows how many; or whoever put facts last put none for a
    /// data set, because its source of this name has others.</summary>
    /// <param name="dialect">How the database writes it.</param>
    /// <param name="source">The parameter with the source's name.</param>
    /// <param name="dataSet">The parameter with the data set's path.</param>
    public static string BlocksAreGone(SqlDialect dialect, string source, string dataSet) =>
        $"NOT EXISTS (SELECT 1 FROM {dialect.Beside(Table)} f WHERE f.source = {source} AND f.blocks <= ({CountOf(dialect, FactKinds.Blocks, "f.data_sets")}) "
        + $"AND {dataSet} IN ({dialect.KeySet("f.data_sets", [ColumnAffinity.Text])}))";

    /// <summary>Notes that facts were put: a number of rows, or each where they forbid destruction.</summary>
    public async ValueTask PutAsync(DbCommand command, string table, CancellationToken cancellationToken) =>
        await NoteAsync(command, table, 1, cancellationToken).ConfigureAwait(false);

    /// <summary>Notes that facts were taken away.</summary>
    public async ValueTask TakeAsync(DbCommand command, string table, CancellationToken cancellationToken) =>
        await NoteAsync(command, table, -1, cancellationToken).ConfigureAwait(false);

    /// <summary>What a statement that puts or takes facts ends with, so that they can be noted.</summary>
    public static string Told(string table) => table == FactKinds.Blocks ? $" RETURNING {Columns}" : "";

    /// <summary>Writes what was noted, in the transaction in which it was done.</summary>
    public async ValueTask WriteAsync(DbConnection connection, DbTransaction transaction, string source, CancellationToken cancellationToken)
    {
        if ((_blocks, _marks, _digest) == (0, 0, 0))
        {
            return;
        }

        var digest = P("digest");
        await FactTables.RunAsync(
            connection.Command(
                    transaction,
                    $"UPDATE {dialect.Beside(Table)} SET blocks = blocks + {P("blocks")}, marks = marks + {P("marks")}, "
                    + $"digest = (digest | {digest}) - (digest & {digest}) WHERE source = {P("source")}")
                .Add(dialect, "source", source).Add(dialect, "blocks", _blocks).Add(dialect, "marks", _marks).Add(dialect, "digest", _digest),
            cancellationToken).ConfigureAwait(false);
        (_blocks, _marks, _digest) = (0, 0, 0);
    }

    /// <summary>Takes what there is for what was put: before everything is put again, or where nothing was put before.</summary>
    public async ValueTask StartAnewAsync(
        DbConnection connection, DbTransaction transaction, string source, IEnumerable<string> dataSets, CancellationToken cancellationToken)
    {
        var list = ListOf(dataSets);
        var (blocks, marks, digest) = await FoundAsync(connection, transaction, list, cancellationToken).ConfigureAwait(false);
        await FactTables.RunAsync(
            connection.Command(
                    transaction,
                    $"INSERT INTO {dialect.Beside(Table)} (source, data_sets, blocks, marks, digest) "
                    + $"VALUES ({P("source")}, {P("list")}, {P("blocks")}, {P("marks")}, {P("digest")}) ON CONFLICT (source) DO UPDATE SET "
                    + "data_sets = excluded.data_sets, blocks = excluded.blocks, marks = excluded.marks, digest = excluded.digest")
                .Add(dialect, "source", source).Add(dialect, "list", list).Add(dialect, "blocks", blocks).Add(dialect, "marks", marks).Add(dialect, "digest", digest),
            cancellationToken).ConfigureAwait(false);
        (_blocks, _marks, _digest) = (0, 0, 0);
    }

    /// <summary>Whether what is noted can be added to what is known: not where nothing was put yet, nor where the source has other data sets by now.</summary>
    public async ValueTask<bool> GoOnAsync(
        DbConnection connection, DbTransaction transaction, string source, IEnumerable<string> dataSets, CancellationToken cancellationToken)
    {
        var command = connection.Command(
                transaction,
                $"SELECT p.position, f.data_sets FROM {dialect.Beside(FactTables.Position)} p LEFT JOIN {dialect.Beside(Table)} f ON f.source = p.source "
                + $"WHERE p.source = {P("source")}")
            .Add(dialect, "source", source);
        await using var closing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);

        // Where facts were put and their sum is gone, it stays gone, until everything is put again.
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            && (reader.IsDBNull(1) ? reader.GetInt64(0) > 0 : reader.GetString(1) == ListOf(dataSets));
    }

    /// <summary>Whether the facts that are beside a source's data are those that it has put. For a transaction that sees one moment.</summary>
    public async ValueTask<bool> AreThereAsync(DbConnection connection, DbTransaction transaction, string source, CancellationToken cancellationToken)
    {
        var known = default((string List, long Blocks, long Marks, long Digest)?);
        var command = connection.Command(
                transaction, $"SELECT data_sets, blocks, marks, digest FROM {dialect.Beside(Table)} WHERE source = {P("source")}")
            .Add(dialect, "source", source);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    known = (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
                }
            }
        }

        return known is { } put
            && await FoundAsync(connection, transaction, put.List, cancellationToken).ConfigureAwait(false) == (put.Blocks, put.Marks, put.Digest);
    }

    private async ValueTask<(long Blocks, long Marks, long Digest)> FoundAsync(
        DbConnection connection, DbTransaction transaction, string list, CancellationToken cancellationToken)
    {
        var there = new FactSums(dialect);
        var sought = dialect.KeySet(P("list"), [ColumnAffinity.Text]);
        var blocks = connection.Command(transaction, $"SELECT {Columns} FROM {dialect.Beside(FactKinds.Blocks)} WHERE data_set IN ({sought})").Add(dialect, "list", list);
        await there.PutAsync(blocks, FactKinds.Blocks, cancellationToken).ConfigureAwait(false);
        var marks = connection.Command(transaction, CountOf(dialect, FactKinds.Marks, P("list"))).Add(dialect, "list", list);
        return (there._blocks, await FactTables.NumberAsync(marks, cancellationToken).ConfigureAwait(false), there._digest);
    }

    private async ValueTask NoteAsync(DbCommand command, string table, int sign, CancellationToken cancellationToken)
    {
        if (table != FactKinds.Blocks)
        {
            _marks += sign * await FactTables.RunAsync(command, cancellationToken).ConfigureAwait(false);
            return;
        }

        await using var closing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            _blocks += sign;
            _digest ^= DigestOf(reader);
        }
    }

    private static long DigestOf(DbDataReader reader)
    {
        var fact = new StringBuilder();
        for (var column = 0; column < reader.FieldCount; column++)
        {
            var text = Convert.ToString(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture)!;
            fact.Append(System.Globalization.CultureInfo.InvariantCulture, $"{text.Length}:{text}");
        }

        return BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(fact.ToString())));
    }

    private static string ListOf(IEnumerable<string> dataSets) => KeyJson.Of(dataSets.Order(StringComparer.Ordinal), isComposite: false);

    private static string CountOf(SqlDialect dialect, string table, string list) =>
        $"SELECT count(*) FROM {dialect.Beside(table)} b WHERE b.data_set IN ({dialect.KeySet(list, [ColumnAffinity.Text])})";

    private string P(string name) => dialect.Parameter(name);
}
