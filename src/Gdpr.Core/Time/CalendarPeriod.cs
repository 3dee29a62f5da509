using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using NodaTime;

namespace Gdpr.Time;

/// <summary>A period of whole years, months, weeks and days, counted on local dates.</summary>
/// <remarks>
/// <para>A period has no hours: what a policy keeps, it keeps for whole local days. It is always longer than nothing, so that a
/// mistyped zero or a negative part can never mean "delete at once".</para>
/// <para>Adding follows Regulation 1182/71, Art. 3: the day of the event is not counted; years and months end on the day with the same
/// number, or on the month's last day where there is none; weeks and days follow. <see cref="EndOf"/> never decreases as the event's
/// date grows, which is what gives each rule exactly one cutoff.</para>
/// <para>Equality compares the parts as written, weeks counted as seven days: <c>P1Y</c> equals <c>P12M</c>, and <c>P1M</c> differs from
/// <c>P30D</c>. The default value is the empty period; it is not valid in a policy and is refused wherever a period is read.</para>
/// </remarks>
public readonly record struct CalendarPeriod
{
    /// <summary>The longest period accepted, in months or in days' equivalent: 1,000 years.</summary>
    private const int MaximumYears = 1000;

    private CalendarPeriod(int months, int days)
    {
        Months = months;
        Days = days;
    }

    /// <summary>The whole months of the period, years included as twelve each.</summary>
    public int Months { get; }

    /// <summary>The days that follow the months, weeks included as seven each.</summary>
    public int Days { get; }

    /// <summary>Whether this is the default value, which no policy accepts.</summary>
    public bool IsEmpty => Months == 0 && Days == 0;

    /// <summary>A period of whole years.</summary>
    /// <param name="years">At least 1, at most 1,000.</param>
    public static CalendarPeriod FromYears(int years)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(years);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(years, MaximumYears);
        return Create(years * 12, 0);
    }

    /// <summary>A period of whole months.</summary>
    /// <param name="months">At least 1, at most 12,000.</param>
    public static CalendarPeriod FromMonths(int months) => Create(months, 0);

    /// <summary>A period of whole days.</summary>
    /// <param name="days">At least 1, at most 365,000.</param>
    public static CalendarPeriod FromDays(int days) => Create(0, days);

    /// <summary>A period of whole weeks.</summary>
    /// <param name="weeks">At least 1, at most 52,142.</param>
    public static CalendarPeriod FromWeeks(int weeks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weeks);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weeks, MaximumYears * 365 / 7);
        return Create(0, weeks * 7);
    }

    /// <summary>Reads an ISO 8601 period such as <c>P3M</c>, <c>P7Y</c>, <c>P2W</c> or <c>P1Y6M10D</c>.</summary>
    /// <param name="text">The text, in upper case, without time parts.</param>
    /// <exception cref="FormatException">The text is not a positive period of whole days.</exception>
    public static CalendarPeriod Parse(string text) =>
        TryParse(text, out var period, out var problem) ? period : throw new FormatException(problem);

    /// <summary>Reads an ISO 8601 period, and says what is wrong when it cannot.</summary>
    /// <param name="text">The text to read.</param>
    /// <param name="period">The period read.</param>
    /// <param name="problem">What is wrong and how to mend it, when the answer is <see langword="false"/>.</param>
    /// <returns>Whether the text is a positive period of whole days.</returns>
    public static bool TryParse(string? text, out CalendarPeriod period, [NotNullWhen(false)] out string? problem)
    {
        period = default;
        problem = null;
        if (string.IsNullOrEmpty(text) || text[0] != 'P' || text.Length < 3)
        {
            problem = "a period is written as in ISO 8601: P, then a number and Y, M, W or D, such as P3M or P7Y";
            return false;
        }

        if (text.Contains('T', StringComparison.Ordinal))
        {
            problem = "a period counts whole local days: leave out the time part, and write hours as days";
            return false;
        }

        return TryReadParts(text.AsSpan(1), out period, out problem);
    }

    /// <summary>This period and another one as a single period from the same event: the months of both, then the days of both.</summary>
    /// <param name="other">The period to add, such as an extension.</param>
    /// <returns>A period from the original event. Counting in two steps may end earlier: one month from 31 January and then two more end
    /// on 28 April, three months on 30 April.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sum is longer than 1,000 years.</exception>
    public CalendarPeriod Plus(CalendarPeriod other) => Create(Months + other.Months, Days + other.Days);

    /// <summary>The last day of a period that runs from an event: the day of the event is not counted, this day is.</summary>
    /// <param name="eventDate">The local date of the event.</param>
    /// <returns>The last day, inclusive; the latest date that the calendar can represent when the period runs beyond it.</returns>
    public LocalDate EndOf(LocalDate eventDate)
    {
        // The calendar ends with the year 9999: a period that runs beyond ends there rather than overflowing.
        var monthIndex = (eventDate.Year * 12L) + eventDate.Month - 1 + Months;
        if (monthIndex >= 10_000L * 12)
        {
            return LocalDate.MaxIsoValue;
        }

        var inMonths = eventDate.PlusMonths(Months);
        if (Days == 0)
        {
            return inMonths;
        }

        return Days > Period.DaysBetween(inMonths, LocalDate.MaxIsoValue) ? LocalDate.MaxIsoValue : inMonths.PlusDays(Days);
    }

    /// <summary>The first event date whose period has not ended on a given day: an event before it is past, one on it is not.</summary>
    /// <param name="today">The local date on which the question is asked.</param>
    /// <returns>The cutoff: <c>EndOf(date) &lt; today</c> is the same as <c>date &lt; cutoff</c>, for every date.</returns>
    public LocalDate CutoffOn(LocalDate today)
    {
        // Counted back and forth again, a date comes out the same or, after a short month, up to three days earlier: walk up from there.
        var date = today.PlusDays(-Days).PlusMonths(-Months);
        while (EndOf(date) < today)
        {
            date = date.PlusDays(1);
        }

        return date;
    }

    /// <summary>The last day on which something may be done that must be done at least this long before an event.</summary>
    /// <param name="eventDate">The local date of the event, which is not counted.</param>
    /// <returns>The last day, inclusive: the earlier of counting back from the event and of the last day whose period, counted forward,
    /// ends by the event. It never moves to a working day, in either direction.</returns>
    public LocalDate LatestDayBefore(LocalDate eventDate)
    {
        var countedBack = eventDate.PlusMonths(-Months).PlusDays(-Days);
        var endsByThen = CutoffOn(eventDate.PlusDays(1)).PlusDays(-1);
        return LocalDate.Min(countedBack, endsByThen);
    }

    /// <summary>The period in ISO 8601, such as <c>P3M</c>; years are written where the months make whole years.</summary>
    public override string ToString()
    {
        if (IsEmpty)
        {
            return "P0D";
        }

        var text = new StringBuilder("P");
        Append(Months / 12, 'Y');
        Append(Months % 12, 'M');
        Append(Days, 'D');
        return text.ToString();

        void Append(int number, char unit)
        {
            if (number > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{number}{unit}");
            }
        }
    }

    private static CalendarPeriod Create(int months, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(months);
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(months, MaximumYears * 12);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, MaximumYears * 365);
        if (months == 0 && days == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(days), "A period is longer than nothing: zero would mean disposal at once.");
        }

        return new CalendarPeriod(months, days);
    }

    private static bool TryReadParts(ReadOnlySpan<char> parts, out CalendarPeriod period, [NotNullWhen(false)] out string? problem)
    {
        const string Order = "YMWD";
        period = default;
        long months = 0;
        long days = 0;
        var position = 0;
        while (!parts.IsEmpty)
        {
            var length = parts.IndexOfAnyExceptInRange('0', '9');
            if (length <= 0 || length > 6)
            {
                problem = "each part of a period is a whole number without sign, followed by Y, M, W or D";
                return false;
            }

            var number = int.Parse(parts[..length], NumberStyles.None, CultureInfo.InvariantCulture);
            var unit = Order.IndexOf(parts[length], StringComparison.Ordinal);
            if (unit < 0)
            {
                problem = $"'{parts[length]}' is no unit of a period: write Y, M, W or D, in upper case";
                return false;
            }

            if (unit < position)
            {
                problem = "the parts of a period come once each, in the order Y, M, W, D";
                return false;
            }

            position = unit + 1;
            switch (unit)
            {
                case 0: months += number * 12L; break;
                case 1: months += number; break;
                case 2: days += number * 7L; break;
                default: days += number; break;
            }

            parts = parts[(length + 1)..];
        }

        if (months == 0 && days == 0)
        {
            problem = "a period is longer than nothing: zero would mean disposal at once";
            return false;
        }

        if (months > MaximumYears * 12 || days > MaximumYears * 365)
        {
            problem = "a period is at most 1,000 years";
            return false;
        }

        problem = null;
        period = new CalendarPeriod((int)months, (int)days);
        return true;
    }
}
