using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>What is known of a person's age (Art. 8). What is not known is left out, never guessed.</summary>
public sealed record AgeFacts
{
    /// <summary>The country where the person lives, as a two-letter code of ISO 3166: its law sets the limit.</summary>
    public string? Country { get; init; }

    /// <summary>The date of birth.</summary>
    public LocalDate? BirthDate { get; init; }

    /// <summary>The age in whole years that the person, or somebody for the person, has stated; counts only where the date of birth is not known.</summary>
    public int? StatedAge { get; init; }

    /// <summary>That something is known of an age: not what.</summary>
    public override string ToString() => nameof(AgeFacts);
}

/// <summary>That a holder of parental responsibility consented for a child (Art. 8(1)).</summary>
/// <param name="Verification">How it was verified that the person holds it, with reasonable efforts (Art. 8(2)). Kept with the proof.</param>
public sealed record GuardianConsent(string Verification)
{
    /// <summary>The holder of parental responsibility, where the organisation knows them: never the child itself. The proof of the consent names their key.</summary>
    public DataSubject? Holder { get; init; }

    /// <summary>That a guardian consented: not how it was verified.</summary>
    public override string ToString() => nameof(GuardianConsent);
}

/// <summary>Who consents.</summary>
public enum ChildConsentKind
{
    /// <summary>The person.</summary>
    SelfConsent,

    /// <summary>Whoever holds parental responsibility: the person is a child below the limit.</summary>
    ParentNeeded,

    /// <summary>Nobody can tell: a person has to find out, and until then a service for children takes it for a child's.</summary>
    Unknown,
}

/// <summary>Who consents, and until when a guardian's consent holds.</summary>
/// <param name="Kind">Who consents.</param>
/// <param name="Limit">The age in years that counts; <see langword="null"/> where the country is not known.</param>
/// <param name="OfAgeOn">The local date on which the child comes of that age, where it can be told.</param>
public sealed record ChildConsentDecision(ChildConsentKind Kind, int? Limit, LocalDate? OfAgeOn);

/// <summary>The age rule for consent to services of the information society that are offered directly to a child (Art. 8): pure.</summary>
public static class ChildConsent
{
    private const int LowestLimit = 13;
    private const int HighestLimit = 16;
    private const int OldestAge = 130;

    /// <summary>Who consents on a date.</summary>
    /// <param name="facts">What is known; <see langword="null"/> for nothing.</param>
    /// <param name="today">The local date.</param>
    /// <param name="options">The limits of the countries.</param>
    public static ChildConsentDecision Decide(AgeFacts? facts, LocalDate today, ConsentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var limit = facts?.Country is { } country ? options.AgesOfConsent.TryGetValue(country, out var set) ? set : options.AgeOfConsent : (int?)null;
        if (facts?.BirthDate is { } born && born <= today && born.Year > today.Year - OldestAge)
        {
            // Without a country: below every limit that a country may set it is a child, and from the highest on it is none.
            var (lowest, highest) = (limit ?? LowestLimit, limit ?? HighestLimit);
            var kind = today >= BirthdayOf(born, highest) ? ChildConsentKind.SelfConsent
                : today < BirthdayOf(born, lowest) ? ChildConsentKind.ParentNeeded
                : ChildConsentKind.Unknown;
            return new ChildConsentDecision(kind, limit, limit is { } years ? BirthdayOf(born, years) : null);
        }

        return facts is { BirthDate: null, StatedAge: { } age and >= 0 }
            ? new ChildConsentDecision(
                age >= (limit ?? HighestLimit) ? ChildConsentKind.SelfConsent : age < (limit ?? LowestLimit) ? ChildConsentKind.ParentNeeded : ChildConsentKind.Unknown,
                limit,

                // The next birthday may be tomorrow: the earliest day on which the child can be of age.
                limit is { } reached && age < reached ? today.PlusDays(1).PlusYears(reached - age - 1) : null)
            : new ChildConsentDecision(ChildConsentKind.Unknown, limit, null);
    }

    /// <summary>The day on which a person becomes so many years old: from 00:00. Who was born on 29 February does so on 1 March in common years.</summary>
    /// <param name="born">The date of birth.</param>
    /// <param name="years">The age.</param>
    public static LocalDate BirthdayOf(LocalDate born, int years)
    {
        var birthday = born.PlusYears(years);
        return birthday.Day == born.Day ? birthday : birthday.PlusDays(1);
    }
}
