using Gdpr.Policies;
using Gdpr.Policies.Lint;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Whether a grant is a consent (Art. 4(11), 7, 8), and until when: pure.</summary>
internal static class ConsentChecks
{
    private static readonly Duration Ahead = Duration.FromMinutes(1);

    /// <summary>Everything that makes a grant no valid consent, and the instant, exclusive, until which it holds.</summary>
    public static (IReadOnlyList<ConsentProblem> Problems, Instant? ValidUntil) Check(ConsentGrant grant, ConsentTerms terms, Instant now, ConsentOptions options)
    {
        var occurredAt = grant.OccurredAt ?? now;
        var problems = new List<ConsentProblem>();
        CheckText(grant, terms, problems);
        CheckAct(grant, terms, problems);
        if (grant.Guardian?.Holder is { } holder && (holder == grant.Subject || holder.Controller != grant.Subject.Controller))
        {
            problems.Add(new ConsentProblem(
                ConsentReasons.GuardianIsChild,
                "Who consents for a child is somebody else, known to the same organisation: name the holder of parental responsibility."));
        }

        if (occurredAt < now - options.LatestArrival)
        {
            problems.Add(new ConsentProblem(ConsentReasons.BackDated, "A consent is recorded when it is given: import older ones, with their source and evidence."));
        }

        var guardianUntil = CheckAge(grant.Age, grant.Guardian, terms, LocalDays.DateOf(occurredAt, terms.Zone), options, problems);
        var validUntil = Earliest(grant.ValidUntil, guardianUntil, EndOf(terms, occurredAt));
        if (validUntil <= now)
        {
            problems.Add(new ConsentProblem(ConsentReasons.AlreadyOver, "The end that is stated has passed: state a later one, or none."));
        }

        return (problems, validUntil);
    }

    /// <summary>The end that the policy sets, exclusive: whole local days of the controller's.</summary>
    public static Instant? EndOf(ConsentTerms terms, Instant occurredAt) =>
        terms.Basis?.AskAgainAfter is { } period ? LocalDays.EndOf(period.EndOf(LocalDays.DateOf(occurredAt, terms.Zone)), terms.Zone) : null;

    /// <summary>Refuses what has not happened yet: a minute is the clocks' own.</summary>
    public static void RefuseAhead(Instant? occurredAt, Instant now)
    {
        if (occurredAt > now + Ahead)
        {
            throw new ArgumentOutOfRangeException(nameof(occurredAt), "It is said to have occurred in the future: state when it did occur, or leave it out for now.");
        }
    }

    private static void CheckText(ConsentGrant grant, ConsentTerms terms, List<ConsentProblem> problems)
    {
        var shown = grant.Shown;
        var document = terms.Policy.Documents.Find(shown.Document);
        if (string.IsNullOrWhiteSpace(shown.Version))
        {
            problems.Add(new ConsentProblem(
                ConsentReasons.NoTextVersion, "State the version of the text that was shown: without it nobody can prove what was consented to."));
        }

        // A field of an activity that rests on something else is asked for by any text of consent.
        if (document?.Kind != DocumentKind.ConsentText || (terms.Basis is { } basis && basis.Text != shown.Document))
        {
            problems.Add(new ConsentProblem(ConsentReasons.OtherText,
                $"The policy asks for this consent by {(terms.Basis is null ? "a document of kind consentText" : $"the document '{terms.Basis.Text}'")}: "
                + "show that one."));
            return;
        }

        if (!string.IsNullOrWhiteSpace(shown.Version) && document.Version != shown.Version)
        {
            problems.Add(new ConsentProblem(ConsentReasons.TextNotCurrent, string.IsNullOrWhiteSpace(document.Version)
                ? $"The document '{shown.Document}' of the policy has no version: give it one."
                : $"The document '{shown.Document}' has version '{document.Version}', and another was shown: show it as it is now, and ask again."));
        }

        var text = ConsentQuestion.TextIn(document.Text, shown.Language ?? "");
        if (text is null && (document.Text is not null || string.IsNullOrWhiteSpace(shown.Language)))
        {
            problems.Add(new ConsentProblem(
                ConsentReasons.UnknownLanguage, $"The document '{shown.Document}' has no text in the language stated: state the one that was shown."));
        }

        if (text is null && grant.IsExplicit)
        {
            problems.Add(new ConsentProblem(
                ConsentReasons.ExplicitWithoutText, $"Explicit consent needs a text that is known: put it into the policy's document '{shown.Document}'."));
        }
    }

    private static void CheckAct(ConsentGrant grant, ConsentTerms terms, List<ConsentProblem> problems)
    {
        var act = grant.Act;
        if (act.Kind is not (ConsentActKind.TickedBox or ConsentActKind.PressedButton or ConsentActKind.Signed or ConsentActKind.Spoken
            or ConsentActKind.AnsweredMessage))
        {
            problems.Add(new ConsentProblem(
                ConsentReasons.NoActiveAct, "Consent takes a clear affirmative act: an empty box that is ticked, a button, a signature, a word."));
        }

        if (act.AlsoAnswered.Count > 0)
        {
            problems.Add(new ConsentProblem(ConsentReasons.Bundled, "One act answers one question: ask for each purpose, and for terms, separately."));
        }

        if (act.IsConditional)
        {
            problems.Add(new ConsentProblem(ConsentReasons.Conditional, "Nothing may depend on a consent that does not need it: let people refuse without detriment."));
        }

        if (terms.Basis?.Explicit == true && !grant.IsExplicit)
        {
            problems.Add(new ConsentProblem(ConsentReasons.NotExplicit, "This purpose needs explicit consent: ask for an express statement, and say that it was given."));
        }
    }

    /// <summary>Whether the person could consent alone on a date (Art. 8), and the instant, exclusive, until which a guardian's consent holds.</summary>
    public static Instant? CheckAge(AgeFacts? age, GuardianConsent? guardian, ConsentTerms terms, LocalDate on, ConsentOptions options, List<ConsentProblem> problems)
    {
        if (guardian is not null && string.IsNullOrWhiteSpace(guardian.Verification))
        {
            problems.Add(new ConsentProblem(ConsentReasons.GuardianNotVerified, "State how it was verified that who consented holds parental responsibility."));
        }

        if (age is null && guardian is null && !terms.MayBeChildren)
        {
            return null;
        }

        var decision = ChildConsent.Decide(age, on, options);
        if (decision.Kind == ChildConsentKind.SelfConsent)
        {
            return null;
        }

        if (guardian is null)
        {
            problems.Add(decision.Kind == ChildConsentKind.ParentNeeded
                ? new ConsentProblem(ConsentReasons.GuardianNeeded, "The person is below the age of consent: ask whoever holds parental responsibility.")
                : new ConsentProblem(
                    ConsentReasons.AgeUnknown, "Whether the person is below the age of consent is not known: find out, or ask whoever holds parental responsibility."));
            return null;
        }

        return decision.OfAgeOn is { } ofAge
            ? LocalDays.StartOf(ofAge, terms.Zone)
            : LocalDays.EndOf(options.GuardianConsentFor.EndOf(on), terms.Zone);
    }

    /// <summary>The earliest of some ends, of which some may be none.</summary>
    public static Instant? Earliest(params ReadOnlySpan<Instant?> ends)
    {
        Instant? earliest = null;
        foreach (var end in ends)
        {
            earliest = earliest is null || end < earliest ? end ?? earliest : earliest;
        }

        return earliest;
    }
}
