using FsCheck;
using FsCheck.Fluent;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Time;

/// <summary>The fiscal calendar against a plain list of its years, for generated histories with broken, short, extended and changed
/// years, runs, gaps and open ends.</summary>
public class FiscalCalendarPropertyTests
{
    private static readonly LocalDate FarEnd = new(2300, 1, 1);

    [Fact]
    public void A_date_is_located_in_the_year_that_lists_it()
    {
        Func<(History History, LocalDate Date), bool> property = x => x.History.Calendar.Locate(x.Date) == x.History.Locate(x.Date);

        property.ShouldHoldFor(HistoriesAndDates);
    }

    [Fact]
    public void The_anchor_never_decreases_as_the_event_date_grows()
    {
        Func<(History History, LocalDate Date, int Later), bool> property = x =>
        {
            var first = x.History.Calendar.Locate(x.Date);
            var second = x.History.Calendar.Locate(x.Date.PlusDays(x.Later));
            return first.Kind != FiscalYearPositionKind.Known || second.Kind != FiscalYearPositionKind.Known
                || x.History.Calendar.AnchorOf(first.YearEnd!.Value) <= x.History.Calendar.AnchorOf(second.YearEnd!.Value);
        };

        property.ShouldHoldFor(
            from pair in HistoriesAndDates
            from later in Gen.OneOf(Gen.Choose(0, 800), Gen.Choose(0, 20_000))
            select (pair.History, pair.Date, later));
    }

    [Fact]
    public void A_known_date_is_before_the_cutoff_exactly_when_its_period_from_the_anchor_has_ended()
    {
        Func<(History History, LocalDate Date, CalendarPeriod Period, LocalDate Today), bool> property = x =>
        {
            var position = x.History.Locate(x.Date);
            return position.Kind != FiscalYearPositionKind.Known
                || (x.Date < x.History.Calendar.CutoffOn(x.Today, x.Period))
                    == (x.Period.EndOf(new LocalDate(position.YearEnd!.Value.Year, 12, 31)) < x.Today);
        };

        property.ShouldHoldFor(
            from pair in HistoriesAndDates
            from period in Generated.CalendarPeriod
            from days in Gen.Choose(-400, 400)
            from today in Gen.OneOf(Generated.Date, Gen.Constant(period.EndOf(pair.Date).PlusDays(days)))
            select (pair.History, pair.Date, period, today),
            50_000);
    }

    [Fact]
    public void A_date_is_in_a_known_span_exactly_when_its_year_is_known()
    {
        Func<(History History, LocalDate Date), bool> property = x =>
            x.History.Calendar.KnownSpans.Any(span => span.First <= x.Date && x.Date <= span.Last)
                == (x.History.Locate(x.Date).Kind == FiscalYearPositionKind.Known);

        property.ShouldHoldFor(HistoriesAndDates);
    }

    [Fact]
    public void Known_spans_are_in_order_and_as_long_as_can_be()
    {
        Func<History, bool> property = history =>
        {
            var spans = history.Calendar.KnownSpans;
            return spans.All(span => span.First <= span.Last)
                && spans.Zip(spans.Skip(1), (before, after) => before.Last.PlusDays(1) < after.First).All(apart => apart);
        };

        property.ShouldHoldFor(Histories);
    }

    [Fact]
    public void Bookkeeping_law_is_seven_years_from_the_anchor()
    {
        Func<LocalDate, bool> property = yearEnd =>
            FiscalCalendar.BookkeepingLastDay(yearEnd) == CalendarPeriod.FromYears(7).EndOf(new LocalDate(yearEnd.Year, 12, 31));

        property.ShouldHoldFor(Generated.Date);
    }

    private static Gen<(bool Yearly, int Months, int Days, bool Gap)> Shapes { get; } =
        from yearly in Gen.Elements(true, false)
        from months in Gen.Choose(1, yearly ? 60 : 17)
        from days in Gen.Elements(0, 0, 0, 1, 14, 27)
        from gap in Gen.Elements(false, false, false, true)
        select (yearly, months, days, gap);

    private static Gen<History> Histories { get; } =
        from start in Gen.Choose(0, (250 * 12) - 1)
        from day in Gen.Elements(1, 1, 1, 15, 28, 29, 30, 31)
        from shapes in Shapes.ArrayOf(5)
        from count in Gen.Choose(0, 5)
        from last in Gen.Elements("open", "planned", "yearly", "closed")
        select History.Build(new LocalDate(1900, 1, 1).PlusMonths(start).PlusDays(day - 1), shapes.Take(count), last);

    private static Gen<(History History, LocalDate Date)> HistoriesAndDates { get; } =
        from history in Histories
        from edge in Gen.Elements(history.Edges)
        from days in Gen.OneOf(Gen.Choose(-2, 2), Gen.Choose(-1000, 1000))
        from anywhere in Generated.Date
        from near in Gen.Elements(true, true, true, false)
        select (history, near ? edge.PlusDays(days) : anywhere);

    /// <summary>A calendar, and the same as a plain list of years.</summary>
    private sealed record History(FiscalCalendar Calendar, IReadOnlyList<(LocalDate Start, LocalDate End)> Years, FiscalYear? Open)
    {
        public LocalDate[] Edges => [.. Years.Take(12).SelectMany(year => new[] { year.Start, year.End }), Open?.From ?? Years[0].Start];

        public static History Build(LocalDate start, IEnumerable<(bool Yearly, int Months, int Days, bool Gap)> shapes, string last)
        {
            var entries = new List<FiscalYear>();
            var years = new List<(LocalDate Start, LocalDate End)>();
            foreach (var (yearly, months, days, gap) in shapes)
            {
                var next = start.PlusMonths(months).PlusDays(days);
                if (yearly)
                {
                    entries.Add(new FiscalYear { From = start, Yearly = true });
                    AddYears(years, start, next);
                }
                else
                {
                    entries.Add(new FiscalYear { From = start, To = next.PlusDays(-1) });
                    years.Add((start, next.PlusDays(-1)));
                    next = gap ? next.PlusDays(40) : next;
                }

                start = next;
            }

            FiscalYear? open = null;
            switch (last)
            {
                case "open": entries.Add(open = new FiscalYear { From = start }); break;
                case "planned": entries.Add(open = new FiscalYear { From = start, PlannedEnd = start.PlusMonths(12).PlusDays(-1) }); break;
                case "yearly":
                    entries.Add(new FiscalYear { From = start, Yearly = true });
                    AddYears(years, start, FarEnd);
                    break;
                default:
                    entries.Add(new FiscalYear { From = start, To = start.PlusMonths(18).PlusDays(-1) });
                    years.Add((start, start.PlusMonths(18).PlusDays(-1)));
                    break;
            }

            entries.Reverse();
            return new History(FiscalCalendar.Create(entries), years, open);
        }

        public FiscalYearPosition Locate(LocalDate date)
        {
            foreach (var (start, end) in Years)
            {
                if (start <= date && date <= end)
                {
                    return new FiscalYearPosition(FiscalYearPositionKind.Known, start, end);
                }
            }

            return date >= Open?.From ? new FiscalYearPosition(FiscalYearPositionKind.Open, Open.From, Open.PlannedEnd) : default;
        }

        private static void AddYears(List<(LocalDate Start, LocalDate End)> years, LocalDate from, LocalDate next)
        {
            for (var number = 0; from.PlusYears(number) < next; number++)
            {
                years.Add((from.PlusYears(number), LocalDate.Min(from.PlusYears(number + 1), next).PlusDays(-1)));
            }
        }
    }
}
