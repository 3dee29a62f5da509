using Gdpr.Time;

namespace Gdpr.Policies;

/// <summary>When a purpose, an obligation or a limit ends: one leaf, or a tree of all-of and any-of over such leaves.</summary>
/// <remarks>
/// <para>Exactly one form is stated: <c>keep</c> with <c>after</c>; <c>within</c> with <c>of</c>; <c>while</c>; <c>allOf</c>; or <c>anyOf</c>.</para>
/// <para>A rule counts whole local dates: the day of the event is not counted, the last day is. An event that has not happened leaves
/// <c>keep … after</c> running; evidence (<c>within … of</c>) that never came is none, and does not keep anything.</para>
/// </remarks>
public sealed class RetentionRule
{
    /// <summary>How long the rule runs after its event. Goes with <see cref="After"/>.</summary>
    public CalendarPeriod? Keep { get; init; }

    /// <summary>The event that the period runs from. Goes with <see cref="Keep"/>.</summary>
    public PeriodStart? After { get; init; }

    /// <summary>How recent the evidence must be. Goes with <see cref="Of"/>.</summary>
    public CalendarPeriod? Within { get; init; }

    /// <summary>The event that is evidence. Goes with <see cref="Within"/>.</summary>
    public PeriodStart? Of { get; init; }

    /// <summary>The state that carries the rule for as long as it lasts.</summary>
    public RunningState? While { get; init; }

    /// <summary>Ends when the last of these has ended.</summary>
    public IReadOnlyList<RetentionRule> AllOf { get => field ?? []; init; }

    /// <summary>Ends when the first of these has ended.</summary>
    public IReadOnlyList<RetentionRule> AnyOf { get => field ?? []; init; }

    /// <summary>Ends the rule where its own end never comes: whichever of the two comes first.</summary>
    public RetentionRule? Fallback { get; init; }

    /// <summary>Inside a fallback only: evidence of a running relationship that holds the fallback back.</summary>
    public RetentionRule? Unless { get; init; }

    /// <summary>With <see cref="While"/> over a relation only: what decides alone while the relation has not started, and extends it when it has ended.</summary>
    public RetentionRule? Assessment { get; init; }

    /// <summary>The act and paragraph that sets the period. Needed where the rule is a statutory minimum or maximum.</summary>
    public string? Law { get; init; }

    /// <summary>The shortest period that the policy lets this leaf state, inclusive. Longer than <see cref="AtMost"/> is <c>E-RET-01</c>.</summary>
    public CalendarPeriod? AtLeast { get; init; }

    /// <summary>The longest period that the policy lets this leaf state, inclusive.</summary>
    public CalendarPeriod? AtMost { get; init; }

    /// <summary>A rule that runs for a period after an event.</summary>
    /// <param name="period">The period, in ISO 8601.</param>
    /// <param name="after">The trigger.</param>
    /// <param name="fallback">What ends the rule where the event never comes.</param>
    /// <exception cref="FormatException">The period is not a positive period of whole days.</exception>
    public static RetentionRule KeepFor(string period, PeriodStart after, RetentionRule? fallback = null) =>
        new() { Keep = CalendarPeriod.Parse(period), After = after, Fallback = fallback };

    /// <summary>Evidence: alive within a period of an event, and past where the event never came.</summary>
    /// <param name="period">The period, in ISO 8601.</param>
    /// <param name="of">The trigger.</param>
    /// <exception cref="FormatException">The period is not a positive period of whole days.</exception>
    public static RetentionRule Evidence(string period, PeriodStart of) =>
        new() { Within = CalendarPeriod.Parse(period), Of = of };

    /// <summary>A rule that runs while the purpose's consent is in force.</summary>
    public static RetentionRule WhileConsent() => new() { While = RunningState.Consent };

    /// <summary>A rule that runs while a relation does.</summary>
    /// <param name="started">The trigger at which the relation starts.</param>
    /// <param name="ended">The trigger at which it ends.</param>
    /// <param name="assessment">What decides alone before the start.</param>
    public static RetentionRule WhileRelation(string started, string ended, RetentionRule? assessment = null) =>
        new() { While = new RunningState { Started = started, Ended = ended }, Assessment = assessment };

    /// <summary>A rule that ends when the last of several has ended.</summary>
    /// <param name="rules">The rules, at least two.</param>
    public static RetentionRule All(params IReadOnlyList<RetentionRule> rules) => new() { AllOf = rules };

    /// <summary>A rule that ends when the first of several has ended.</summary>
    /// <param name="rules">The rules, at least two.</param>
    public static RetentionRule Any(params IReadOnlyList<RetentionRule> rules) => new() { AnyOf = rules };
}
