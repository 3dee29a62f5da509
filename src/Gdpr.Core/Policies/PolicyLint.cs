using System.Collections.Frozen;
using Gdpr.Policies.Lint;

namespace Gdpr.Policies;

/// <summary>Validates a policy as a whole.</summary>
public static class PolicyLint
{
    /// <summary>The rules, by subject. Each reports all that it finds; none depends on another having run.</summary>
    private static readonly Action<LintRun>[] Rules =
    [
        StructureRules.Check, ReferenceRules.Check, AssumptionRules.Check,
        ControllerRules.Check, CoverageRules.Check, SystemRules.Check,
        RuleFormRules.Check, RuleEndRules.Check, PeriodRules.Check, FallbackRules.Check,
        BasisRules.Check, ConsentRules.Check, MarketingRules.Check,
        EquipmentRules.Check, SpecialDataRules.Check, ProfilingRules.Check, ImpactRules.Check, DisposalRules.Check,
        DisclosureRules.Check, TransferRules.Check, RoleRules.Check,
        CapacityRules.Check, AgreementRules.Check,
        ControlRules.Check, DocumentRules.Check, AssessmentRules.Check,
    ];

    /// <summary>Checks everything that a policy must meet and reports all of it at once.</summary>
    /// <param name="policy">The policy.</param>
    /// <returns>The findings, errors first, in document order; empty when there is nothing to say.</returns>
    /// <remarks>Reads no clock: what depends on a date is held against the policy's own first day. Never throws for what the policy holds.</remarks>
    public static IReadOnlyList<PolicyFinding> Check(GdprPolicy policy) => Check(policy, FrozenSet<string>.Empty);

    /// <summary>Checks a policy of which some members could not be read: nothing is said of those, nor that they are missing.</summary>
    internal static IReadOnlyList<PolicyFinding> Check(GdprPolicy policy, IReadOnlySet<string> settled)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var run = new LintRun(policy, settled);
        foreach (var rule in Rules)
        {
            rule(run);
        }

        return run.Findings();
    }
}
