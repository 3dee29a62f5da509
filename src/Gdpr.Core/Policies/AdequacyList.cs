using Gdpr.Policies.Lint;
using NodaTime;

namespace Gdpr.Policies;

/// <summary>The decisions on the adequacy of third countries (Art. 45), as dated data. Immutable.</summary>
/// <remarks>What the Commission decides after a release of the library is added with <see cref="With"/>; a decision is never removed, since what was
/// transferred under it was transferred lawfully.</remarks>
public sealed class AdequacyList
{
    private const string CanadianOrganisations = "organisations under the Canadian act on commercial activities";
    private const string CertifiedImporters = "importers certified under the Data Privacy Framework for the kind of data";

    private AdequacyList(string version, IReadOnlyList<AdequacyDecision> decisions) => (Version, Decisions) = (version, decisions);

    /// <summary>The decisions known when this version of the library was made.</summary>
    public static AdequacyList BuiltIn { get; } = new("2026-11",
    [
        new("AD", new LocalDate(2010, 10, 19)),
        new("AR", new LocalDate(2003, 6, 30)),
        new("BR", new LocalDate(2026, 1, 27)),
        new("CA", new LocalDate(2001, 12, 20)) { OnlyFor = CanadianOrganisations },
        new("CH", new LocalDate(2000, 7, 26)),
        new("FO", new LocalDate(2010, 3, 5)),
        new("GB", new LocalDate(2021, 6, 28)) { Until = new LocalDate(2031, 12, 27) }, // Extended and renewed in 2025 without a gap.
        new("GG", new LocalDate(2003, 11, 21)),
        new("IL", new LocalDate(2011, 1, 31)),
        new("IM", new LocalDate(2004, 4, 28)),
        new("JE", new LocalDate(2008, 5, 8)),
        new("JP", new LocalDate(2019, 1, 23)),
        new("KR", new LocalDate(2021, 12, 17)),
        new("NZ", new LocalDate(2012, 12, 19)),
        new("US", new LocalDate(2023, 7, 10)) { OnlyFor = CertifiedImporters },
        new("UY", new LocalDate(2012, 8, 21)),
    ]);

    /// <summary>Which list it is: the year and month of the library's data, with a plus for each change.</summary>
    public string Version { get; }

    /// <summary>All decisions, those that have ended included; of a country in the order of their dates.</summary>
    public IReadOnlyList<AdequacyDecision> Decisions { get; }

    /// <summary>The decision on a country that holds on a date; <see langword="null"/> where none does.</summary>
    /// <param name="country">The country, as a two-letter ISO 3166 code.</param>
    /// <param name="on">The local date.</param>
    public AdequacyDecision? Find(string country, LocalDate on) =>
        Decisions.LastOrDefault(decision => decision.Country == country && decision.From <= on && !(decision.Until < on));

    /// <summary>Whether a country belongs to the European Economic Area, where nothing is a transfer.</summary>
    /// <param name="country">The country, as a two-letter ISO 3166 code.</param>
    public static bool IsInArea(string country) => country is not null && Countries.IsInArea(country);

    /// <summary>The list with one more decision, or with another end, scope or reference of one: that of the same country and first date.</summary>
    /// <param name="decision">The decision.</param>
    /// <exception cref="ArgumentException">The country is no ISO 3166 code, or the decision ends before it begins.</exception>
    public AdequacyList With(AdequacyDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.Country is null || !Countries.IsWellFormed(decision.Country) || decision.Until < decision.From)
        {
            throw new ArgumentException("A decision on adequacy names a country by its two-letter ISO 3166 code, and ends no earlier than it begins.", nameof(decision));
        }

        var others = Decisions.Where(known => known.Country != decision.Country || known.From != decision.From);
        return new AdequacyList(Version + "+", [.. others.Append(decision).OrderBy(known => known.Country, StringComparer.Ordinal).ThenBy(known => known.From)]);
    }
}

/// <summary>A decision that a country protects personal data adequately (Art. 45).</summary>
/// <param name="Country">The country, as a two-letter ISO 3166 code.</param>
/// <param name="From">The first local date on which it holds, inclusive.</param>
public sealed record AdequacyDecision(string Country, LocalDate From)
{
    /// <summary>The last local date on which it holds, inclusive; <see langword="null"/> where it has no end.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>The importers that it is limited to; <see langword="null"/> where it covers all. A recipient then states in its transfer's reference what
    /// shows that it is one of them.</summary>
    public string? OnlyFor { get; init; }
}
