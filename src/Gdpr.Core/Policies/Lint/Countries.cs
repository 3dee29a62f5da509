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

    private static readonly FrozenDictionary<string, Adequacy> Adequate = new Dictionary<string, Adequacy>(StringComparer.Ordinal)
    {
        ["AD"] = new(new LocalDate(2010, 10, 19)),
        ["AR"] = new(new LocalDate(2003, 6, 30)),
        ["BR"] = new(new LocalDate(2026, 1, 27)),
        ["CA"] = new(new LocalDate(2001, 12, 20), OnlyFor: "organisations under the Canadian act on commercial activities"),
        ["CH"] = new(new LocalDate(2000, 7, 26)),
        ["FO"] = new(new LocalDate(2010, 3, 5)),
        ["GB"] = new(new LocalDate(2021, 6, 28), new LocalDate(2031, 12, 27)),
        ["GG"] = new(new LocalDate(2003, 11, 21)),
        ["IL"] = new(new LocalDate(2011, 1, 31)),
        ["IM"] = new(new LocalDate(2004, 4, 28)),
        ["JE"] = new(new LocalDate(2008, 5, 8)),
        ["JP"] = new(new LocalDate(2019, 1, 23)),
        ["KR"] = new(new LocalDate(2021, 12, 17)),
        ["NZ"] = new(new LocalDate(2012, 12, 19)),
        ["US"] = new(new LocalDate(2023, 7, 10), OnlyFor: "importers certified under the Data Privacy Framework for the kind of data"),
        ["UY"] = new(new LocalDate(2012, 8, 21)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

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

    /// <summary>The decision on a country's adequacy that holds on a date, or <see langword="null"/>.</summary>
    public static Adequacy? AdequacyOf(string code, LocalDate? on) =>
        Adequate.TryGetValue(code, out var decision) && (on is not { } date || (decision.From <= date && !(decision.Until < date))) ? decision : null;
}

/// <summary>A decision that a country protects personal data adequately (Art. 45).</summary>
/// <param name="From">The first date, inclusive.</param>
/// <param name="Until">The last date, inclusive, where it has one.</param>
/// <param name="OnlyFor">The importers that it is limited to, where it is.</param>
internal sealed record Adequacy(LocalDate From, LocalDate? Until = null, string? OnlyFor = null);
