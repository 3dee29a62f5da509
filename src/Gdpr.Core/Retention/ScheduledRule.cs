using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>A rule of a compiled schedule: which activity it comes from, of which kind it is, and what it rests on.</summary>
public sealed class ScheduledRule
{
    internal ScheduledRule(string id, string activityId, RuleKind kind, Activity activity, string? law, int purposeIndex, ControllerTime time, RuleTree tree)
    {
        Id = id;
        ActivityId = activityId;
        Kind = kind;
        Purpose = activity.Purpose;
        NeedsConsent = kind == RuleKind.Purpose && activity.Basis?.Kind == LawfulBasisKind.Consent;
        Law = law ?? activity.Basis?.LegalObligation?.Law;
        PurposeIndex = purposeIndex;
        Time = time;
        Tree = tree;
        Program = RuleProgram.Of(tree);
    }

    /// <summary>The rule's id: the activity's, with <c>.minimum</c> or <c>.limit</c> behind it where the rule is one of these.</summary>
    public string Id { get; }

    /// <summary>The activity that the rule belongs to.</summary>
    public string ActivityId { get; }

    /// <summary>Whether the rule permits, commands or forbids keeping.</summary>
    public RuleKind Kind { get; }

    /// <summary>The purpose of the activity.</summary>
    public string Purpose { get; }

    /// <summary>The act and paragraph that the rule rests on, where the policy names one.</summary>
    public string? Law { get; }

    /// <summary>Whether the purpose lives only while its consent is in force (Art. 6(1)(a)).</summary>
    public bool NeedsConsent { get; }

    /// <summary>The zone in which the rule's days are counted.</summary>
    public DateTimeZone Zone => Time.Zone;

    internal ControllerTime Time { get; }

    internal int PurposeIndex { get; }

    internal RuleTree Tree { get; }

    internal RuleProgram Program { get; }
}

/// <summary>What a retention rule does.</summary>
public enum RuleKind
{
    /// <summary>May keep: a purpose.</summary>
    Purpose,

    /// <summary>Must keep: a legal obligation.</summary>
    Obligation,

    /// <summary>Must not keep beyond: a statutory maximum.</summary>
    Limit,
}
