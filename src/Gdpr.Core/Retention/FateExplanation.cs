using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>The full trace of a decision: each rule, its triggers, its end, what decided, and when the fate next changes.</summary>
/// <remarks>Carries dates of events in a person's life: show it to whoever asked, and keep it out of logs.</remarks>
public sealed class FateExplanation
{
    internal FateExplanation(
        DataSetSchedule dataSet, Instant now, LocalDate today, FateDecision decision, Fate? next,
        IReadOnlyList<string> facts, IReadOnlyList<GroupExplanation> groups)
    {
        DataSet = dataSet;
        Now = now;
        Today = today;
        Decision = decision;
        NextFate = next;
        Facts = facts;
        Groups = groups;
    }

    /// <summary>The record's data set.</summary>
    public DataSetSchedule DataSet { get; }

    /// <summary>The instant at which the record was judged.</summary>
    public Instant Now { get; }

    /// <summary>The local date of that instant at the controller.</summary>
    public LocalDate Today { get; }

    /// <summary>The record's fate, its reason, its rule and the date on which it changes.</summary>
    public FateDecision Decision { get; }

    /// <summary>The fate from the decision's due date on; <see langword="null"/> when it will not change.</summary>
    public Fate? NextFate { get; }

    /// <summary>The facts about the record as a whole, by code, an unknown one with a question mark before it.</summary>
    public IReadOnlyList<string> Facts { get; }

    /// <summary>The field groups, in policy order.</summary>
    public IReadOnlyList<GroupExplanation> Groups { get; }

    /// <summary>The explanation in words, one line per statement.</summary>
    /// <param name="language">A two-letter code: <c>sv</c> for Swedish; anything else is taken as English.</param>
    public string ToText(string language = "en") => new ExplanationText(language).Of(this);

    /// <summary>The data set and the fate's code: no date of the record.</summary>
    public override string ToString() => $"{DataSet.Path}: {Decision.Fate.Code()}";
}

/// <summary>Why a group of fields has its fate.</summary>
public sealed class GroupExplanation
{
    internal GroupExplanation(FieldGroup group, FateDecision decision, Fate? next, IReadOnlyList<RuleExplanation> rules)
    {
        Group = group;
        Decision = decision;
        NextFate = next;
        Rules = rules;
    }

    /// <summary>The fields, their rules and their disposal.</summary>
    public FieldGroup Group { get; }

    /// <summary>The group's fate, its reason, its rule and the date on which it changes.</summary>
    public FateDecision Decision { get; }

    /// <summary>The fate from the decision's due date on; <see langword="null"/> when it will not change.</summary>
    public Fate? NextFate { get; }

    /// <summary>The rules, in policy order.</summary>
    public IReadOnlyList<RuleExplanation> Rules { get; }
}

/// <summary>What a rule says of a record.</summary>
public sealed class RuleExplanation
{
    internal RuleExplanation(ScheduledRule rule, LimbState state, LocalDate? lastDay, IReadOnlyList<string> facts, LimbExplanation limb)
    {
        Rule = rule;
        State = state;
        LastDay = lastDay;
        Facts = facts;
        Limb = limb;
    }

    /// <summary>The rule.</summary>
    public ScheduledRule Rule { get; }

    /// <summary>Whether it still runs.</summary>
    public LimbState State { get; }

    /// <summary>Its last day by its triggers, inclusive; <see langword="null"/> where it has none, or none that is known.</summary>
    public LocalDate? LastDay { get; }

    /// <summary>The last day, inclusive, through which it runs whatever comes out about what nobody knows; <see langword="null"/> where its end is
    /// known, where it has none, and where it does not certainly run.</summary>
    public LocalDate? AtLeastThrough { get; internal init; }

    /// <summary>Whether a fact about its purpose has ended it, whatever its triggers say.</summary>
    public bool IsEndedByFact { get; internal init; }

    /// <summary>The facts about its purpose, by code, an unknown one with a question mark before it.</summary>
    public IReadOnlyList<string> Facts { get; }

    /// <summary>The rule's tree.</summary>
    public LimbExplanation Limb { get; }
}

/// <summary>What a limb of a rule says of a record.</summary>
public sealed class LimbExplanation
{
    internal LimbExplanation(LimbKind kind, LimbState state, LocalDate? lastDay, IReadOnlyList<LimbExplanation>? limbs = null)
    {
        Kind = kind;
        State = state;
        LastDay = lastDay;
        Limbs = limbs ?? [];
    }

    /// <summary>What kind of limb it is.</summary>
    public LimbKind Kind { get; }

    /// <summary>Whether it still runs.</summary>
    public LimbState State { get; }

    /// <summary>Its last day, inclusive; <see langword="null"/> where it has none, or none that is known.</summary>
    public LocalDate? LastDay { get; }

    /// <summary>The last day, inclusive, through which it runs whatever comes out about what nobody knows; <see langword="null"/> where its end is
    /// known, where it has none, and where it does not certainly run.</summary>
    public LocalDate? AtLeastThrough { get; internal init; }

    /// <summary>The limbs of an all-of or an any-of.</summary>
    public IReadOnlyList<LimbExplanation> Limbs { get; }

    /// <summary>The trigger that a leaf asks about.</summary>
    public string? Trigger { get; internal init; }

    /// <summary>The local date of the trigger's event, where it is known to have happened.</summary>
    public LocalDate? EventDate { get; internal init; }

    /// <summary>Whether the date of the trigger's event is yet to come, where the rule is counted.</summary>
    internal bool IsToCome { get; init; }

    /// <summary>Whether the trigger's event is known not to have happened.</summary>
    public bool NotHappened { get; internal init; }

    /// <summary>The year's end that the period runs from, for a leaf that counts from the end of a year: 31 December.</summary>
    public LocalDate? CountedFrom { get; internal init; }

    /// <summary>How the event's fiscal year stands, for a leaf that counts from one.</summary>
    public FiscalYearPosition? FiscalYear { get; internal init; }

    /// <summary>The period of a leaf that has one.</summary>
    public CalendarPeriod? Period { get; internal init; }

    /// <summary>Whether the leaf is one of the rule's form in an earlier version of the policy, when that was superseded: what it had let go stays let go.</summary>
    public bool OfEarlierVersion { get; internal init; }

    /// <summary>Events before this date are past by this leaf today.</summary>
    public LocalDate? Cutoff { get; internal init; }
}

/// <summary>Kinds of limbs.</summary>
public enum LimbKind
{
    /// <summary>Ends with the last of its limbs.</summary>
    AllOf,

    /// <summary>Ends with the first of its limbs.</summary>
    AnyOf,

    /// <summary>Runs for a period after an event.</summary>
    Period,

    /// <summary>Runs for a period after evidence, and not at all without it.</summary>
    Evidence,

    /// <summary>Runs from the start of a relation.</summary>
    Started,

    /// <summary>Runs while consent is in force.</summary>
    Consent,
}
