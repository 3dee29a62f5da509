using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What a transfer rests on, in the order of the law: the European Economic Area, a decision on adequacy, appropriate safeguards with an assessment,
/// a derogation. Pure.</summary>
public static class TransferJudge
{
    /// <summary>What data to a country rests on (Art. 44–49).</summary>
    /// <param name="country">The recipient's country, as a two-letter ISO 3166 code.</param>
    /// <param name="safeguard">What the policy states for the recipient, or <see langword="null"/>.</param>
    /// <param name="assessments">The policy's assessments, by id.</param>
    /// <param name="adequacy">The decisions on adequacy.</param>
    /// <param name="on">The local date.</param>
    /// <returns>The decision; <see langword="null"/> where it is no transfer.</returns>
    public static TransferDecision? Decide(
        string country, TransferSafeguard? safeguard, IReadOnlyDictionary<string, Assessment> assessments, AdequacyList adequacy, LocalDate on)
    {
        ArgumentNullException.ThrowIfNull(country);
        ArgumentNullException.ThrowIfNull(assessments);
        ArgumentNullException.ThrowIfNull(adequacy);
        if (AdequacyList.IsInArea(country))
        {
            return null;
        }

        var stated = safeguard?.ValidUntil < on ? null : safeguard;
        if (adequacy.Find(country, on) is { } decision && IsCovered(decision, safeguard, stated))
        {
            var isStated = stated?.Mechanism == TransferMechanism.Adequacy;
            return new TransferDecision(country, TransferOutcome.Allowed, TransferMechanism.Adequacy)
            {
                Reference = isStated ? stated!.Reference : null,
                Until = Earlier(decision.Until, isStated ? stated!.ValidUntil : null),
                AdequacyVersion = adequacy.Version,
                IsUnstated = !isStated,
            };
        }

        var outcome = stated?.Mechanism switch
        {
            TransferMechanism.StandardClauses or TransferMechanism.BindingCorporateRules or TransferMechanism.CodeOrCertification
                when assessments.TryGetValue(stated.Assessment ?? "", out var assessment) && assessment is { Kind: AssessmentKind.Transfer }
                    && !(assessment.On > on) => TransferOutcome.Allowed,
            TransferMechanism.Derogation => TransferOutcome.OccasionalOnly,
            _ => TransferOutcome.Forbidden,
        };
        return outcome == TransferOutcome.Forbidden
            ? new TransferDecision(country, outcome, null) { AdequacyVersion = adequacy.Version }
            : new TransferDecision(country, outcome, stated!.Mechanism)
            {
                Reference = stated.Reference,
                Assessment = stated.Assessment,
                Until = stated.ValidUntil,
                AdequacyVersion = adequacy.Version,
            };
    }

    /// <summary>A decision that covers everybody holds whatever else is stated; a limited one where the recipient states what shows that it is covered. What
    /// the policy says has ended is not relied upon.</summary>
    private static bool IsCovered(AdequacyDecision decision, TransferSafeguard? safeguard, TransferSafeguard? stated) =>
        safeguard?.Mechanism == TransferMechanism.Adequacy
            ? stated is not null && (decision.OnlyFor is null || !string.IsNullOrWhiteSpace(stated.Reference))
            : decision.OnlyFor is null;

    private static LocalDate? Earlier(LocalDate? one, LocalDate? other) => one is { } a && other is { } b ? LocalDate.Min(a, b) : one ?? other;
}
