namespace Gdpr.Policies.Building;

/// <content>How long: the purpose's end, the statutory minimum and maximum.</content>
public sealed partial class ActivityBuilder
{
    private RetentionRule? _retention;
    private RetentionRule? _minimum;
    private RetentionRule? _limit;

    /// <summary>The purpose lives for a period after an event.</summary>
    /// <param name="period">The period, in ISO 8601.</param>
    /// <param name="after">The trigger, or the year's end that it leads to.</param>
    /// <param name="fallback">What ends it where the event never comes.</param>
    public ActivityBuilder Keep(string period, PeriodStart after, Action<RuleBuilder>? fallback = null) => Retain(rule =>
    {
        rule.Keep(period, after);
        if (fallback is not null)
        {
            rule.FallingBackTo(fallback);
        }
    });

    /// <summary>The purpose lives while its consent is in force.</summary>
    public ActivityBuilder WhileConsented() => Retain(rule => rule.WhileConsented());

    /// <summary>The purpose lives while a relation does.</summary>
    /// <param name="started">The trigger at which the relation starts.</param>
    /// <param name="ended">The trigger at which it ends.</param>
    /// <param name="keep">How long it lives on after the end, in ISO 8601.</param>
    /// <param name="assessment">What decides alone before the start.</param>
    public ActivityBuilder While(string started, string ended, string? keep = null, Action<RuleBuilder>? assessment = null) =>
        Retain(rule => rule.While(started, ended, keep, assessment));

    /// <summary>When the purpose ends; with a legal obligation as basis, when the duty to keep ends.</summary>
    /// <param name="rule">Describes the rule.</param>
    public ActivityBuilder Retain(Action<RuleBuilder> rule) => Retain(RuleBuilder.Make(_notes.Of("retention"), rule));

    /// <inheritdoc cref="Retain(Action{RuleBuilder})"/>
    /// <param name="rule">The rule.</param>
    public ActivityBuilder Retain(RetentionRule rule)
    {
        _notes.State("retention", rule, out _retention);
        return this;
    }

    /// <summary>A statutory minimum: the data is kept at least so long.</summary>
    /// <param name="law">The act and paragraph that sets it.</param>
    /// <param name="rule">Describes the rule.</param>
    public ActivityBuilder AtLeast(string law, Action<RuleBuilder> rule) =>
        AtLeast(RuleBuilder.Make(_notes.Of("minimum"), minimum => rule(minimum.UnderLaw(law))));

    /// <summary>A statutory minimum: the data is kept at least so long.</summary>
    /// <param name="rule">The rule, with its law.</param>
    public ActivityBuilder AtLeast(RetentionRule rule)
    {
        _notes.State("minimum", rule, out _minimum);
        return this;
    }

    /// <summary>A statutory maximum: the data is not kept beyond it, whatever other purposes there are.</summary>
    /// <param name="law">The act and paragraph that sets it.</param>
    /// <param name="rule">Describes the rule.</param>
    public ActivityBuilder AtMost(string law, Action<RuleBuilder> rule) =>
        AtMost(RuleBuilder.Make(_notes.Of("limit"), limit => rule(limit.UnderLaw(law))));

    /// <summary>A statutory maximum: the data is not kept beyond it, whatever other purposes there are.</summary>
    /// <param name="rule">The rule, with its law.</param>
    public ActivityBuilder AtMost(RetentionRule rule)
    {
        _notes.State("limit", rule, out _limit);
        return this;
    }
}
