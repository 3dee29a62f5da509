using System.Globalization;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.PostgreSql.Sources;

/// <summary>SQL as PostgreSQL writes it.</summary>
internal sealed class PostgreSqlDialect : SqlDialect
{
    private readonly string _schema;
    private readonly TriggerCodes _codes;
    private readonly ContentSql _contents;

    /// <param name="schema">The schema of the library's own tables and functions.</param>
    public PostgreSqlDialect(string schema)
    {
        _schema = PostgreSqlNames.Quote(schema);
        _codes = new TriggerCodes(_schema);
        _contents = new ContentSql(_schema, _codes);
    }

    public override string Barrier => "OFFSET 0";

    public override bool LocksRows => true;

    /// <summary>None here: they are created together with the functions that read stored dates.</summary>
    public override IReadOnlyList<IReadOnlyList<string>> SideTables => [];

    public override int SideTablesVersion => PostgreSqlSourceSchema.Version;

    public override string Quote(string identifier) => PostgreSqlNames.Quote(identifier);

    public override string Table(string name) => PostgreSqlNames.QuoteTable(name);

    public override string Beside(string table) => $"{_schema}.{table}";

    public override string Greatest(IEnumerable<string> expressions) => $"GREATEST({string.Join(", ", expressions)})";

    public override string Least(IEnumerable<string> expressions) => $"LEAST({string.Join(", ", expressions)})";

    public override bool CanHold(string text) => !text.Contains('\0', StringComparison.Ordinal);

    public override string Whole(string sum) => $"CAST({sum} AS bigint)";

    public override string Differ(string first, string second, ColumnKind kind) =>
        PostgreSqlTypes.Of(kind.Type) is PostgreSqlType.Other or PostgreSqlType.Json or PostgreSqlType.Text
            ? $"CAST({first} AS text) COLLATE \"C\" IS DISTINCT FROM CAST({second} AS text)"
            : $"{first} IS DISTINCT FROM {second}";

    public override string Value(string text, ColumnKind kind) => kind.Affinity == ColumnAffinity.Integer ? $"CAST({text} AS bigint)"
        : kind.Type.Length > 0 ? $"CAST({text} AS {kind.Type})" : text;

    public override string TriggerCode(string column, ColumnKind kind, StoredTime time) => _codes.Of(column, kind, time);

    public override string Anonymised(string column, ColumnKind kind, ContentChange change, Func<string, string> parameter)
    {
        var erased = change switch
        {
            ContentChange.Year year => year.Erased,
            ContentChange.IpPrefix prefix => prefix.Erased,
            ContentChange.Area area => area.Erased,
            _ => null,
        };
        return _contents.Of(column, kind, change, erased is null ? "NULL" : Value(parameter(erased), kind));
    }

    public override string? Before(string column, ColumnKind kind, StoredTime time, LocalDate date, Func<string, string> parameter)
    {
        var (type, days, iso) = (PostgreSqlTypes.Of(kind.Type), Period.DaysBetween(new LocalDate(1970, 1, 1), date), LocalDatePattern.Iso.Format(date));
        var isNumber = type is PostgreSqlType.Whole or PostgreSqlType.Real or PostgreSqlType.Numeric;
        var bound = (type, time.Form) switch
        {
            (PostgreSqlType.Date, StorageForm.Iso) => $"DATE '{iso}'",
            (PostgreSqlType.Timestamp, StorageForm.Iso) => $"TIMESTAMP '{iso} 00:00:00'",
            (PostgreSqlType.TimestampTz, StorageForm.Iso) => $"TIMESTAMPTZ '{iso} 00:00:00+00'",
            (PostgreSqlType.Text, StorageForm.Iso) => $"'{iso}'",
            (_, StorageForm.CompactDate) when isNumber => Sql.Number((date.Year * 10_000L) + (date.Month * 100) + date.Day),
            (_, StorageForm.UnixSeconds) when isNumber => Sql.Number(days * 86_400L),
            (_, StorageForm.UnixMilliseconds) when isNumber => Sql.Number(days * 86_400_000L),
            (_, StorageForm.UnixMicroseconds) when isNumber => Sql.Number(days * 86_400_000_000L),
            (_, StorageForm.JulianDay) when isNumber => Sql.Number(days + 2_440_588L),
            (_, StorageForm.DotNetTicks) when isNumber => Sql.Number((days + 719_162L) * NodaConstants.TicksPerDay),
            _ => null,
        };
        return bound is null ? null : $"{column} < {bound}";
    }

    public override string? Unreadable(string column, ColumnKind kind, StoredTime time) => TriggerCodes.Unreadable(column, kind, time);

    public override bool DisposesAtOnce => true;

    public override string Explained(string query) => $"EXPLAIN (FORMAT JSON) {query}";

    public override string? Past(string column, ColumnKind kind, StoredTime time, Cutoff cutoff)
    {
        ArgumentNullException.ThrowIfNull(cutoff);
        var unit = time.Form switch
        {
            StorageForm.UnixSeconds => NodaConstants.TicksPerSecond,
            StorageForm.UnixMilliseconds => NodaConstants.TicksPerMillisecond,
            StorageForm.UnixMicroseconds => NodaConstants.TicksPerMillisecond / 1000,
            _ => 0,
        };
        if (cutoff.Date.Year is < 2 or > 9990)
        {
            return null;
        }

        // First what tells most rows from the due ones: the other bound is for values that no calendar of the library has.
        return (PostgreSqlTypes.Of(kind.Type), time.Form) switch
        {
            (PostgreSqlType.Date, StorageForm.Iso) => $"{column} < DATE '{LocalDatePattern.Iso.Format(cutoff.Date)}' AND {column} >= DATE '0001-01-01'",
            (PostgreSqlType.TimestampTz, StorageForm.Iso) when cutoff.Ticks % 10 == 0 =>
                $"{column} < TIMESTAMPTZ '{Instant.FromUnixTimeTicks(cutoff.Ticks):uuuu'-'MM'-'dd' 'HH':'mm':'ss.FFFFFF}+00' "
                + $"AND {column} >= TIMESTAMPTZ '0001-01-01 00:00:00+00'",
            (PostgreSqlType.Whole, _) when unit > 0 && cutoff.Ticks % unit == 0 =>
                $"{column} < {Sql.Number(cutoff.Ticks / unit)} AND {column} >= {Sql.Number(Instant.MinValue.ToUnixTimeTicks() / unit)}",
            _ => null,
        };
    }

    internal override string? LastBelow(string text, ColumnKind kind) => PostgreSqlTypes.Of(kind.Type) switch
    {
        PostgreSqlType.Date => $"CAST({text} AS date) - 1",
        PostgreSqlType.TimestampTz => $"CAST({text} AS timestamptz) - interval '1 microsecond'",
        PostgreSqlType.Whole => $"CAST({text} AS bigint) - 1",
        _ => null,
    };

    // Dates and times are written as ISO 8601, whatever the session's style and zone.
    public override string KeyText(string column, ColumnKind kind) => (kind.Affinity, PostgreSqlTypes.Of(kind.Type)) switch
    {
        (ColumnAffinity.Bytes, _) => $"('x''' || upper(encode({column}, 'hex')) || '''') COLLATE \"C\"",
        (_, PostgreSqlType.TimestampTz) => $"(to_jsonb({column} AT TIME ZONE 'UTC') #>> '{{}}') COLLATE \"C\"",
        (_, PostgreSqlType.Date or PostgreSqlType.Timestamp) => $"(to_jsonb({column}) #>> '{{}}') COLLATE \"C\"",
        _ => $"CAST({column} AS text) COLLATE \"C\"",
    };

    public override string IsKey(string column, ColumnKind kind) => $"{column} IS NOT NULL";

    // Collations that take one text for another are named; by the others texts are equal character by character.
    public override string Exact(string column, ColumnKind kind) =>
        kind is { Affinity: ColumnAffinity.Text, Collation.Length: > 0 } && PostgreSqlTypes.Of(kind.Type) != PostgreSqlType.Uuid ? $"{column} COLLATE \"C\"" : column;

    public override string AnyCase(string text) => $"lower(CAST({text} AS text) COLLATE \"C\")";

    // Whatever the driver would give as a type of its own is given as text: dates and times as ISO 8601, numbers with all their digits.
    public override string Exported(string column, ColumnKind kind) => PostgreSqlTypes.Of(kind.Type) switch
    {
        PostgreSqlType.Whole or PostgreSqlType.Real or PostgreSqlType.Text or PostgreSqlType.Bytes => column,
        PostgreSqlType.Date or PostgreSqlType.Timestamp or PostgreSqlType.TimestampTz => $"(to_jsonb({column}) #>> '{{}}')",
        _ when kind.Type == "boolean" => column,
        _ => $"CAST({column} AS text)",
    };

    public override string KeyArray(IReadOnlyList<(string Column, ColumnKind Kind)> columns)
    {
        var parts = columns.Select(column => column.Kind.Affinity == ColumnAffinity.Integer
            ? $"CAST({column.Column} AS text)"
            : $"CAST(to_json({KeyText(column.Column, column.Kind)}) AS text)");
        return $"('[' || {string.Join(" || ',' || ", parts)} || ']') COLLATE \"C\"";
    }

    public override string KeySet(string parameter, IReadOnlyList<ColumnKind> kinds, bool areKnown = false) => kinds.Count == 1
        ? $"SELECT {Key("e.v", kinds[0], areKnown)} AS k0 FROM jsonb_array_elements_text(CAST({parameter} AS jsonb)) AS e(v)"
        : $"SELECT {string.Join(", ", kinds.Select((kind, i) => $"{Key($"(e.v ->> {i.ToString(CultureInfo.InvariantCulture)})", kind, areKnown)} AS k{i}"))} "
            + $"FROM jsonb_array_elements(CAST({parameter} AS jsonb)) AS e(v)";

    // An array is sorted once and the index walked along it; rows of a query are hashed, and sought one by one in no order.
    public override string IsSought(string column, string values) => $"{column} = ANY (ARRAY({values}))";

    public override string RowLock(bool waits) => waits ? "FOR UPDATE OF r" : "FOR UPDATE OF r SKIP LOCKED";

    public override string? Address(string row, TableDescription table) =>
        table.IsPartitioned ? $"CAST({row}.tableoid AS text) || ' ' || CAST({row}.ctid AS text)" : $"CAST({row}.ctid AS text)";

    // A list of the rows' places makes the database go to each of them, and never through the whole table.
    public override string IsAt(string parameter, TableDescription table) => table.IsPartitioned
        ? $"ctid = ANY (ARRAY(SELECT CAST(split_part(a, ' ', 2) AS tid) FROM unnest({parameter}) AS a)) AND (tableoid, ctid) IN "
            + $"(SELECT CAST(split_part(a, ' ', 1) AS oid), CAST(split_part(a, ' ', 2) AS tid) FROM unnest({parameter}) AS a)"
        : $"ctid = ANY (CAST({parameter} AS tid[]))";

    /// <summary>A text as a value of a key, or NULL where it is none: nothing has such a key.</summary>
    private string Key(string text, ColumnKind kind, bool isKnown) => (kind.Affinity, PostgreSqlTypes.Of(kind.Type)) switch
    {
        (ColumnAffinity.Integer, _) when isKnown => $"CAST({text} AS bigint)",
        (_, PostgreSqlType.Uuid) when isKnown => $"CAST({text} AS uuid)",
        (ColumnAffinity.Integer, _) => $"CASE WHEN {text} ~ '^(0|-?[1-9][0-9]{{0,17}})$' THEN CAST({text} AS bigint) WHEN {text} ~ '^-?[1-9][0-9]{{18}}$' THEN "
            + $"CASE WHEN CAST({text} AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST({text} AS bigint) END END",
        (_, PostgreSqlType.Uuid) => $"CASE WHEN {text} ~ '^[0-9a-f]{{8}}-([0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}}$' THEN CAST({text} AS uuid) END",
        (ColumnAffinity.Bytes, _) => $"CASE WHEN {text} ~ '^x''([0-9A-F]{{2}})*''$' THEN decode(substr({text}, 3, length({text}) - 3), 'hex') END",
        (_, PostgreSqlType.Date or PostgreSqlType.Timestamp or PostgreSqlType.TimestampTz) => TimeKey(text, kind, isKnown),
        _ when PostgreSqlTypes.IsPadded(kind.Type) => $"CAST({text} AS bpchar)",
        _ => text,
    };

    private string TimeKey(string text, ColumnKind kind, bool isKnown)
    {
        var value = PostgreSqlTypes.Of(kind.Type) switch
        {
            PostgreSqlType.Date => $"CAST({text} AS date)",
            PostgreSqlType.Timestamp => $"CAST({text} AS timestamp)",
            _ => $"(CAST({text} AS timestamp) AT TIME ZONE 'UTC')",
        };
        return isKnown ? value
            : $"CASE WHEN {text} IN ('infinity', '-infinity') OR ({text} !~ '[Zz+]|-[0-9]{{2}}:' "
                + $"AND {_schema}.gdpr_iso({text}, true) <> {Sql.Number(Gdpr.Relational.Values.TriggerCode.Unknown)}) THEN {value} END";
    }
}
