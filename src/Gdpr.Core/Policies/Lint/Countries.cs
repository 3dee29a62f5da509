using System.Collections.Frozen;
using NodaTime;

namespace Gdpr.Policies.Lint;

/// <summary>Which countries personal data may go to, as dated data: the European Economic Area, and the decisions on adequacy (Art. 45).</summary>
internal static class Countries
{
    // The members, and the parts of them that have a code of their own and where Union law applies.
    private static readonly FrozenSet<string> Area = new[]
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT",
        "RO", "SE", "SI", "SK", "IS", "LI", "NO", "AX", "GF", "GP", "MF", "MQ", "RE", "YT",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a text has the form of an ISO 3166 code. Codes that are in use for a country under another one are not accepted.</summary>
    public static bool IsWellFormed(string code) => code is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] && CodeMeantBy(code) is null;

    /// <summary>The ISO 3166 code of a country that is often written with another one.</summary>
    public static string? CodeMeantBy(string code) => code.ToUpperInvariant() switch
    {
        "UK" => "GB",
        "EL" => "GR",
        var upper when upper != code && upper is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] => upper,
        _ => null,
    };

    /// <summary>Whether the GDPR applies in a country as in the Union.</summary>
    public static bool IsInArea(string code) => Area.Contains(code);

    /// <summary>The decision on a country's adequacy that holds on a date, or <see langword="null"/>; without a date the latest.</summary>
    public static AdequacyDecision? AdequacyOf(string code, LocalDate? on) =>
        on is { } date ? AdequacyList.BuiltIn.Find(code, date) : AdequacyList.BuiltIn.Decisions.LastOrDefault(decision => decision.Country == code);
}
