using NodaTime;

namespace Gdpr.Policies.Lint;

/// <summary>The dates of an event that tell all that there is to tell of ends that run from it: which of them comes after which.</summary>
/// <remarks>
/// <para>The calendar repeats itself after 400 years, and within them two years are alike when the same of the years that follow them, as far as the ends
/// reach, are leap years: one of them is looked at.</para>
/// <para>Within a month, ends of periods that run from the event itself move on by a day a day up to the 28th, so that their order is that of the
/// first; the last days differ, because a shorter month cuts them off. What runs from the end of the year stands still, and is met and overtaken on
/// days which are computed.</para>
/// </remarks>
internal static class CriticalDates
{
    private const int FirstYear = 2000;
    private const int YearsInCycle = 400;
    private const int LeapYears = 4;

    /// <summary>The dates for the ends of some periods, in any order; a date may come more than once.</summary>
    /// <param name="leaves">The periods, all running from one event.</param>
    public static IEnumerable<LocalDate> For(IReadOnlyList<RuleEnd.Leaf> leaves)
    {
        var ofYears = leaves.Where(leaf => leaf.Form != PeriodForm.Event).Distinct().ToArray();
        var ofEvents = leaves.Where(leaf => leaf.Form == PeriodForm.Event).Distinct().ToArray();
        return Years(leaves.Max(Reach)).SelectMany(year => InYear(year, ofYears, ofEvents));
    }

    private static IEnumerable<LocalDate> InYear(int year, RuleEnd.Leaf[] ofYears, RuleEnd.Leaf[] ofEvents)
    {
        var last = new LocalDate(year, 12, 31);
        yield return last;
        if (ofEvents.Length == 0)
        {
            yield break;
        }

        for (var month = 1; month <= 12; month++)
        {
            yield return new LocalDate(year, month, 1);
            for (var day = 29; day <= CalendarSystem.Iso.GetDaysInMonth(year, month); day++)
            {
                yield return new LocalDate(year, month, day);
            }
        }

        foreach (var end in ofYears.Select(leaf => leaf.On(last)))
        {
            foreach (var leaf in ofEvents)
            {
                // The first date from which the period ends after what runs from the end of the year.
                var overtakes = leaf.Period.CutoffOn(end.PlusDays(1));
                if (overtakes.Year == year)
                {
                    yield return overtakes;
                }

                // And the date on which both end on the same day.
                if (leaf.Period.CutoffOn(end) is var meets && meets.Year == year)
                {
                    yield return meets;
                }
            }
        }
    }

    /// <summary>One year of each sort: four of the regular run, and each from which, or from four years before which, an end reaches a hundredth year that is no
    /// leap year.</summary>
    private static IEnumerable<int> Years(int reach) =>
        Enumerable.Range(FirstYear, YearsInCycle).Where(year => year < FirstYear + LeapYears || MissesALeapYear(year - LeapYears, year + reach));

    private static bool MissesALeapYear(int from, int to)
    {
        for (var century = (from + 99) / 100 * 100; century <= to; century += 100)
        {
            if (!CalendarSystem.Iso.IsLeapYear(century))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>In how many years after the event's a period ends, or later.</summary>
    private static int Reach(RuleEnd.Leaf leaf) => (leaf.Period.Months / 12) + (leaf.Period.Days / 365) + 2;
}
