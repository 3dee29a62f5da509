using NodaTime;

namespace Gdpr.Time;

/// <summary>The Swedish public holidays (SFS 1989:253), in the two readings that deadlines need.</summary>
/// <remarks>
/// <para>The days are those of today's law. Two changes are built in: 6 June is a holiday from 2005 on, and Whit Monday was one until 2004.
/// That holds back to 1953, when Midsummer Day and All Saints' Day moved to Saturdays; for dates before 1953 today's rules are applied, and
/// dates before 1583 are refused with <see cref="ArgumentOutOfRangeException"/>.</para>
/// <para>Bridge days, Maundy Thursday and Whit Monday since 2005 are working days.</para>
/// </remarks>
public sealed class SwedishHolidays : IHolidayCalendar
{
    private const int NationalDayReplacedWhitMonday = 2005;

    private static readonly DeadlineText Saturday = new("Saturday", "lördag");
    private static readonly DeadlineText Sunday = new("Sunday", "söndag");

    private readonly bool _evesCount;

    private SwedishHolidays(string id, bool evesCount)
    {
        Id = id;
        _evesCount = evesCount;
    }

    /// <summary>For periods of Union law, our own duties under the GDPR first: Saturdays, Sundays and public holidays, but no eves
    /// (Regulation 1182/71, Art. 3(4)). Id <c>se-1182</c>; the default, since it ends the earlier of the two.</summary>
    public static SwedishHolidays Regulation1182 { get; } = new("se-1182", evesCount: false);

    /// <summary>For periods of Swedish law, and for what the other side must do: also Midsummer Eve, Christmas Eve and New Year's Eve are
    /// no working days (SFS 1930:173, 2 §). Id <c>se-1930</c>.</summary>
    public static SwedishHolidays Law1930 { get; } = new("se-1930", evesCount: true);

    /// <inheritdoc/>
    public string Id { get; }

    /// <summary>Whether a date is a public holiday; every Sunday is one, an eve never is.</summary>
    /// <param name="date">The local date, from 1583 on.</param>
    public bool IsHoliday(LocalDate date) => HolidayOn(date) is not null || date.DayOfWeek == IsoDayOfWeek.Sunday;

    /// <inheritdoc/>
    public bool IsWorkingDay(LocalDate date) =>
        date.DayOfWeek != IsoDayOfWeek.Saturday && !IsHoliday(date) && !(_evesCount && EveOn(date) is not null);

    /// <inheritdoc/>
    public string? NameOf(LocalDate date, string language)
    {
        var name = HolidayOn(date) ?? (_evesCount ? EveOn(date) : null) ?? date.DayOfWeek switch
        {
            IsoDayOfWeek.Saturday => Saturday,
            IsoDayOfWeek.Sunday => Sunday,
            _ => null,
        };
        return name?.In(language);
    }

    private static DeadlineText? HolidayOn(LocalDate date) => FixedHolidayOn(date) ?? SaturdayHolidayOn(date) ?? EasterHolidayOn(date);

    private static DeadlineText? FixedHolidayOn(LocalDate date) => (date.Month, date.Day) switch
    {
        (1, 1) => new("New Year's Day", "nyårsdagen"),
        (1, 6) => new("Epiphany", "trettondedag jul"),
        (5, 1) => new("May Day", "första maj"),
        (6, 6) when date.Year >= NationalDayReplacedWhitMonday => new("National Day", "Sveriges nationaldag"),
        (12, 25) => new("Christmas Day", "juldagen"),
        (12, 26) => new("Boxing Day", "annandag jul"),
        _ => null,
    };

    private static DeadlineText? SaturdayHolidayOn(LocalDate date) => (date.DayOfWeek, date.Month, date.Day) switch
    {
        (IsoDayOfWeek.Saturday, 6, >= 20 and <= 26) => new("Midsummer Day", "midsommardagen"),
        (IsoDayOfWeek.Saturday, 10, 31) or (IsoDayOfWeek.Saturday, 11, <= 6) => new("All Saints' Day", "alla helgons dag"),
        _ => null,
    };

    private static DeadlineText? EasterHolidayOn(LocalDate date) => Period.DaysBetween(Easter.DayOf(date.Year), date) switch
    {
        -2 => new("Good Friday", "långfredagen"),
        0 => new("Easter Day", "påskdagen"),
        1 => new("Easter Monday", "annandag påsk"),
        39 => new("Ascension Day", "Kristi himmelsfärdsdag"),
        49 => new("Whit Sunday", "pingstdagen"),
        50 when date.Year < NationalDayReplacedWhitMonday => new("Whit Monday", "annandag pingst"),
        _ => null,
    };

    private static DeadlineText? EveOn(LocalDate date) => (date.DayOfWeek, date.Month, date.Day) switch
    {
        (IsoDayOfWeek.Friday, 6, >= 19 and <= 25) => new("Midsummer Eve", "midsommarafton"),
        (_, 12, 24) => new("Christmas Eve", "julafton"),
        (_, 12, 31) => new("New Year's Eve", "nyårsafton"),
        _ => null,
    };
}
