using System.Data.Common;
using Gdpr.Relational.Tables;

namespace Gdpr.PostgreSql.Sources;

/// <summary>What PostgreSQL says of its tables. Partitions count as parts of their table, and are not described by themselves.</summary>
internal static class PostgreSqlCatalogue
{
    private const string Described = """
        c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'
        """;

    /// <summary>A condition: the database does something of its own when rows of the table <c>c</c> change.</summary>
    private const string Acts = $"""
        (c.relhasrules OR c.relrowsecurity OR EXISTS (SELECT FROM pg_trigger t WHERE {LibraryTriggers.IsHosts} AND t.tgenabled <> 'D'
            AND (t.tgrelid = c.oid OR t.tgrelid IN (SELECT p.relid FROM pg_partition_tree(c.oid) p))))
        """;

    private const string Tables = $"""
        SELECT CAST(c.oid AS bigint), n.nspname, c.relname, pg_table_is_visible(c.oid),
            c.relkind IN ('v', 'm', 'f') OR EXISTS (SELECT FROM pg_partition_tree(c.oid) p JOIN pg_class f ON f.oid = p.relid WHERE f.relkind = 'f'),
            c.relkind = 'p' OR c.relhassubclass,
            {Acts},
            c.relkind <> 'v', row_security_active(c.oid),
            ARRAY(SELECT CAST(x.relname AS text) FROM pg_inherits i JOIN pg_class x ON x.oid = i.inhrelid WHERE i.inhparent = c.oid AND NOT x.relispartition ORDER BY 1)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {Described} ORDER BY pg_table_is_visible(c.oid) DESC, n.nspname, c.relname
        """;

    private const string Columns = $"""
        SELECT CAST(c.oid AS bigint), a.attname, format_type(t.oid, t.mod), a.attnotnull OR t.notnull,
            a.attgenerated <> '', CASE WHEN NOT l.collisdeterministic THEN l.collname ELSE '' END,
            ARRAY(SELECT CAST(e.enumlabel AS text) FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        CROSS JOIN LATERAL (WITH RECURSIVE d AS (
            SELECT y.oid, y.typbasetype AS base, CASE WHEN y.typbasetype <> 0 THEN y.typtypmod ELSE a.atttypmod END AS mod, y.typnotnull AS notnull
            FROM pg_type y WHERE y.oid = a.atttypid
            UNION ALL SELECT y.oid, y.typbasetype, CASE WHEN y.typbasetype <> 0 THEN y.typtypmod ELSE d.mod END, d.notnull OR y.typnotnull
            FROM d JOIN pg_type y ON y.oid = d.base) SELECT * FROM d WHERE d.base = 0) t
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE {Described} ORDER BY c.oid, a.attnum
        """;

    // Columns of an index after an expression, and those that it only carries along, are left out.
    private const string Indexes = $"""
        SELECT CAST(i.indrelid AS bigint), i.indisprimary, i.indisunique AND i.indimmediate AND i.indexprs IS NULL
                AND NOT EXISTS (SELECT FROM generate_series(0, i.indnkeyatts - 1) k JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]
                    LEFT JOIN pg_collation own ON own.oid = i.indcollation[k] LEFT JOIN pg_collation col ON col.oid = a.attcollation
                    WHERE i.indcollation[k] <> a.attcollation AND NOT (own.collisdeterministic AND col.collisdeterministic)),
            m.amname = 'btree',
            ARRAY(SELECT CAST(a.attname AS text) FROM generate_series(0, i.indnkeyatts - 1) k JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]
                WHERE NOT EXISTS (SELECT FROM generate_series(0, k) b WHERE i.indkey[b] = 0) ORDER BY k)
        FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
            JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indisvalid AND i.indpred IS NULL AND {Described} ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid
        """;

    // One declared on a partition alone, or to one, is its table's: whoever deletes there meets it.
    private const string ForeignKeys = $"""
        SELECT CAST(c.oid AS bigint), CAST(coalesce(pg_partition_root(k.confrelid), k.confrelid) AS bigint), CAST(k.confdeltype AS text),
            ARRAY(SELECT CAST(a.attname AS text) FROM unnest(k.conkey) WITH ORDINALITY u(no, i)
                JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.no ORDER BY u.i),
            ARRAY(SELECT CAST(a.attname AS text) FROM unnest(k.confkey) WITH ORDINALITY u(no, i)
                JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.no ORDER BY u.i)
        FROM pg_constraint k JOIN pg_class c ON c.oid = coalesce(pg_partition_root(k.conrelid), k.conrelid) JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE k.contype = 'f' AND k.conparentid = 0 AND {Described}
        ORDER BY k.oid
        """;

    /// <summary>A query: whether the database does something of its own when rows of one of some tables change.</summary>
    /// <param name="tables">The parameter that holds the tables' names, quoted.</param>
    public static string ActsOn(string tables) => $"SELECT EXISTS (SELECT FROM pg_class c WHERE c.oid IN (SELECT to_regclass(q) FROM unnest({tables}) AS q) AND {Acts})";

    public static async ValueTask<IReadOnlyList<TableDescription>> ReadAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var tables = await RowsAsync(connection, Tables, cancellationToken).ConfigureAwait(false);
        var columns = (await RowsAsync(connection, Columns, cancellationToken).ConfigureAwait(false)).ToLookup(row => (long)row[0]);
        var indexes = (await RowsAsync(connection, Indexes, cancellationToken).ConfigureAwait(false)).ToLookup(row => (long)row[0]);
        var keys = (await RowsAsync(connection, ForeignKeys, cancellationToken).ConfigureAwait(false)).ToLookup(row => (long)row[0]);
        var names = tables.ToDictionary(row => (long)row[0], row => PostgreSqlNames.Written((bool)row[3] ? null : (string)row[1], (string)row[2]));
        return [.. tables.Select(row =>
        {
            var id = (long)row[0];
            return new TableDescription(
                names[id],
                (bool)row[4],
                [.. columns[id].Select(ColumnOf)],
                indexes[id].FirstOrDefault(index => (bool)index[1]) is { } primary ? (string[])primary[4] : [],
                [.. indexes[id].Where(index => (bool)index[2]).Select(index => (string[])index[4])],
                [.. keys[id].Where(key => names.ContainsKey((long)key[1])).Select(key => new ForeignKeyDescription(
                    names[id], (string[])key[3], names[(long)key[1]], (string[])key[4], ActionOf((string)key[2])))])
            {
                Indexes = [.. indexes[id].Where(index => (bool)index[3] && index[4] is string[] { Length: > 0 }).Select(index => (string[])index[4])],
                IsPartitioned = (bool)row[5],
                HasTriggers = (bool)row[6],
                KeepsRows = (bool)row[7],
                FullName = PostgreSqlNames.Written((string)row[1], (string)row[2]),
                HidesRows = (bool)row[8],
                InheritedBy = (string[])row[9],
            };
        })];
    }

    private static ColumnDescription ColumnOf(object[] row)
    {
        var type = (string)row[2];
        return new ColumnDescription((string)row[1], PostgreSqlTypes.AffinityOf(type), !(bool)row[3], (bool)row[4])
        {
            Type = type,
            Labels = (string[])row[6],

            // Two columns compare alike where this is the same: a uuid with no text.
            Collation = PostgreSqlTypes.Of(type) == PostgreSqlType.Uuid ? "uuid" : (string)row[5],
        };
    }

    private static string ActionOf(string code) => code switch
    {
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        "r" => "RESTRICT",
        _ => "NO ACTION",
    };

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
}
