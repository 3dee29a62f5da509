using System.Text.Json.Serialization;

namespace Gdpr.Relational.Values;

/// <summary>How a date or an instant is stored in a column. What a value is not in the form stated is unknown: nothing is guessed.</summary>
public enum StorageForm
{
    /// <summary>No form is stated: every value is unknown.</summary>
    [JsonStringEnumMemberName("unstated")]
    Unstated = 0,

    /// <summary>Text of ISO 8601: a date (<c>2024-01-31</c>), or a date-time with <c>T</c> or a space, with or without seconds and their fractions,
    /// with <c>Z</c> or an offset (<c>+01:00</c>). A date-time without an offset is unknown unless a zone is stated.</summary>
    [JsonStringEnumMemberName("iso")]
    Iso = 1,

    /// <summary>Seconds since 1970-01-01T00:00:00Z: a whole or a real number.</summary>
    [JsonStringEnumMemberName("unix-seconds")]
    UnixSeconds = 2,

    /// <summary>Milliseconds since 1970-01-01T00:00:00Z: a whole or a real number.</summary>
    [JsonStringEnumMemberName("unix-milliseconds")]
    UnixMilliseconds = 3,

    /// <summary>Microseconds since 1970-01-01T00:00:00Z: a whole number.</summary>
    [JsonStringEnumMemberName("unix-microseconds")]
    UnixMicroseconds = 4,

    /// <summary>The Julian day number of SQLite's date functions: days, with fractions, since noon in Greenwich on 24 November 4714 B.C.; read to the
    /// millisecond.</summary>
    [JsonStringEnumMemberName("julian-day")]
    JulianDay = 5,

    /// <summary>Ticks of .NET: 100 nanoseconds since 0001-01-01T00:00:00Z. With a zone stated, of the local time there.</summary>
    [JsonStringEnumMemberName("dotnet-ticks")]
    DotNetTicks = 6,

    /// <summary>A date as eight digits, such as 20240131: a whole number or text.</summary>
    [JsonStringEnumMemberName("yyyymmdd")]
    CompactDate = 7,
}
