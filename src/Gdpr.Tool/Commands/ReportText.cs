using System.Globalization;
using System.Text.Json;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary>Dates, instants and words as reports write them.</summary>
internal static class ReportText
{
    /// <summary>A date as <c>yyyy-MM-dd</c>.</summary>
    public static string Of(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A date, or nothing.</summary>
    public static string? OfOptional(LocalDate? date) => date is { } known ? Of(known) : null;

    /// <summary>An instant in UTC.</summary>
    public static string Of(Instant instant) => instant.ToString("uuuu-MM-dd'T'HH:mm:ss;FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>A word of a closed set, in camel case as in a policy.</summary>
    public static string Of<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    /// <summary>A word of a closed set as a stable code, in lower case with hyphens as the library's own.</summary>
    public static string CodeOf<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());
}
