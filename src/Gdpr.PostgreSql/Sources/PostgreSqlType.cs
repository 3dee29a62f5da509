using Gdpr.Relational.Tables;

namespace Gdpr.PostgreSql.Sources;

/// <summary>What the library makes of PostgreSQL's types.</summary>
internal enum PostgreSqlType
{
    Unstated,
    Date,
    Timestamp,
    TimestampTz,
    Whole,
    Real,
    Numeric,
    Text,
    Uuid,
    Bytes,
    Json,
    Address,
    Other,
}

internal static class PostgreSqlTypes
{
    /// <summary>The type by its name, as <c>format_type</c> writes it.</summary>
    public static PostgreSqlType Of(string name) => name switch
    {
        "" => PostgreSqlType.Unstated,
        "date" => PostgreSqlType.Date,
        "smallint" or "integer" or "bigint" => PostgreSqlType.Whole,
        "real" or "double precision" => PostgreSqlType.Real,
        "uuid" => PostgreSqlType.Uuid,
        "bytea" => PostgreSqlType.Bytes,
        "json" or "jsonb" => PostgreSqlType.Json,
        "inet" or "cidr" => PostgreSqlType.Address,
        "text" or "name" => PostgreSqlType.Text,
        _ when name.StartsWith("timestamp", StringComparison.Ordinal) =>
            name.EndsWith("without time zone", StringComparison.Ordinal) ? PostgreSqlType.Timestamp : PostgreSqlType.TimestampTz,
        _ when name.StartsWith("numeric", StringComparison.Ordinal) && !name.EndsWith(']') => PostgreSqlType.Numeric,
        _ when name.StartsWith("character", StringComparison.Ordinal) && !name.EndsWith(']') => PostgreSqlType.Text,
        _ => PostgreSqlType.Other,
    };

    public static ColumnAffinity AffinityOf(string name) => Of(name) switch
    {
        PostgreSqlType.Text or PostgreSqlType.Uuid => ColumnAffinity.Text,
        PostgreSqlType.Whole => ColumnAffinity.Integer,
        PostgreSqlType.Real or PostgreSqlType.Numeric => ColumnAffinity.Number,
        PostgreSqlType.Bytes => ColumnAffinity.Bytes,
        PostgreSqlType.Date or PostgreSqlType.Timestamp or PostgreSqlType.TimestampTz => ColumnAffinity.Time,
        _ => ColumnAffinity.Any,
    };

    /// <summary>Whether a name is one of a text padded with blanks.</summary>
    public static bool IsPadded(string name) => name is "character" or "bpchar" || name.StartsWith("character(", StringComparison.Ordinal);
}
