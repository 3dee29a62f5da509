using Gdpr.Time;

namespace Gdpr.Policies.Lint;

/// <summary>Compares the ends of rules that run from one and the same event.</summary>
/// <remarks>What the lengths of the periods tell is told from them: a policy has many rules, and few of them end within days of one another. Only for
/// those are dates tried, and only the <see cref="CriticalDates"/>.</remarks>
internal static class RuleEnds
{
    private const double DaysPerMonth = 365.2425 / 12;

    /// <summary>More than the days of some months in a row ever differ from their mean, the shortening of a month's last days included.</summary>
    private const int Margin = 10;

    /// <summary>More than the days from an event to the end of its year, what a shorter month cuts off included.</summary>
    private const int Year = 370;

    /// <summary>Whether a period ends after another one that runs from the same event, for any date of the event.</summary>
    public static bool MayExceed(CalendarPeriod period, CalendarPeriod other) =>
        MayEndAfter(new RuleEnd.Leaf("", PeriodForm.Event, period), new RuleEnd.Leaf("", PeriodForm.Event, other));

    /// <summary>Whether a rule ends after another one for some date of the one event that both run from. Rules that run from several events
    /// cannot be compared so: which ends last depends on what happens.</summary>
    public static bool MayEndAfter(RetentionRule rule, RetentionRule other) => MayEndAfter(RuleEnd.Of(rule), RuleEnd.Of(other));

    /// <summary>Whether a rule ends after another one whatever happens, once the events that they run from have: for every date of the one event
    /// that both run from, or by limbs that do so whatever the other limbs are.</summary>
    public static bool MustEndAfter(RetentionRule rule, RetentionRule other) => MustEndAfter(RuleEnd.Of(rule), RuleEnd.Of(other));

    /// <inheritdoc cref="MayEndAfter(RetentionRule, RetentionRule)"/>
    public static bool MayEndAfter(RuleEnd end, RuleEnd other) =>
        AreComparable(end, other) && (EndsAfter(end, other) ?? Dates(end, other).Any(date => end.On(date) > other.On(date)));

    /// <summary>Whether an end comes after another one for no date of the one event that both run from.</summary>
    public static bool NeverEndsAfter(RuleEnd end, RuleEnd other) => AreComparable(end, other) && !MayEndAfter(end, other);

    /// <inheritdoc cref="MustEndAfter(RetentionRule, RetentionRule)"/>
    public static bool MustEndAfter(RuleEnd end, RuleEnd other)
    {
        if (AreComparable(end, other))
        {
            return EndsAfter(end, other) ?? Dates(end, other).All(date => end.On(date) > other.On(date));
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

    private static IEnumerable<NodaTime.LocalDate> Dates(RuleEnd end, RuleEnd other) => CriticalDates.For([.. end.Leaves!, .. other.Leaves!]);

    /// <summary>Whether an end comes after another one on every date of the event (<see langword="true"/>) or on none (<see langword="false"/>), as far as the
    /// lengths of the periods tell; <see langword="null"/> where they do not.</summary>
    private static bool? EndsAfter(RuleEnd end, RuleEnd other) => (end, other) switch
    {
        (RuleEnd.Leaf leaf, RuleEnd.Leaf otherLeaf) => EndsAfter(leaf, otherLeaf),
        (RuleEnd.All all, _) => Any(all.Limbs, limb => EndsAfter(limb, other)),
        (RuleEnd.Any any, _) => All(any.Limbs, limb => EndsAfter(limb, other)),
        (_, RuleEnd.All all) => All(all.Limbs, limb => EndsAfter(end, limb)),
        (_, RuleEnd.Any any) => Any(any.Limbs, limb => EndsAfter(end, limb)),
        _ => null,
    };

    private static bool? EndsAfter(RuleEnd.Leaf leaf, RuleEnd.Leaf other)
    {
        // What runs from the end of the year runs from the event or up to a year later.
        var (fromYear, otherFromYear) = (leaf.Form != PeriodForm.Event, other.Form != PeriodForm.Event);
        var (later, otherLater) = (fromYear && !otherFromYear ? Year : 0, otherFromYear && !fromYear ? Year : 0);
        var (period, otherPeriod) = (leaf.Period, other.Period);
        var ahead = ((period.Months - otherPeriod.Months) * DaysPerMonth) + period.Days - otherPeriod.Days;
        if (later == 0 && ((period.Months <= otherPeriod.Months && period.Days <= otherPeriod.Days) || ahead + Margin < 0))
        {
            return false;
        }

        if (otherLater == 0 && ahead > 0 && ((period.Months >= otherPeriod.Months && period.Days >= otherPeriod.Days) || ahead > Margin))
        {
            return true;
        }

        return ahead + later + Margin < 0 ? false : ahead - otherLater - Margin > 0 ? true : null;
    }

    /// <summary>All of several, in three values.</summary>
    private static bool? All(IReadOnlyList<RuleEnd> limbs, Func<RuleEnd, bool?> holds) =>
        limbs.Select(holds).Aggregate((bool?)true, (sum, one) => sum & one);

    /// <summary>Any of several, in three values.</summary>
    private static bool? Any(IReadOnlyList<RuleEnd> limbs, Func<RuleEnd, bool?> holds) =>
        limbs.Select(holds).Aggregate((bool?)false, (sum, one) => sum | one);

    private static bool IsFiscal(RuleEnd.Leaf leaf) => leaf.Form == PeriodForm.FiscalYear;
}
