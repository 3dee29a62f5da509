using Gdpr.Time;
using NodaTime;

namespace Gdpr.Policies.Lint;

/// <summary>Compares the ends of rules that run from one and the same event.</summary>
internal static class RuleEnds
{
    private const double DaysPerMonth = 365.2425 / 12;

    /// <summary>More than the days of some months in a row ever differ from their mean, the shortening of a month's last days included.</summary>
    private const int Margin = 10;

    private static readonly LocalDate CycleStart = new(2000, 1, 1);

    /// <summary>Whether a period ends after another one that runs from the same event, for any date of the event.</summary>
    public static bool MayExceed(CalendarPeriod period, CalendarPeriod other)
    {
        if (period.Months <= other.Months && period.Days <= other.Days)
        {
            return false;
        }

        if (period.Months >= other.Months && period.Days >= other.Days)
        {
            return true;
        }

        // One has more months, the other more days. Far apart, the mean decides; else every date is tried.
        var ahead = ((period.Months - other.Months) * DaysPerMonth) + period.Days - other.Days;
        return Math.Abs(ahead) > Margin ? ahead > 0 : Cycle().Any(date => period.EndOf(date) > other.EndOf(date));
    }

    /// <summary>Whether a rule ends after another one for some date of the one event that both run from. Rules that run from several events
    /// cannot be compared so: which ends last depends on what happens.</summary>
    public static bool MayEndAfter(RetentionRule rule, RetentionRule other) => MayEndAfter(RuleEnd.Of(rule), RuleEnd.Of(other));

    /// <summary>Whether a rule ends after another one whatever happens, once the events that they run from have: for every date of the one event
    /// that both run from, or by limbs that do so whatever the other limbs are.</summary>
    public static bool MustEndAfter(RetentionRule rule, RetentionRule other) => MustEndAfter(RuleEnd.Of(rule), RuleEnd.Of(other));

    private static bool MayEndAfter(RuleEnd end, RuleEnd other) =>
        AreComparable(end, other) && ((end, other) switch
        {
            (RuleEnd.Leaf { Form: PeriodForm.Event } leaf, RuleEnd.Leaf { Form: PeriodForm.Event } otherLeaf) => MayExceed(leaf.Period, otherLeaf.Period),
            _ => Cycle().Any(date => end.On(date) > other.On(date)),
        });

    private static bool MustEndAfter(RuleEnd end, RuleEnd other)
    {
        if (AreComparable(end, other))
        {
            return (end, other) switch
            {
                (RuleEnd.Leaf { Form: PeriodForm.Event } leaf, RuleEnd.Leaf { Form: PeriodForm.Event } otherLeaf) when !MayExceed(leaf.Period, otherLeaf.Period) => false,
                _ => Cycle().All(date => end.On(date) > other.On(date)),
            };
        }

        // What must hold of every limb is asked before what is enough to hold of one: any-of ends at its first limb, all-of at its last.
        return (end, other) switch
        {
            (RuleEnd.Any any, _) => any.Limbs.All(limb => MustEndAfter(limb, other)),
            (_, RuleEnd.All all) => all.Limbs.All(limb => MustEndAfter(end, limb)),
            (RuleEnd.All all, _) => all.Limbs.Any(limb => MustEndAfter(limb, other)),
            (_, RuleEnd.Any any) => any.Limbs.Any(limb => MustEndAfter(end, limb)),
            _ => false,
        };
    }

    /// <summary>Whether two ends follow from the date of one and the same event.</summary>
    private static bool AreComparable(RuleEnd end, RuleEnd other)
    {
        if (end.Leaves is not { } leaves || other.Leaves is not { } otherLeaves
            || leaves.Concat(otherLeaves).Select(leaf => leaf.Trigger).Distinct(StringComparer.Ordinal).Count() != 1)
        {
            return false;
        }

        // A fiscal year closes in the year of the event or later. What runs from its close therefore ends no earlier than this says, and that is
        // all that is known: enough to be too late, not enough to be late enough.
        return !otherLeaves.Any(IsFiscal) || (leaves.All(IsFiscal) && otherLeaves.All(IsFiscal));
    }

    /// <summary>Every date of the 400 years after which the calendar repeats itself.</summary>
    private static IEnumerable<LocalDate> Cycle()
    {
        for (var date = CycleStart; date.Year < CycleStart.Year + 400; date = date.PlusDays(1))
        {
            yield return date;
        }
    }

    private static bool IsFiscal(RuleEnd.Leaf leaf) => leaf.Form == PeriodForm.FiscalYear;
}
