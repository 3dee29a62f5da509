using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using NodaTime;

namespace Gdpr.PostgreSql.Sources;

/// <summary>What becomes of a column's content when its field is anonymised, in SQL: what <see cref="ContentChange.Apply"/> does.</summary>
internal sealed class ContentSql(string schema, TriggerCodes codes)
{
    /// <summary>The content afterwards; the same again for its own result.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="change">What becomes of it.</param>
    /// <param name="erased">What stands where nothing remains, as an expression.</param>
    public string Of(string column, ColumnKind kind, ContentChange change, string erased)
    {
        var type = PostgreSqlTypes.Of(kind.Type);
        var (condition, content) = change switch
        {
            ContentChange.Year year => OfYear(column, type, kind.Type, year.Form),
            ContentChange.IpPrefix => OfNetwork(column, type, kind.Type),
            ContentChange.Area area when type is PostgreSqlType.Text or PostgreSqlType.Whole =>
                (Condition.True, $"CAST(left(CAST({column} AS text), {Sql.Number(area.Characters)}) AS {kind.Type})"),
            _ => (Condition.False, "NULL"),
        };
        return $"CASE WHEN {column} IS NULL THEN NULL WHEN {condition} THEN {content} ELSE {erased} END";
    }

    private (string Condition, string Content) OfYear(string column, PostgreSqlType type, string name, StorageForm form)
    {
        var code = codes.Of(type == PostgreSqlType.Timestamp ? $"({column} AT TIME ZONE 'UTC')" : column, type == PostgreSqlType.Timestamp
            ? new ColumnKind(ColumnAffinity.Time, "timestamp with time zone")
            : new ColumnKind(ColumnAffinity.Any, name), new StoredTime(form, DateTimeZone.Utc));
        var year = $"{schema}.gdpr_year({code})";
        var first = $"make_date({year}, 1, 1)";
        var days = $"CAST({first} - DATE '1970-01-01' AS bigint)";
        var content = (type, form) switch
        {
            (PostgreSqlType.Date, _) => first,
            (PostgreSqlType.Timestamp, _) => $"CAST({first} AS timestamp)",
            (PostgreSqlType.TimestampTz, _) => $"(CAST({first} AS timestamp) AT TIME ZONE 'UTC')",
            (_, StorageForm.UnixSeconds) => $"{days} * 86400",
            (_, StorageForm.UnixMilliseconds) => $"{days} * 86400000",
            (_, StorageForm.UnixMicroseconds) => $"{days} * 86400000000",
            (_, StorageForm.JulianDay) => $"{days} + 2440587.5",
            (_, StorageForm.DotNetTicks) => $"({days} + 719162) * 864000000000",
            (_, StorageForm.CompactDate) => $"{year} * 10000 + 101",
            _ => $"to_char({first}, 'YYYY-MM-DD')",
        };
        return ($"{year} IS NOT NULL", $"CAST({content} AS {name})");
    }

    private (string Condition, string Content) OfNetwork(string column, PostgreSqlType type, string name)
    {
        if (type is not (PostgreSqlType.Text or PostgreSqlType.Address))
        {
            return (Condition.False, "NULL");
        }

        var network = $"{schema}.gdpr_network({(type == PostgreSqlType.Text ? $"CAST({column} AS text)" : $"host({column})")})";
        return ($"{network} IS NOT NULL", $"CAST({network} AS {name})");
    }
}
