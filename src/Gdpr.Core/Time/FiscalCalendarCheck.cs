using System.Globalization;
using NodaTime;

namespace Gdpr.Time;

/// <summary>The rules that the entries of a fiscal calendar must meet, each by itself and beside its neighbours.</summary>
internal static class FiscalCalendarCheck
{
    private const int LongestInMonths = 18;

    public static List<FiscalYearProblem> Find(IReadOnlyList<FiscalYear> years)
    {
        var problems = new List<FiscalYearProblem>();
        if (years.Count == 0)
        {
            problems.Add(new FiscalYearProblem(
                -1,
                FiscalYearProblemKind.Empty,
                "The fiscal calendar has no years: add those back to the oldest material kept, "
                + "or a run such as { \"from\": \"2015-01-01\", \"yearly\": true }."));
            return problems;
        }

        for (var i = 0; i < years.Count; i++)
        {
            CheckAlone(i, years[i], problems);
        }

        CheckNeighbours(years, problems);
        problems.Sort((left, right) => (left.Index, left.Kind).CompareTo((right.Index, right.Kind)));
        return problems;
    }

    private static void CheckAlone(int index, FiscalYear year, List<FiscalYearProblem> problems)
    {
        if (year.Yearly && (year.To ?? year.PlannedEnd) is { } extra)
        {
            Add(
                FiscalYearProblemKind.YearlyAndEnd,
                $"it is yearly and also ends on {Text(extra)}. Drop the end: a run ends where the next entry begins.");
            return;
        }

        if (year.To is not null && year.PlannedEnd is not null)
        {
            Add(
                FiscalYearProblemKind.EndAndPlannedEnd,
                "it has an end and a planned end. Drop the planned end: the year is no longer open.");
        }

        if ((year.To ?? year.PlannedEnd) is not { } end)
        {
            return;
        }

        if (end < year.From)
        {
            Add(FiscalYearProblemKind.EndsBeforeItStarts, $"it ends on {Text(end)}, before it starts. Correct one of the two dates.");
        }
        else if (end > LatestEnd(year.From))
        {
            Add(
                FiscalYearProblemKind.LongerThanEighteenMonths,
                $"it ends on {Text(end)}, more than 18 months later (Bokföringslagen 3:3). "
                + "Correct a date, split the year, or write \"yearly\": true for a run of years.");
        }

        void Add(FiscalYearProblemKind kind, string message) => problems.Add(Problem(index, year, kind, message));
    }

    private static void CheckNeighbours(IReadOnlyList<FiscalYear> years, List<FiscalYearProblem> problems)
    {
        var order = Enumerable.Range(0, years.Count).OrderBy(index => years[index].From).ToArray();
        LocalDate? covered = null;
        for (var i = 0; i < order.Length; i++)
        {
            var at = i;
            var year = years[order[at]];
            if (i > 0)
            {
                var before = years[order[i - 1]];
                if (year.From == before.From || year.From <= covered)
                {
                    Add(
                        FiscalYearProblemKind.Overlaps,
                        "it begins on a day that an earlier entry already covers. Every day belongs to one year: correct one of the dates.");
                }
                else if (!before.Yearly && covered is { } last && year.From > last.PlusDays(1))
                {
                    Add(
                        FiscalYearProblemKind.Gap,
                        $"the days since {Text(last)}, on which the year before it ended, belong to no year; "
                        + "what is booked on them is kept as unknown. Add the missing year, or correct a date.");
                }
            }

            if (year.IsOpen && i < order.Length - 1)
            {
                Add(FiscalYearProblemKind.OpenYearNotLast, "it has no end, yet another year follows. Write its end as \"to\".");
            }

            if (!year.Yearly && year.To is { } to)
            {
                covered = LocalDate.Max(covered ?? to, to);
            }

            void Add(FiscalYearProblemKind kind, string message) => problems.Add(Problem(order[at], year, kind, message));
        }
    }

    /// <summary>The last day of the longest year that may start on a date, by whichever way of counting eighteen months is the longer.</summary>
    private static LocalDate LatestEnd(LocalDate from)
    {
        var longest = CalendarPeriod.FromMonths(LongestInMonths);
        var before = from == LocalDate.MinIsoValue ? from : from.PlusDays(-1);
        return LocalDate.Max(longest.EndOf(from).PlusDays(-1), longest.EndOf(before));
    }

    private static FiscalYearProblem Problem(int index, FiscalYear year, FiscalYearProblemKind kind, string message) =>
        new(index, kind, $"The year that starts on {Text(year.From)}: {message}");

    private static string Text(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}
