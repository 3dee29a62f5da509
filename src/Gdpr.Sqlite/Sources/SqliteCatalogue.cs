using System.Data.Common;
using Gdpr.Relational.Tables;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gdpr.Sqlite.Sources;

/// <summary>What SQLite says of its tables.</summary>
internal static class SqliteCatalogue
{
    /// <summary>The type of a column that is another name for the number of the row: there alone SQLite lets nothing in but a whole number.</summary>
    public const string RowNumber = "rowid";

    private const string Tables = "pragma_table_list l WHERE l.schema = 'main' AND l.type IN ('table', 'view') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

    public static async ValueTask<IReadOnlyList<TableDescription>> ReadAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var tables = await RowsAsync(connection, $"SELECT l.name, l.type FROM {Tables}", cancellationToken).ConfigureAwait(false);
        var columns = (await RowsAsync(
            connection,
            $"""SELECT l.name, c.name, c.type, c."notnull", c.pk, c.hidden FROM {Tables.Replace(" WHERE", " JOIN pragma_table_xinfo(l.name) c WHERE", StringComparison.Ordinal)} ORDER BY c.cid""",
            cancellationToken).ConfigureAwait(false)).ToLookup(row => Text(row[0]));
        var indexes = (await RowsAsync(
            connection,
            $"""
            SELECT l.name, i.name, c.name, c.coll, i.origin FROM {Tables.Replace(" WHERE", " JOIN pragma_index_list(l.name) i JOIN pragma_index_xinfo(i.name) c WHERE", StringComparison.Ordinal)}
            AND i."unique" = 1 AND i.partial = 0 AND c."key" = 1 ORDER BY i.seq, c.seqno
            """,
            cancellationToken).ConfigureAwait(false)).ToLookup(row => Text(row[0]));
        var keys = (await RowsAsync(
            connection,
            $"""SELECT l.name, f.id, f."table", f."from", f."to", f.on_delete FROM {Tables.Replace(" WHERE", " JOIN pragma_foreign_key_list(l.name) f WHERE", StringComparison.Ordinal)} ORDER BY f.id, f.seq""",
            cancellationToken).ConfigureAwait(false)).ToLookup(row => Text(row[0]));
        var triggers = (await RowsAsync(connection, "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'", cancellationToken).ConfigureAwait(false))
            .Select(row => Text(row[0])).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var handle = ((SqliteConnection)connection).Handle!;
        var described = tables.Select(table => Describe(handle, Text(table[0]), Text(table[1]) == "view", columns[Text(table[0])], [.. indexes[Text(table[0])]])).ToArray();
        return [.. described.Select(table => table with
        {
            ForeignKeys = ForeignKeysOf(table.Name, keys[table.Name], described),
            HasTriggers = triggers.Contains(table.Name),
        })];
    }

    private static TableDescription Describe(sqlite3 handle, string name, bool isView, IEnumerable<object[]> columns, object[][] indexes)
    {
        var all = columns.ToArray();
        string[] primaryKey = [.. all.Where(row => Number(row[4]) > 0).OrderBy(row => Number(row[4])).Select(row => Text(row[1]))];

        // Not where the key has an index of its own, as a descending one has, and one of a table without numbers of rows.
        var isRowId = primaryKey.Length == 1 && all.Single(row => Number(row[4]) > 0)[2] is string type && type.Equals("INTEGER", StringComparison.OrdinalIgnoreCase)
            && !Array.Exists(indexes, row => Text(row[4]) == "pk");
        ColumnDescription[] described =
        [
            .. all.Where(row => Number(row[5]) != 1).Select(row => new ColumnDescription(
                Text(row[1]), AffinityOf(Text(row[2])), Number(row[3]) == 0 && !(isRowId && Number(row[4]) > 0), Number(row[5]) is 2 or 3)
            {
                Collation = isView ? "" : CollationOf(handle, name, Text(row[1])),
                Type = isRowId && Number(row[4]) > 0 ? RowNumber : "",
            }),
        ];

        // An index that tells "a" from "A" makes nothing unique that is compared without regard to case.
        var collations = described.ToDictionary(column => column.Name, column => column.Collation, StringComparer.OrdinalIgnoreCase);
        var unique = indexes.GroupBy(row => Text(row[1]))
            .Where(index => index.All(row => row[2] is string column
                && (collations[column].Equals(Text(row[3]), StringComparison.OrdinalIgnoreCase) || collations[column].Equals("BINARY", StringComparison.OrdinalIgnoreCase))))
            .Select(IReadOnlyList<string> (index) => [.. index.Select(row => Text(row[2]))]);
        return new TableDescription(
            name,
            isView,
            described,
            primaryKey,
            isRowId ? [primaryKey, .. unique] : [.. unique],
            []);
    }

    private static ForeignKeyDescription[] ForeignKeysOf(string table, IEnumerable<object[]> rows, TableDescription[] tables) =>
    [
        .. rows.GroupBy(row => Number(row[1])).Select(key =>
        {
            // What a reference names is written as its author wrote it.
            var parent = Array.Find(tables, other => other.Name.Equals(Text(key.First()[2]), StringComparison.OrdinalIgnoreCase));
            var referred = key.Select(row => row[4] as string).ToArray();
            return new ForeignKeyDescription(
                table,
                [.. key.Select(row => Text(row[3]))],
                parent?.Name ?? Text(key.First()[2]),
                Array.TrueForAll(referred, column => column is not null)
                    ? [.. referred.OfType<string>().Select(column => parent?.Find(column)?.Name ?? column)]
                    : parent?.PrimaryKey ?? [],
                Text(key.First()[5]));
        }),
    ];

    private static string CollationOf(sqlite3 handle, string table, string column) =>
        raw.sqlite3_table_column_metadata(handle, "main", table, column, out _, out var collation, out _, out _, out _) == raw.SQLITE_OK ? collation : "";

    /// <summary>The rules of SQLite, section "Determination of column affinity".</summary>
    private static ColumnAffinity AffinityOf(string type)
    {
        if (Has("INT"))
        {
            return ColumnAffinity.Integer;
        }

        if (Has("CHAR") || Has("CLOB") || Has("TEXT"))
        {
            return ColumnAffinity.Text;
        }

        return Has("BLOB") ? ColumnAffinity.Bytes
            : type.Length == 0 || type.Equals("ANY", StringComparison.OrdinalIgnoreCase) ? ColumnAffinity.Any
            : ColumnAffinity.Number;

        bool Has(string part) => type.Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    private static async ValueTask<List<object[]>> RowsAsync(DbConnection connection, string text, CancellationToken cancellationToken)
    {
        var rows = new List<object[]>();
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = text;
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var row = new object[reader.FieldCount];
                    reader.GetValues(row);
                    rows.Add(row);
                }
            }
        }

        return rows;
    }

    private static string Text(object value) => value as string ?? "";

    private static long Number(object value) => value is long number ? number : 0;
}
