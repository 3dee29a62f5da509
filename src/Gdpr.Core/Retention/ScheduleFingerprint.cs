using System.Text;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Time;

namespace Gdpr.Retention;

/// <summary>Digests what decides in a data set: two with the same fingerprint give every record the same fate at every instant.</summary>
internal sealed class ScheduleFingerprint
{
    private readonly StringBuilder _text = new("gdpr-rules-1");

    private ScheduleFingerprint()
    {
    }

    public static Digest Of(DataSetSchedule dataSet)
    {
        var fingerprint = new ScheduleFingerprint();
        fingerprint.Add(dataSet);
        return Digest.Of(Encoding.UTF8.GetBytes(fingerprint._text.ToString()));
    }

    private void Add(DataSetSchedule dataSet)
    {
        Line("data-set", dataSet.Path, dataSet.Retired is null ? "" : "retired");
        foreach (var (trigger, missingAs) in dataSet.Triggers.Zip(dataSet.MissingAs))
        {
            Line("trigger", trigger, missingAs);
        }

        foreach (var rule in dataSet.RuleTable)
        {
            Line("rule", rule.Id, rule.Kind, rule.Purpose, rule.NeedsConsent);
            Add(rule.Tree, dataSet);
        }

        foreach (var group in dataSet.Groups)
        {
            Line("group", string.Join(' ', group.Fields.Order(StringComparer.Ordinal)), group.RuleMask);
            Add(group.Disposal);
        }
    }

    private void Add(RuleTree tree, DataSetSchedule dataSet)
    {
        switch (tree)
        {
            case RuleTree.All all:
                Line("all-of");
                Add(all.First, dataSet);
                Add(all.Second, dataSet);
                break;
            case RuleTree.Any any:
                Line("any-of");
                Add(any.First, dataSet);
                Add(any.Second, dataSet);
                break;
            case RuleTree.Leaf leaf:
                Add(dataSet.Leaves[leaf.Index]);
                break;
            default:
                throw new InvalidOperationException("A rule tree has three cases.");
        }
    }

    private void Add(CompiledLeaf leaf)
    {
        Line(leaf.IsFormer ? "former" : "present");
        Add(leaf.Terms, leaf.Time);

        // An earlier version that counted as this one does lets nothing go that this one keeps.
        foreach (var earlier in leaf.Earlier.Where(earlier => leaf.IsFormer || !CountsAs(earlier, leaf)))
        {
            Line("earlier", earlier.Until.ToDateOnly().DayNumber, earlier.Before.ToDateOnly().DayNumber, earlier.Slack);
            Add(earlier.Leaf.Terms with { Trigger = leaf.Terms.Trigger }, earlier.Leaf.Time);
        }
    }

    private static bool CountsAs(EarlierLeaf earlier, CompiledLeaf leaf) =>
        earlier.Leaf.Terms with { Trigger = leaf.Terms.Trigger } == leaf.Terms && IsSame(earlier.Leaf.Time, leaf.Time);

    private void Add(LeafTerms terms, ControllerTime time)
    {
        Line("leaf", terms.Kind, terms.Trigger, terms.Anchor, terms.Period, time.Zone.Id);
        if (terms.Anchor == LeafAnchor.FiscalYear)
        {
            foreach (var year in time.FiscalYears?.Years ?? [])
            {
                Line("fiscal-year", year.From.ToDateOnly().DayNumber, year.To?.ToDateOnly().DayNumber ?? -1, year.Yearly);
            }
        }
    }

    private void Add(Policies.Disposal disposal)
    {
        Line("disposal", disposal.Action ?? default, disposal.Strategy, disposal.For, disposal.Text?.Length ?? -1, disposal.Text);
        if (disposal.Then is { } then)
        {
            Add(then);
        }
    }

    private static bool IsSame(ControllerTime one, ControllerTime other) =>
        one.Zone.Id == other.Zone.Id && (ReferenceEquals(one.FiscalYears, other.FiscalYears)
            || (one.FiscalYears is { } years && other.FiscalYears is { } others && years.Years.Select(Key).SequenceEqual(others.Years.Select(Key))));

    private static (NodaTime.LocalDate From, NodaTime.LocalDate? To, bool Yearly) Key(FiscalYear year) => (year.From, year.To, year.Yearly);

    private void Line(params ReadOnlySpan<object?> parts)
    {
        foreach (var part in parts)
        {
            // Invariant by construction: words, numbers and periods.
            _text.Append('|').Append(part);
        }

        _text.Append('\n');
    }
}
