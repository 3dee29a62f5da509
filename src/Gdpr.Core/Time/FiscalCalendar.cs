using NodaTime;

namespace Gdpr.Time;

/// <summary>The financial years of a company, with history: which year an event falls in, and how long bookkeeping material is kept.</summary>
/// <remarks>
/// <para>Accounting information is kept through the seventh year after the end of the calendar year in which the financial year closed
/// (Bokföringslagen, SFS 1999:1078, 7:2). What counts is the end of the year that the event is booked in, not the date of the invoice,
/// the payment or the voucher: the event date given here is the booking date.</para>
/// <para>Entries may be given in any order. A yearly run that starts on 29 February starts its later years on 28 February where there is
/// no 29th, counted from the first year each time, so it never drifts.</para>
/// <para>The end of the year never decreases as the event date grows, which gives every period counted from it exactly one cutoff.</para>
/// </remarks>
public sealed class FiscalCalendar
{
    private readonly Entry[] _entries;

    private FiscalCalendar(FiscalYear[] years)
    {
        Years = Array.AsReadOnly(years);
        _entries = new Entry[years.Length];
        for (var i = 0; i < years.Length; i++)
        {
            var next = i + 1 < years.Length ? years[i + 1].From.PlusDays(-1) : LocalDate.MaxIsoValue;
            _entries[i] = new Entry(years[i], years[i].To ?? next);
        }

        KnownSpans = MergeKnown(_entries).AsReadOnly();
    }

    /// <summary>The entries that the calendar was made from, by their first day.</summary>
    public IReadOnlyList<FiscalYear> Years { get; }

    /// <summary>The longest possible ranges of dates inside which every date falls in a year with a known end, in order and disjoint.
    /// Every other date is in the open year or in none.</summary>
    public IReadOnlyList<KnownFiscalSpan> KnownSpans { get; }

    /// <summary>Makes a calendar of the years given.</summary>
    /// <param name="years">The years, in any order; at least one.</param>
    /// <exception cref="ArgumentException"><see cref="Check"/> finds problems that are not warnings; the message lists them all.</exception>
    public static FiscalCalendar Create(IEnumerable<FiscalYear> years)
    {
        ArgumentNullException.ThrowIfNull(years);
        var list = years.ToArray();
        var errors = FiscalCalendarCheck.Find(list).Where(problem => !problem.IsWarning).ToList();
        if (errors.Count > 0)
        {
            throw new ArgumentException(
                "The fiscal calendar cannot be used: " + string.Join(" ", errors.Select(problem => problem.Message)), nameof(years));
        }

        return new FiscalCalendar([.. list.OrderBy(year => year.From)]);
    }

    /// <summary>Finds what is wrong with the years of a calendar, all at once (Bokföringslagen 3:1-3).</summary>
    /// <param name="years">The years as the policy lists them, in any order.</param>
    /// <returns>The problems, by index; warnings among them. Empty when there are none.</returns>
    public static IReadOnlyList<FiscalYearProblem> Check(IReadOnlyList<FiscalYear> years)
    {
        ArgumentNullException.ThrowIfNull(years);
        return FiscalCalendarCheck.Find(years);
    }

    /// <summary>The last day on which material of a financial year is kept under Bokföringslagen 7:2: 31 December of the seventh calendar
    /// year after the one in which the financial year closed.</summary>
    /// <param name="yearEnd">The last day of the financial year.</param>
    /// <param name="years">The number of years; seven by law.</param>
    /// <returns>The last day, inclusive; the material may be erased from the day after it.</returns>
    public static LocalDate BookkeepingLastDay(LocalDate yearEnd, int years = 7)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(years);
        var year = Math.Min(yearEnd.Year + (long)years, LocalDate.MaxIsoValue.Year);
        return new LocalDate((int)year, 12, 31);
    }

    /// <summary>The financial year that a date falls in.</summary>
    /// <param name="eventDate">The local date on which the event is booked.</param>
    public FiscalYearPosition Locate(LocalDate eventDate)
    {
        // The newest years are asked about the most, and a calendar has few entries: from the end, one by one.
        for (var i = _entries.Length - 1; i >= 0; i--)
        {
            if (_entries[i].From <= eventDate)
            {
                return _entries[i].Locate(eventDate);
            }
        }

        return default;
    }

    /// <summary>The day that periods of bookkeeping law run from: 31 December of the calendar year in which the financial year closed.</summary>
    /// <param name="yearEnd">The last day of the financial year.</param>
    public LocalDate AnchorOf(LocalDate yearEnd) => new(yearEnd.Year, 12, 31);

    /// <summary>The first event date whose period has not ended on a given day, over the years with a known end.</summary>
    /// <param name="today">The local date on which the question is asked.</param>
    /// <param name="period">The period, counted from <see cref="AnchorOf"/> the year's end.</param>
    /// <returns>
    /// The cutoff: for every date in a known year, <c>period.EndOf(AnchorOf(yearEnd)) &lt; today</c> is the same as <c>date &lt; cutoff</c>.
    /// When all of them are past, the day after the last known date. It says nothing of dates outside <see cref="KnownSpans"/>:
    /// those in the open year are alive, those in no year unknown, on whichever side of the cutoff they lie.
    /// </returns>
    public LocalDate CutoffOn(LocalDate today, CalendarPeriod period)
    {
        // An anchor is a 31 December, so it is alive exactly when its year is not before the year of the period's own cutoff.
        var firstAliveYear = period.CutoffOn(today).Year;
        foreach (var entry in _entries)
        {
            if (!entry.IsOpen && entry.Last.Year >= firstAliveYear)
            {
                return entry.FirstDateOfYearEndingIn(firstAliveYear);
            }
        }

        // The last span cannot reach the end of time here: a year that closes then is never past.
        return KnownSpans.Count > 0 ? KnownSpans[^1].Last.PlusDays(1) : _entries[0].From;
    }

    private static List<KnownFiscalSpan> MergeKnown(Entry[] entries)
    {
        var spans = new List<KnownFiscalSpan>();
        foreach (var entry in entries)
        {
            if (entry.IsOpen)
            {
                continue;
            }

            if (spans.Count > 0 && spans[^1].Last.PlusDays(1) == entry.From)
            {
                spans[^1] = spans[^1] with { Last = entry.Last };
            }
            else
            {
                spans.Add(new KnownFiscalSpan(entry.From, entry.Last));
            }
        }

        return spans;
    }

    /// <summary>An entry with the last day that it covers, inclusive.</summary>
    private readonly record struct Entry(FiscalYear Year, LocalDate Last)
    {
        public LocalDate From => Year.From;

        public bool IsOpen => Year.IsOpen;

        public FiscalYearPosition Locate(LocalDate date)
        {
            if (IsOpen)
            {
                return new FiscalYearPosition(FiscalYearPositionKind.Open, From, Year.PlannedEnd);
            }

            if (date > Last)
            {
                return default;
            }

            if (!Year.Yearly)
            {
                return new FiscalYearPosition(FiscalYearPositionKind.Known, From, Last);
            }

            var number = date.Year - From.Year;
            if (StartOfYear(number) > date)
            {
                number--;
            }

            return new FiscalYearPosition(FiscalYearPositionKind.Known, StartOfYear(number), EndOfYear(number));
        }

        /// <summary>The first date of the entry's first year that closes in a calendar year or later; one such year must exist.</summary>
        public LocalDate FirstDateOfYearEndingIn(int calendarYear)
        {
            var firstClosesIn = From is { Month: 1, Day: 1 } ? From.Year : From.Year + 1;
            return Year.Yearly ? StartOfYear(Math.Max(0, calendarYear - firstClosesIn)) : From;
        }

        private LocalDate StartOfYear(int number) => From.PlusMonths(12 * number);

        private LocalDate EndOfYear(int number) => From.Year + number >= LocalDate.MaxIsoValue.Year
            ? Last
            : LocalDate.Min(Last, StartOfYear(number + 1).PlusDays(-1));
    }
}
