using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using NodaTime;

namespace Gdpr.PostgreSql.Sources;

/// <summary>Dates and instants as PostgreSQL stores them, as the numbers of <see cref="TriggerCode"/>: what <see cref="StoredTime"/> reads, read in the
/// database.</summary>
/// <remarks>Infinity, years before the first and after the 9999th, and what is not in the form stated are unknown.</remarks>
internal sealed class TriggerCodes(string schema)
{
    /// <summary>Added to the ticks of a local time of which the zone is still to be asked: above all instants, below all dates.</summary>
    public const long LocalShift = 5_000_000_000_000_000_000;

    private const long TicksAtUnixEpoch = 621_355_968_000_000_000;
    private const long FirstLocal = 4_000_000_000_000_000_000;

    private static readonly string Unknown = Sql.Number(TriggerCode.Unknown);
    private static readonly long FirstTicks = Instant.MinValue.ToUnixTimeTicks();
    private static readonly long LastTicks = Instant.MaxValue.ToUnixTimeTicks();

    /// <summary>The code of a value.</summary>
    /// <param name="value">The expression; where it is no column, it is computed once.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="time">How it is stored.</param>
    public string Of(string value, ColumnKind kind, StoredTime time)
    {
        var type = PostgreSqlTypes.Of(kind.Type);
        return value.StartsWith('(') && type != PostgreSqlType.Unstated
            ? $"(SELECT {OfColumn("x.v", type, time)} FROM (SELECT {value} AS v OFFSET 0) AS x)"
            : OfColumn(value, type, time);
    }

    /// <summary>A condition on a column, such that an index on it serves, which every value meets whose code is unknown; <see langword="null"/> where only the code tells.</summary>
    public static string? Unreadable(string x, ColumnKind kind, StoredTime time) => (PostgreSqlTypes.Of(kind.Type), time.Form) switch
    {
        (PostgreSqlType.Date, StorageForm.Iso) => $"{x} < {FirstOf("DATE")} OR {x} >= {EndOf("DATE")}",
        (PostgreSqlType.TimestampTz, StorageForm.Iso) => $"{x} < {FirstOf("TIMESTAMPTZ")} OR {x} >= {EndOf("TIMESTAMPTZ")}",
        (PostgreSqlType.Timestamp, StorageForm.Iso) when time.Zone is not null => $"{x} < {FirstOf("TIMESTAMP")} OR {x} >= {EndOf("TIMESTAMP")}",
        (PostgreSqlType.Whole, StorageForm.UnixSeconds or StorageForm.UnixMilliseconds or StorageForm.UnixMicroseconds) when UnitOf(time.Form) is var unit =>
            $"{x} < {Sql.Number(FirstTicks / unit)} OR {x} > {Sql.Number(LastTicks / unit)}",
        _ => null,
    };

    private static string Within(string x, string type) => $"{x} >= {FirstOf(type)} AND {x} < {EndOf(type)}";

    private static string FirstOf(string type) => Literal(type, "0001-01-01");

    private static string EndOf(string type) => Literal(type, "10000-01-01");

    private static string Literal(string type, string date) => type switch
    {
        "DATE" => $"DATE '{date}'",
        "TIMESTAMP" => $"TIMESTAMP '{date} 00:00:00'",
        _ => $"TIMESTAMPTZ '{date} 00:00:00+00'",
    };

    private string OfColumn(string x, PostgreSqlType type, StoredTime time) => type switch
    {
        PostgreSqlType.Date when time.Form == StorageForm.Iso =>
            Known(x, Within(x, "DATE"), $"{Sql.Number(TriggerCode.Of(new LocalDate(1970, 1, 1)))} + ({x} - DATE '1970-01-01')"),
        PostgreSqlType.TimestampTz when time.Form == StorageForm.Iso =>
            Known(x, Within(x, "TIMESTAMPTZ"), Ticks(x)),
        PostgreSqlType.Timestamp when time.Form == StorageForm.Iso && time.Zone is { } zone =>
            Known(x, Within(x, "TIMESTAMP"), $"{Ticks(x)} - {ZoneRules.Offset(Ticks(x), zone)}"),
        PostgreSqlType.Whole => OfWhole(x, time),
        PostgreSqlType.Real => OfReal($"CAST({x} AS double precision)", time),
        PostgreSqlType.Numeric => OfNumeric(x, time),
        PostgreSqlType.Text => OfText($"CAST({x} AS text)", time),
        PostgreSqlType.Json => OfJson($"CAST({x} AS jsonb)", time),
        _ => Known(x, Condition.False, Unknown),
    };

    private static string Ticks(string x) => $"CAST(extract(epoch FROM {x}) * 10000000 AS bigint)";

    private static string Known(string x, string condition, string code) =>
        condition == Condition.False
            ? $"CASE WHEN {x} IS NULL THEN NULL ELSE {Unknown} END"
            : $"CASE WHEN {condition} THEN {code} WHEN {x} IS NULL THEN NULL ELSE {Unknown} END";

    private string OfWhole(string x, StoredTime time) => time.Form switch
    {
        StorageForm.UnixSeconds or StorageForm.UnixMilliseconds or StorageForm.UnixMicroseconds when UnitOf(time.Form) is var unit =>
            Known(x, $"{x} BETWEEN {Sql.Number(FirstTicks / unit)} AND {Sql.Number(LastTicks / unit)}", $"CAST({x} AS bigint) * {Sql.Number(unit)}"),
        StorageForm.DotNetTicks =>
            Known(x, $"{x} BETWEEN 0 AND {Sql.Number(LastTicks + TicksAtUnixEpoch)}", OfLocal($"({x} - {Sql.Number(TicksAtUnixEpoch)})", time.Zone)),
        StorageForm.CompactDate => $"{schema}.gdpr_compact(CAST({x} AS bigint))",
        StorageForm.JulianDay => OfReal($"CAST({x} AS double precision)", time),
        _ => Known(x, Condition.False, Unknown),
    };

    private string OfReal(string x, StoredTime time) => time.Form switch
    {
        StorageForm.UnixSeconds or StorageForm.UnixMilliseconds or StorageForm.UnixMicroseconds when UnitOf(time.Form) is var unit =>
            OfUnits(x, unit, "double precision"),
        StorageForm.JulianDay when $"({x} - 2440587.5) * 86400000" is var milliseconds =>
            OfUnits($"(sign({milliseconds}) * floor(abs({milliseconds}) + 0.5))", NodaConstants.TicksPerMillisecond, "double precision"),
        StorageForm.CompactDate =>
            $"CASE WHEN {x} = floor({x}) AND abs({x}) < 100000000 THEN {schema}.gdpr_compact(CAST({x} AS bigint)) WHEN {x} IS NULL THEN NULL ELSE {Unknown} END",
        _ => Known(x, Condition.False, Unknown),
    };

    private string OfNumeric(string x, StoredTime time) => time.Form switch
    {
        StorageForm.UnixSeconds or StorageForm.UnixMilliseconds or StorageForm.UnixMicroseconds when UnitOf(time.Form) is var unit => OfUnits(x, unit, "numeric"),
        StorageForm.JulianDay => OfUnits($"round(({x} - 2440587.5) * 86400000)", NodaConstants.TicksPerMillisecond, "numeric"),
        StorageForm.DotNetTicks or StorageForm.CompactDate =>
            $"CASE WHEN abs({x}) < 4000000000000000000 AND {x} = floor({x}) THEN {OfWhole($"CAST({x} AS bigint)", time)} WHEN {x} IS NULL THEN NULL ELSE {Unknown} END",
        _ => Known(x, Condition.False, Unknown),
    };

    // The whole and the fraction by themselves: their sum in ticks is more than a real number holds exactly.
    private static string OfUnits(string x, long unit, string type) => Known(
        x,
        $"floor({x}) BETWEEN {Sql.Number((FirstTicks / unit) + 1)} AND {Sql.Number(LastTicks / unit)}",
        $"CAST(floor({x}) AS bigint) * {Sql.Number(unit)} + CAST(floor(({x} - floor({x})) * CAST({Sql.Number(unit)} AS {type})) AS bigint)");

    private string OfText(string x, StoredTime time)
    {
        switch (time.Form)
        {
            case StorageForm.Unstated:
                return Known(x, Condition.False, Unknown);
            case StorageForm.Iso:
                var code = $"{schema}.gdpr_iso({x}, {(time.Zone is null ? "false" : "true")})";
                return time.Zone is null ? code
                    : $"(SELECT CASE WHEN z.c BETWEEN {Sql.Number(FirstLocal)} AND {Sql.Number(TriggerCode.FirstDate - 1)} "
                        + $"THEN {OfLocal($"(z.c - {Sql.Number(LocalShift)})", time.Zone)} ELSE z.c END FROM (SELECT {code} AS c OFFSET 0) AS z)";
            case StorageForm.CompactDate:
                return $"CASE WHEN {x} ~ '^[0-9]{{8}}$' THEN {schema}.gdpr_compact(CAST({x} AS bigint)) WHEN {x} IS NULL THEN NULL ELSE {Unknown} END";
            default:
                return $"(SELECT CASE WHEN n.w IS NOT NULL THEN {OfWhole("n.w", time)} WHEN n.f IS NOT NULL THEN {OfReal("n.f", time)} WHEN n.v IS NULL THEN NULL "
                    + $"ELSE {Unknown} END FROM (SELECT {schema}.gdpr_whole({x}) AS w, {schema}.gdpr_real({x}) AS f, {x} AS v OFFSET 0) AS n)";
        }
    }

    private string OfJson(string x, StoredTime time) =>
        $"(SELECT CASE jsonb_typeof(j.v) WHEN 'string' THEN {OfText("(j.v #>> '{}')", time)} WHEN 'number' THEN {OfNumeric("CAST(j.v #>> '{}' AS numeric)", time)} "
        + $"WHEN 'null' THEN NULL ELSE {Known("j.v", Condition.False, Unknown)} END FROM (SELECT {x} AS v OFFSET 0) AS j)";

    private static string OfLocal(string ticks, DateTimeZone? zone) => zone is null ? ticks : $"{ticks} - {ZoneRules.Offset(ticks, zone)}";

    private static long UnitOf(StorageForm form) => form switch
    {
        StorageForm.UnixSeconds => NodaConstants.TicksPerSecond,
        StorageForm.UnixMilliseconds => NodaConstants.TicksPerMillisecond,
        _ => NodaConstants.TicksPerMillisecond / 1000,
    };
}
