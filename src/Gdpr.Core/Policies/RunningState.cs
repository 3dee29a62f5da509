using Gdpr.Time;

namespace Gdpr.Policies;

/// <summary>A state that carries a rule while it lasts: the purpose's consent, or a relation with a start and an end. JSON writes the
/// bare string <c>consent</c> for the first.</summary>
[Shorthand("state")]
public sealed class RunningState
{
    /// <summary>The consent to the activity's purpose.</summary>
    public static RunningState Consent { get; } = new() { State = RunningStateKind.Consent };

    /// <summary>The named state. Stated alone.</summary>
    public RunningStateKind? State { get; init; }

    /// <summary>The trigger at which the relation starts. Goes with <see cref="Ended"/>.</summary>
    [RefersTo(PolicySection.Triggers)]
    public string? Started { get; init; }

    /// <summary>The trigger at which the relation ends. Goes with <see cref="Started"/>.</summary>
    [RefersTo(PolicySection.Triggers)]
    public string? Ended { get; init; }

    /// <summary>How long the rule runs after the relation's end. The default is to its last day, inclusive.</summary>
    public CalendarPeriod? Keep { get; init; }
}

/// <summary>The states that a rule may run with.</summary>
public enum RunningStateKind
{
    /// <summary>The consent to the activity's purpose is in force.</summary>
    Consent,
}
