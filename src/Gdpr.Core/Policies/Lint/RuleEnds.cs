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
    /// cannot be compared: which ends last depends on what happens.</summary>
    public static bool MayEndAfter(RetentionRule rule, RetentionRule other)
    {
        if (StartsOf(rule) is not { } starts || StartsOf(other) is not { } otherStarts
            || starts.Concat(otherStarts).Select(start => start.TriggerId).Distinct(StringComparer.Ordinal).Count() != 1)
        {
            return false;
        }

        // A fiscal year closes in the year of the event or later. What runs from its close therefore ends no earlier than this says, and that is
        // all that is known: enough to be too late, not enough to be late enough.
        if (otherStarts.Exists(IsFiscal) && !(starts.TrueForAll(IsFiscal) && otherStarts.TrueForAll(IsFiscal)))
        {
            return false;
        }

        return rule is { Keep: { } period, After: { } start, Fallback: null }
            && other is { Keep: { } otherPeriod, After: { } otherStart, Fallback: null } && FormOf(start) == FormOf(otherStart)
            ? MayExceed(period, otherPeriod) && (FormOf(start) == 0 || Cycle().Any(date => EndOf(rule, date) > EndOf(other, date)))
            : Cycle().Any(date => EndOf(rule, date) > EndOf(other, date));
    }

    /// <summary>Every date of the 400 years after which the calendar repeats itself.</summary>
    private static IEnumerable<LocalDate> Cycle()
    {
        for (var date = CycleStart; date.Year < CycleStart.Year + 400; date = date.PlusDays(1))
        {
            yield return date;
        }
    }

    /// <summary>The events that a rule runs from, or <see langword="null"/> where a state carries it or a part is missing.</summary>
    private static List<PeriodStart>? StartsOf(RetentionRule rule)
    {
        var starts = new List<PeriodStart>();
        foreach (var node in RuleNodes.Within(rule, default))
        {
            var isGroup = node.Rule.AllOf.Count > 0 || node.Rule.AnyOf.Count > 0;
            if (node.Rule.While is not null || node.Depth >= RuleNodes.DepthLimit || node.Rule.AllOf.Concat(node.Rule.AnyOf).Any(limb => limb is null))
            {
                return null;
            }

            if ((node.Rule.After ?? node.Rule.Of) is { } start && (node.Rule.Keep ?? node.Rule.Within) is { IsEmpty: false })
            {
                starts.Add(start);
            }
            else if (!isGroup)
            {
                return null;
            }
        }

        return starts;
    }

    private static LocalDate EndOf(RetentionRule rule, LocalDate date)
    {
        var main = rule switch
        {
            { AllOf.Count: > 0 } => rule.AllOf.Max(limb => EndOf(limb, date)),
            { AnyOf.Count: > 0 } => rule.AnyOf.Min(limb => EndOf(limb, date)),
            _ => (rule.Keep ?? rule.Within)!.Value.EndOf(FormOf((rule.After ?? rule.Of)!) == 0 ? date : new LocalDate(date.Year, 12, 31)),
        };
        if (rule.Fallback is not { } fallback)
        {
            return main;
        }

        var end = EndOf(fallback, date);
        return LocalDate.Min(main, fallback.Unless is { } evidence ? LocalDate.Max(end, EndOf(evidence, date)) : end);
    }

    private static bool IsFiscal(PeriodStart start) => FormOf(start) == 2;

    /// <summary>0 for the event itself, 1 for the end of its calendar year, 2 for the close of its fiscal year.</summary>
    private static int FormOf(PeriodStart start) => start.FiscalYearEndOf is not null ? 2 : start.CalendarYearEndOf is not null ? 1 : 0;
}
