using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Microsoft.Data.Sqlite;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Sqlite.Sources;

/// <summary>SQL as SQLite writes it.</summary>
internal sealed class SqliteDialect(SqliteFunctions functions, bool isReadOnly) : SqlDialect
{
    /// <summary>Whether this version of SQLite never gives back a day that its month does not have. Others do, unless they have to reckon with it, which takes
    /// longer.</summary>
    private static readonly Lazy<bool> RefusesNoDays = new(() =>
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT '2023-02-29' <> date('2023-02-29') AND '2024-02-30' <> date('2024-02-30') AND '2023-06-31' <> date('2023-06-31')";
        return command.ExecuteScalar() is 1L;
    });

    public override string Barrier => "LIMIT -1";

    /// <summary>None where nothing may be written: each connection has empty ones of its own then.</summary>
    public override IReadOnlyList<IReadOnlyList<string>> SideTables => isReadOnly ? [] : Versions;

    public override int SideTablesVersion => Versions.Count;

    /// <summary>Without statistics the data set alone, which begins the primary key, is taken for as telling as data set and source together. What stands in for tables
    /// that are missing has no index.</summary>
    public override string By(string index) => isReadOnly ? "" : $" INDEXED BY {index}";

    /// <summary>The statements that make the library's tables of nothing.</summary>
    public static IReadOnlyList<string> OwnTables => [.. Versions.SelectMany(version => version)];

    /// <summary>What makes each version of the tables of the one before.</summary>
    private static IReadOnlyList<IReadOnlyList<string>> Versions => [First, SummedFacts, Claims, Asked];

    private static IReadOnlyList<string> First { get; } =
    [
        .. new[] { "gdpr_block", "gdpr_mark" }.SelectMany(table => new[]
        {
            $"""
            CREATE TABLE IF NOT EXISTS {table} (
                data_set TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, source TEXT NOT NULL,
                kind TEXT NOT NULL, purpose TEXT NOT NULL, unknown INTEGER NOT NULL,
                PRIMARY KEY (data_set, scope, key, source)) WITHOUT ROWID
            """,
            $"CREATE INDEX IF NOT EXISTS {table}_source ON {table} (data_set, source)",
            $"CREATE INDEX IF NOT EXISTS {table}_unknown ON {table} (data_set) WHERE unknown = 1",
        }),
        "CREATE INDEX IF NOT EXISTS gdpr_mark_ending ON gdpr_mark (data_set, kind) WHERE kind <> 'consent-given'",
        "CREATE INDEX IF NOT EXISTS gdpr_block_any_case ON gdpr_block (data_set, scope, key COLLATE NOCASE)",
        "CREATE TABLE IF NOT EXISTS gdpr_position (source TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL, entry TEXT NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE IF NOT EXISTS gdpr_evidence (
            plan TEXT NOT NULL, batch INTEGER NOT NULL, seq INTEGER NOT NULL, data_set TEXT NOT NULL, key_id TEXT NOT NULL, record BLOB NOT NULL,
            action INTEGER NOT NULL, fields TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, records INTEGER NOT NULL,
            PRIMARY KEY (plan, batch, seq))
        """,
        """
        CREATE VIEW IF NOT EXISTS gdpr_evidence_record AS
            WITH RECURSIVE one(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM one WHERE i + 1 < (SELECT max(length(record)) / 32 FROM gdpr_evidence))
            SELECT e.plan, e.batch, e.seq + one.i AS seq, e.data_set, e.key_id, substr(e.record, 1 + 32 * one.i, 32) AS record,
                e.action, e.fields, e.rule, e.reason, e.at
            FROM gdpr_evidence e JOIN one ON one.i < length(e.record) / 32
        """,
    ];

    // Of what was put before nobody knows the sum: it is put again.
    private static IReadOnlyList<string> SummedFacts { get; } =
    [
        """
        CREATE TABLE IF NOT EXISTS gdpr_fact_sum (
            source TEXT NOT NULL PRIMARY KEY, data_sets TEXT NOT NULL, blocks INTEGER NOT NULL, marks INTEGER NOT NULL, digest INTEGER NOT NULL) WITHOUT ROWID
        """,
    ];

    private static IReadOnlyList<string> Claims { get; } =
    [
        "CREATE TABLE IF NOT EXISTS gdpr_claim (source TEXT NOT NULL, table_name TEXT NOT NULL, PRIMARY KEY (source, table_name)) WITHOUT ROWID",
    ];

    // What was claimed before is taken for records until its source claims it anew.
    private static IReadOnlyList<string> Asked { get; } =
    [
        "CREATE TABLE IF NOT EXISTS gdpr_asked (source TEXT NOT NULL, table_name TEXT NOT NULL, asked TEXT NOT NULL, PRIMARY KEY (source, table_name)) WITHOUT ROWID",
    ];

    /// <remarks>A unique constraint may say that the row which is in the way goes: nothing of that shows in what the statement counts.</remarks>
    internal override string Update => "UPDATE OR ABORT";

    public override string Greatest(IEnumerable<string> expressions) => $"max({string.Join(", ", expressions)})";

    public override string Least(IEnumerable<string> expressions) => $"min({string.Join(", ", expressions)})";

    public override string TriggerCode(string column, ColumnKind kind, StoredTime time) => $"{SqliteFunctions.Time}({column}, {functions.IndexOf(time)})";

    internal override StoredCodeReader StoredCodes { get; } = (reader, column, time) => SqliteFunctions.CodeOf(((SqliteDataReader)reader).Handle!, column, time);

    /// <remarks>The sign keeps the database from walking an index on the trigger: records come in the order of their keys.</remarks>
    public override string? Before(string column, ColumnKind kind, StoredTime time, LocalDate date, Func<string, string> parameter)
    {
        var days = Period.DaysBetween(new LocalDate(1970, 1, 1), date);
        var isNumber = kind.Affinity is ColumnAffinity.Integer or ColumnAffinity.Number;
        var bound = time.Form switch
        {
            StorageForm.Iso when kind.Affinity is not (ColumnAffinity.Any or ColumnAffinity.Bytes) => parameter(LocalDatePattern.Iso.Format(date)),
            StorageForm.CompactDate when isNumber => Sql.Number((date.Year * 10_000L) + (date.Month * 100) + date.Day),
            StorageForm.UnixSeconds when isNumber => Sql.Number(days * 86_400L),
            StorageForm.UnixMilliseconds when isNumber => Sql.Number(days * 86_400_000L),
            StorageForm.UnixMicroseconds when isNumber => Sql.Number(days * 86_400_000_000L),
            StorageForm.JulianDay when isNumber => Sql.Number(days + 2_440_588L),
            StorageForm.DotNetTicks when isNumber => Sql.Number((days + 719_162L) * NodaConstants.TicksPerDay),
            _ => null,
        };
        return bound is null ? null : $"+{column} < {bound}";
    }

    /// <remarks>No index serves it, but what reading each takes is spared: SQLite's own function gives a date back as it is, and nothing else, where it reckons
    /// with it. A date before the calendar's first year comes back too. The signs have texts compared as they are, whatever the column is declared
    /// as.</remarks>
    public override string? Unreadable(string column, ColumnKind kind, StoredTime time) =>
        time.Form == StorageForm.Iso && kind.Affinity is not (ColumnAffinity.Any or ColumnAffinity.Bytes)
            ? $"+{column} IS NOT date({column}{(RefusesNoDays.Value ? "" : ", '+0 days'")}) COLLATE BINARY OR +{column} COLLATE BINARY < '0001'"
            : null;

    public override string Anonymised(string column, ColumnKind kind, ContentChange change, Func<string, string> parameter) =>
        $"{SqliteFunctions.Changed}({column}, {functions.IndexOf(change)})";

    public override string KeyText(string column, ColumnKind kind) => IsAny(kind.Affinity)
        ? $"CASE typeof({column}) WHEN 'blob' THEN 'x''' || hex({column}) || '''' ELSE CAST({column} AS TEXT) END"
        : $"CAST({column} AS TEXT)";

    public override string IsKey(string column, ColumnKind kind) => kind.Affinity switch
    {
        ColumnAffinity.Integer => kind.Type == SqliteCatalogue.RowNumber ? Condition.True : $"typeof({column}) = 'integer'",
        ColumnAffinity.Text => $"{SqliteFunctions.IsText}({column})",
        ColumnAffinity.Bytes => $"typeof({column}) = 'blob'",
        _ => "1 = 0",
    };

    public override string Exact(string column, ColumnKind kind) => kind.Affinity == ColumnAffinity.Text ? $"{column} COLLATE BINARY" : column;

    public override string AnyCase(string text) => $"({text}) COLLATE NOCASE";

    public override string KeyArray(IReadOnlyList<(string Column, ColumnKind Kind)> columns) => $"json_array({string.Join(", ", columns.Select(column =>
        IsAny(column.Kind.Affinity) ? KeyText(column.Column, column.Kind) : column.Column))})";

    public override string KeySet(string parameter, IReadOnlyList<ColumnKind> kinds, bool areKnown = false) => kinds.Count == 1
        ? $"SELECT {KeyValue("value", kinds[0].Affinity)} AS k0 FROM json_each({parameter})"
        : $"SELECT {string.Join(", ", kinds.Select((kind, i) => $"{KeyValue($"json_extract(value, '$[{i}]')", kind.Affinity)} AS k{i}"))} FROM json_each({parameter})";

    private static bool IsAny(ColumnAffinity affinity) => affinity is ColumnAffinity.Any or ColumnAffinity.Bytes;

    /// <summary>Bytes are written as SQL writes them, in columns that may hold any.</summary>
    private static string KeyValue(string value, ColumnAffinity affinity) => IsAny(affinity)
        ? $"CASE WHEN {value} LIKE 'x''%''' THEN unhex(substr({value}, 3, length({value}) - 3)) ELSE {value} END"
        : value;
}
