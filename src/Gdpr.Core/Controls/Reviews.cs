using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>When documents, assessments, agreements and safeguards are to be looked at again. Pure.</summary>
internal static class Reviews
{
    /// <summary>An assessment of a legitimate interest is reviewed at the latest after so many months, whatever it says itself.</summary>
    private static readonly CalendarPeriod LongestInterest = CalendarPeriod.FromMonths(24);

    /// <summary>The last date, inclusive, by which a document is reviewed; <see langword="null"/> where the policy does not say how often.</summary>
    public static LocalDate? DueOf(PolicyDocument document, LocalDate? effective, EvidenceState? evidence, DateTimeZone zone)
    {
        if (document.ReviewEvery is not { IsEmpty: false } every || (effective ?? document.Reviewed) is not { } first)
        {
            return null;
        }

        return Earliest(FailureOf(evidence, zone), every.EndOf(Latest(document.Reviewed, PassedOn(evidence, zone)) ?? first));
    }

    /// <summary>The last date, inclusive, by which an assessment is reviewed; <see langword="null"/> where it says nothing of it.</summary>
    public static LocalDate? DueOf(Assessment assessment, EvidenceState? evidence, DateTimeZone zone)
    {
        // The later of the two is the one that counts: the policy's own, or what was recorded since.
        var passed = evidence?.Lines.Select(line => line.LastPassed).OfType<EvidenceFact>().MaxBy(fact => fact.At);
        var isRecorded = passed is not null && !(assessment.On > LocalDays.DateOf(passed.At, zone));
        var (on, next) = isRecorded ? (LocalDays.DateOf(passed!.At, zone), passed.NextReview) : (assessment.On, assessment.NextReview);
        var due = assessment.Kind == AssessmentKind.LegitimateInterest && on is { } made ? Earliest(next, LongestInterest.EndOf(made)) : next;
        return Earliest(FailureOf(evidence, zone), due);
    }

    /// <summary>The last date, inclusive, on which a recipient's safeguard holds: its own, and that of the decision on adequacy that it rests on.</summary>
    public static LocalDate? EndOf(Recipient recipient, AdequacyList adequacy, LocalDate today)
    {
        if (string.IsNullOrWhiteSpace(recipient.Country) || AdequacyList.IsInArea(recipient.Country))
        {
            return null;
        }

        var decision = recipient.Transfer?.Mechanism is null or TransferMechanism.Adequacy
            ? adequacy.Find(recipient.Country, today) ?? adequacy.Decisions.LastOrDefault(one => one.Country == recipient.Country && one.From <= today) : null;
        return Earliest(recipient.Transfer?.ValidUntil, decision?.Until);
    }

    /// <summary>The last date of the latest review that passed.</summary>
    private static LocalDate? PassedOn(EvidenceState? evidence, DateTimeZone zone) =>
        evidence?.Lines.Select(line => line.LastPassed).OfType<EvidenceFact>().MaxBy(fact => fact.At) is { } passed ? LocalDays.DateOf(passed.At, zone) : null;

    /// <summary>Where the latest review failed: it is due at once, and what was due before that stays overdue.</summary>
    private static LocalDate? FailureOf(EvidenceState? evidence, DateTimeZone zone) =>
        evidence?.Lines.Select(line => line.Latest).OrderByDescending(fact => fact.At).ThenByDescending(fact => fact.Outcome).FirstOrDefault()
            is { Outcome: EvidenceOutcome.Failed } failed ? LocalDays.DateOf(failed.At, zone) : null;

    private static LocalDate? Latest(LocalDate? one, LocalDate? other) => one is { } a && other is { } b ? LocalDate.Max(a, b) : one ?? other;

    /// <summary>The earlier of two dates; the one that there is, where there is but one.</summary>
    public static LocalDate? Earliest(LocalDate? one, LocalDate? other) => one is { } a && other is { } b ? LocalDate.Min(a, b) : one ?? other;
}
