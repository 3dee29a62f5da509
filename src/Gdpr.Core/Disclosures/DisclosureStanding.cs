using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Whether where a person stands forbids a disclosure. Pure.</summary>
internal static class DisclosureStanding
{
    /// <summary>What forbids it; <see langword="null"/> where nothing does.</summary>
    /// <param name="decision">What the policy allows.</param>
    /// <param name="recipient">To whom.</param>
    /// <param name="state">Where the person stands.</param>
    /// <param name="dataSets">The data sets concerned.</param>
    public static DisclosureReason? WhyNot(DisclosureDecision decision, Recipient recipient, SubjectState state, IReadOnlyList<string> dataSets)
    {
        if (state.IsForgotten)
        {
            return new(DisclosureReasons.PersonForgotten, "Art. 17");
        }

        // A legal obligation is neither objected to nor stopped by a restriction (Art. 6(1)(c), 18(2), 21(1)).
        if (recipient.Kind == RecipientKind.Authority && decision.Basis == LawfulBasisKind.LegalObligation)
        {
            return null;
        }

        if (state.Restrictions.Any(one => one.Stands && (one.DataSets.Count == 0 || one.DataSets.Intersect(dataSets, StringComparer.Ordinal).Any())))
        {
            return new(DisclosureReasons.Restricted, "Art. 18(2)");
        }

        if (state.Objections.Any(one => one.Stands(decision.At) && one.Purposes.Contains(decision.Purpose, StringComparer.Ordinal)))
        {
            return new(DisclosureReasons.Objected, "Art. 21", decision.Purpose);
        }

        if (state.HasEnded(decision.Purpose))
        {
            return new(DisclosureReasons.PurposeEnded, "Art. 5(1)(b)", decision.Purpose);
        }

        return decision.Basis == LawfulBasisKind.Consent && state.ConsentTo(decision.Purpose)?.IsInForce(decision.At) != true
            ? new(DisclosureReasons.NoConsent, "Art. 6(1)(a)", decision.Purpose) : null;
    }
}
