using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>What earlier versions of a policy had let go: no later version takes it up again.</summary>
/// <remarks>
/// <para>A rule is bound by the rule that it was: the one with its id in the same data set or, where an activity was renamed or handed the data to
/// another one, by all rules together that the data set no longer has, of the same kind and purpose and over the same fields.</para>
/// <para>A rule of the same shape is bound leaf by leaf: the cutoff of each is the later of its own and the earlier one's when that was superseded.
/// A rule whose shape has changed ends, for a record that its earlier form had let go as a whole, with that form; no other record is touched.</para>
/// <para>To let a record live that an earlier version had let go can be mended; to destroy one that neither version would is final. So whatever
/// cannot be told counts as not let go: a trigger that is no longer there, a consent of that time, the event of a fiscal year that the
/// earlier version did not know, an obligation that there was none of before.</para>
/// </remarks>
internal sealed class EarlierLeaves
{
    /// <summary>An instant's local dates in two zones are at most two days apart.</summary>
    private const int DaysBetweenZones = 2;

    private readonly List<(SupersededPolicy Version, RetentionSchedule Schedule)> _versions = [];

    public static EarlierLeaves Of(IReadOnlyList<SupersededPolicy> earlier)
    {
        var leaves = new EarlierLeaves();
        leaves._versions.AddRange(earlier.Select(version => (version, ScheduleCompiler.Compile(version.Policy, new EarlierLeaves()))));
        return leaves;
    }

    /// <summary>What binds a rule: for each of its leaves the earlier ones, and the earlier forms that end it as a whole.</summary>
    public RuleFloor For(LaterRule rule)
    {
        var floor = new RuleFloor([.. rule.Leaves.Select(_ => new List<EarlierLeaf>())], []);
        foreach (var (version, schedule) in _versions)
        {
            if (schedule.Find(rule.DataSet) is { Retired: null } dataSet && Forms(rule, dataSet) is { Length: > 0 } forms
                && !forms.Any(form => IsLengthened(version, form, rule)))
            {
                Bind(rule, dataSet, forms, version.At, floor);
            }
        }

        return floor;
    }

    private static bool IsLengthened(SupersededPolicy version, ScheduledRule form, LaterRule rule) =>
        version.Lengthened is { } lengthened && (lengthened.Contains(rule.ActivityId) || lengthened.Contains(form.ActivityId));

    /// <summary>The rules of an earlier version that a rule was.</summary>
    private static ScheduledRule[] Forms(LaterRule rule, DataSetSchedule dataSet)
    {
        if (dataSet.Rules.FirstOrDefault(earlier => earlier.Id == rule.Id) is { } same)
        {
            // What a law commands from now on was no duty before: that it was let go as a purpose is no leave to destroy it.
            return rule.Kind == RuleKind.Obligation && same.Kind != RuleKind.Obligation ? [] : [same];
        }

        ScheduledRule[] gone = [.. dataSet.Rules.Where(earlier =>
            earlier.Kind == rule.Kind && earlier.Purpose == rule.Purpose && !rule.RulesOfDataSet.Contains(earlier.Id))];
        return rule.Fields.All(field => dataSet.FieldGroups.Any(group => group.Fields.Contains(field, StringComparer.Ordinal) && group.Rules.Any(gone.Contains)))
            ? gone
            : [];
    }

    private static void Bind(LaterRule rule, DataSetSchedule dataSet, ScheduledRule[] forms, Instant at, RuleFloor floor)
    {
        if (forms is [var form] && RuleShape.Of(form.Tree, dataSet.Triggers) is var shape && shape.Text == rule.Shape.Text)
        {
            foreach (var (leaf, earlier) in rule.Shape.Leaves.Zip(shape.Leaves).Where(pair => pair.First.Terms.Kind is LeafKind.Period or LeafKind.Evidence))
            {
                floor.Leaves[leaf.Index - rule.FirstLeaf].Add(EarlierLeaf(earlier, dataSet, form, at, rule.Time));
            }

            return;
        }

        FormerLimb? whole = null;
        foreach (var earlier in forms)
        {
            if (Former(earlier.Tree, earlier) is not { } limb)
            {
                return;
            }

            whole = whole is null ? limb : new FormerLimb.All(whole, limb);
        }

        floor.Forms.Add(whole!);

        // A limb that cannot be told to have ended is null: it had let nothing go.
        FormerLimb? Former(RuleTree tree, ScheduledRule earlier) => tree switch
        {
            RuleTree.All all => Former(all.First, earlier) is { } first && Former(all.Second, earlier) is { } second ? new FormerLimb.All(first, second) : null,
            RuleTree.Any any => (Former(any.First, earlier), Former(any.Second, earlier)) switch
            {
                ({ } first, { } second) => new FormerLimb.Any(first, second),
                var (first, second) => first ?? second,
            },
            RuleTree.Leaf { Terms.Trigger: >= 0 } leaf when rule.Triggers.IndexOf(dataSet.Triggers[leaf.Terms.Trigger]) is var trigger and >= 0
                && (leaf.Terms.Anchor != LeafAnchor.FiscalYear || rule.Time.FiscalYears is not null) =>
                new FormerLimb.Leaf(leaf.Terms with { Trigger = trigger }, EarlierLeaf(leaf, dataSet, earlier, at, rule.Time)),
            _ => null,
        };
    }

    private static EarlierLeaf EarlierLeaf(RuleTree.Leaf leaf, DataSetSchedule dataSet, ScheduledRule form, Instant at, ControllerTime later) => new(
        dataSet.Leaves[leaf.Index],
        LocalDays.TodayAt(at, form.Zone),
        leaf.Terms.Anchor == LeafAnchor.FiscalYear ? FirstUnknown(form.Time.FiscalYears, later.FiscalYears) : LocalDate.MaxIsoValue,
        form.Zone.Equals(later.Zone) ? 0 : DaysBetweenZones);

    /// <summary>The first date whose fiscal year the later version knows and the earlier one did not; from there on nothing was let go for certain.</summary>
    private static LocalDate FirstUnknown(FiscalCalendar? earlier, FiscalCalendar? later)
    {
        foreach (var span in later?.KnownSpans ?? [])
        {
            var date = span.First;
            foreach (var known in (earlier?.KnownSpans ?? []).Where(known => known.First <= date && known.Last >= date))
            {
                // Spans are in order, disjoint, and as long as can be: one that holds the date holds all of the rest that is known.
                date = known.Last >= span.Last ? LocalDate.MaxIsoValue : known.Last.PlusDays(1);
            }

            if (date != LocalDate.MaxIsoValue)
            {
                return date;
            }
        }

        return LocalDate.MaxIsoValue;
    }
}

/// <summary>A rule of a later version, as far as earlier ones may bind it.</summary>
/// <param name="DataSet">The path of the data set.</param>
/// <param name="Id">The rule's id.</param>
/// <param name="ActivityId">The activity of the rule, whose lengthening may have been assessed.</param>
/// <param name="Kind">What the rule does.</param>
/// <param name="Purpose">The activity's purpose.</param>
/// <param name="Fields">The fields of the data set that the rule decides on.</param>
/// <param name="RulesOfDataSet">The ids of all rules of the data set.</param>
/// <param name="Triggers">The triggers of the data set.</param>
/// <param name="Tree">The rule.</param>
/// <param name="FirstLeaf">The index of the rule's first leaf in its data set.</param>
/// <param name="Time">The controller's time.</param>
internal sealed record LaterRule(
    string DataSet, string Id, string ActivityId, RuleKind Kind, string Purpose, IReadOnlyList<string> Fields, IReadOnlySet<string> RulesOfDataSet,
    List<string> Triggers, RuleTree Tree, int FirstLeaf, ControllerTime Time)
{
    /// <summary>The leaves, in the order of their indexes.</summary>
    public IReadOnlyList<RuleTree.Leaf> Leaves { get; } = [.. Tree.Leaves().OrderBy(leaf => leaf.Index)];

    /// <summary>The rule's shape.</summary>
    public RuleShape Shape { get; } = RuleShape.Of(Tree, Triggers);
}

/// <summary>What binds a rule of a later version.</summary>
/// <param name="Leaves">For each leaf, the same leaf in earlier versions.</param>
/// <param name="Forms">The rule as earlier versions had it, where its shape was another.</param>
internal sealed record RuleFloor(List<EarlierLeaf>[] Leaves, List<FormerLimb> Forms);

/// <summary>A limb of a rule as an earlier version had it when it was superseded.</summary>
internal abstract record FormerLimb
{
    private FormerLimb()
    {
    }

    /// <summary>A leaf, by the terms that it had over the later version's triggers.</summary>
    public sealed record Leaf(LeafTerms Terms, EarlierLeaf Earlier) : FormerLimb;

    /// <summary>Had let go once both limbs had.</summary>
    public sealed record All(FormerLimb First, FormerLimb Second) : FormerLimb;

    /// <summary>Had let go once either limb had.</summary>
    public sealed record Any(FormerLimb First, FormerLimb Second) : FormerLimb;
}
