using Gdpr.Time;

namespace Gdpr.Policies.Building;

/// <summary>Says when a purpose, an obligation or a limit ends.</summary>
public sealed class RuleBuilder
{
    private readonly BuildNotes _notes;
    private CalendarPeriod? _keep;
    private PeriodStart? _after;
    private CalendarPeriod? _within;
    private PeriodStart? _of;
    private RunningState? _while;
    private IReadOnlyList<RetentionRule> _allOf = [];
    private IReadOnlyList<RetentionRule> _anyOf = [];
    private RetentionRule? _fallback;
    private RetentionRule? _unless;
    private RetentionRule? _assessment;
    private string? _law;
    private CalendarPeriod? _atLeast;
    private CalendarPeriod? _atMost;

    private RuleBuilder(BuildNotes notes) => _notes = notes;

    /// <summary>The rule runs for a period after an event.</summary>
    /// <param name="period">The period, in ISO 8601.</param>
    /// <param name="after">The trigger, or the year's end that it leads to.</param>
    public RuleBuilder Keep(string period, PeriodStart after)
    {
        _notes.State("keep", _notes.Period("keep", period) ?? default, out var keep);
        _notes.State("after", after, out _after);
        _keep = keep.IsEmpty ? null : keep;
        return this;
    }

    /// <summary>Evidence: the rule runs for a period after an event, and not at all where the event never came.</summary>
    /// <param name="period">The period, in ISO 8601.</param>
    /// <param name="of">The trigger, or the year's end that it leads to.</param>
    public RuleBuilder Within(string period, PeriodStart of)
    {
        _notes.State("within", _notes.Period("within", period) ?? default, out var within);
        _notes.State("of", of, out _of);
        _within = within.IsEmpty ? null : within;
        return this;
    }

    /// <summary>The rule runs while the consent to the activity's purpose is in force.</summary>
    public RuleBuilder WhileConsented()
    {
        _notes.State("while", RunningState.Consent, out _while);
        return this;
    }

    /// <summary>The rule runs while a relation does.</summary>
    /// <param name="started">The trigger at which the relation starts.</param>
    /// <param name="ended">The trigger at which it ends.</param>
    /// <param name="keep">How long the rule runs after the end, in ISO 8601; to its last day when absent.</param>
    /// <param name="assessment">What decides alone before the start, and extends the rule after the end.</param>
    public RuleBuilder While(string started, string ended, string? keep = null, Action<RuleBuilder>? assessment = null)
    {
        ArgumentNullException.ThrowIfNull(started);
        ArgumentNullException.ThrowIfNull(ended);
        var period = keep is null ? null : _notes.Of("while").Period("keep", keep);
        _notes.State("while", new RunningState { Started = started, Ended = ended, Keep = period }, out _while);
        _assessment = assessment is null ? _assessment : Make(_notes.Of("assessment"), assessment);
        return this;
    }

    /// <summary>The rule ends when the last of several has ended.</summary>
    /// <param name="rules">The rules, at least two.</param>
    public RuleBuilder AllOf(params ReadOnlySpan<Action<RuleBuilder>> rules)
    {
        _notes.State("allOf", Make(_notes.Of("allOf"), rules), out _allOf);
        return this;
    }

    /// <summary>The rule ends when the first of several has ended.</summary>
    /// <param name="rules">The rules, at least two.</param>
    public RuleBuilder AnyOf(params ReadOnlySpan<Action<RuleBuilder>> rules)
    {
        _notes.State("anyOf", Make(_notes.Of("anyOf"), rules), out _anyOf);
        return this;
    }

    /// <summary>What ends the rule where its own end never comes.</summary>
    /// <param name="fallback">The rule to fall back to.</param>
    public RuleBuilder FallingBackTo(Action<RuleBuilder> fallback)
    {
        _notes.State("fallback", Make(_notes.Of("fallback"), fallback), out _fallback);
        return this;
    }

    /// <summary>Inside a fallback: the evidence of a running relationship that holds it back.</summary>
    /// <param name="evidence">The evidence.</param>
    public RuleBuilder Unless(Action<RuleBuilder> evidence)
    {
        _notes.State("unless", Make(_notes.Of("unless"), evidence), out _unless);
        return this;
    }

    /// <summary>The act and paragraph that sets the period.</summary>
    /// <param name="law">The reference, such as <c>SFS 1999:1078 7:2</c>.</param>
    public RuleBuilder UnderLaw(string law)
    {
        _notes.State("law", law, out _law);
        return this;
    }

    /// <summary>The shortest and longest periods that the policy lets this rule state, both inclusive, in ISO 8601.</summary>
    /// <param name="atLeast">The shortest, or none.</param>
    /// <param name="atMost">The longest, or none.</param>
    public RuleBuilder Bounded(string? atLeast = null, string? atMost = null)
    {
        _atLeast = atLeast is null ? _atLeast : _notes.Period("atLeast", atLeast);
        _atMost = atMost is null ? _atMost : _notes.Period("atMost", atMost);
        return this;
    }

    internal static RetentionRule Make(BuildNotes notes, Action<RuleBuilder> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var builder = new RuleBuilder(notes);
        describe(builder);
        return new RetentionRule
        {
            Keep = builder._keep,
            After = builder._after,
            Within = builder._within,
            Of = builder._of,
            While = builder._while,
            AllOf = builder._allOf,
            AnyOf = builder._anyOf,
            Fallback = builder._fallback,
            Unless = builder._unless,
            Assessment = builder._assessment,
            Law = builder._law,
            AtLeast = builder._atLeast,
            AtMost = builder._atMost,
        };
    }

    private static IReadOnlyList<RetentionRule> Make(BuildNotes notes, ReadOnlySpan<Action<RuleBuilder>> rules)
    {
        var made = new RetentionRule[rules.Length];
        for (var index = 0; index < rules.Length; index++)
        {
            made[index] = Make(notes.Of(index.ToString(System.Globalization.CultureInfo.InvariantCulture)), rules[index]);
        }

        return made;
    }
}
