using NodaTime;

namespace Gdpr.Retention;

/// <summary>The rules of a data set at one instant, reduced to comparisons: what a source needs to select records by their fate.</summary>
/// <remarks>The states of the rules alone decide nothing: facts about the record and its person end purposes and forbid destruction
/// (<see cref="RecordFacts"/>). Whoever translates this into a query shows that it selects exactly the evaluator's records.</remarks>
public sealed class RetentionCutoffs
{
    internal RetentionCutoffs(DataSetSchedule dataSet, Instant now, IReadOnlyList<RuleCutoffs> rules, IReadOnlyList<GroupCutoffs> groups)
    {
        DataSet = dataSet;
        Now = now;
        Rules = rules;
        Groups = groups;
    }

    /// <summary>The data set.</summary>
    public DataSetSchedule DataSet { get; }

    /// <summary>The instant at which records are judged.</summary>
    public Instant Now { get; }

    /// <summary>The rules, in policy order.</summary>
    public IReadOnlyList<RuleCutoffs> Rules { get; }

    /// <summary>The field groups, in policy order.</summary>
    public IReadOnlyList<GroupCutoffs> Groups { get; }
}

/// <summary>What decides the fate of a group of fields.</summary>
public sealed class GroupCutoffs
{
    internal GroupCutoffs(FieldGroup group, IReadOnlyList<RuleCutoffs> rules, IReadOnlyList<RuleCutoffs> graced)
    {
        Group = group;
        Rules = rules;
        Graced = graced;
    }

    /// <summary>The fields and their disposal.</summary>
    public FieldGroup Group { get; }

    /// <summary>The group's rules, in policy order.</summary>
    public IReadOnlyList<RuleCutoffs> Rules { get; }

    /// <summary>The same rules with every end put off by the time for which the fields stay restricted before their disposal: while one of
    /// them, limits apart, runs by these, fields that nothing keeps any more are restricted. The same as <see cref="Rules"/> where there is no such time.</summary>
    public IReadOnlyList<RuleCutoffs> Graced { get; }
}

/// <summary>A rule as a tree of comparisons.</summary>
public sealed class RuleCutoffs
{
    internal RuleCutoffs(ScheduledRule rule, CutoffLimb limb)
    {
        Rule = rule;
        Limb = limb;
    }

    /// <summary>The rule.</summary>
    public ScheduledRule Rule { get; }

    /// <summary>The index of the rule's purpose in <see cref="DataSetSchedule.Purposes"/>.</summary>
    public int PurposeIndex => Rule.PurposeIndex;

    /// <summary>The rule's tree.</summary>
    public CutoffLimb Limb { get; }
}

/// <summary>A limb of a rule: all-of has the greatest state of its limbs, any-of the least, in the order of <see cref="LimbState"/>.</summary>
public abstract record CutoffLimb
{
    private CutoffLimb()
    {
    }

    /// <summary>Ends with the last of its limbs.</summary>
    /// <param name="First">One limb.</param>
    /// <param name="Second">The other.</param>
    public sealed record All(CutoffLimb First, CutoffLimb Second) : CutoffLimb;

    /// <summary>Ends with the first of its limbs.</summary>
    /// <param name="First">One limb.</param>
    /// <param name="Second">The other.</param>
    public sealed record Any(CutoffLimb First, CutoffLimb Second) : CutoffLimb;

    /// <summary>Runs while the consent to a purpose is in force: past where it is withdrawn; alive where it is given and its withdrawal is not
    /// unknown; otherwise unknown.</summary>
    /// <param name="PurposeIndex">The index of the purpose in <see cref="DataSetSchedule.Purposes"/>.</param>
    public sealed record Consent(int PurposeIndex) : CutoffLimb;

    /// <summary>Is decided by one trigger: unknown where its value is.</summary>
    /// <param name="TriggerIndex">The index of the trigger in <see cref="DataSetSchedule.Triggers"/>.</param>
    /// <param name="Cutoff">Events before it are past, others alive; <see langword="null"/> where every event that has happened is alive.</param>
    /// <param name="WhenNotHappened">The state where the event has not happened.</param>
    /// <param name="WhenMissing">The state where no value is recorded.</param>
    public sealed record Event(int TriggerIndex, Cutoff? Cutoff, LimbState WhenNotHappened, LimbState WhenMissing) : CutoffLimb
    {
        /// <summary>The fiscal years that the period counts from, where it does: the cutoff decides events in a known year only. Events in the open
        /// year are alive, those in no year unknown.</summary>
        public FiscalYearCutoffs? FiscalYears { get; init; }
    }
}

/// <summary>The first event whose period has not ended: what happened before is past.</summary>
/// <param name="Date">The first local date, for events recorded as local dates.</param>
/// <param name="Ticks">Where that date begins at the controller, for events recorded as instants: 100-nanosecond ticks since 1970-01-01T00:00:00Z;
/// <see cref="long.MinValue"/> below all instants, <see cref="long.MaxValue"/> above.</param>
public sealed record Cutoff(LocalDate Date, long Ticks);
