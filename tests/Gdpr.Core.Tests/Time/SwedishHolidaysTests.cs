using Gdpr.Time;
using NodaTime;
using static Gdpr.Core.Tests.Time.Dates;

namespace Gdpr.Core.Tests.Time;

public class SwedishHolidaysTests
{
    [Theory]
    [InlineData("2019-04-21", "not the astronomical 24 March")]
    [InlineData("2024-03-31", "")]
    [InlineData("2025-04-20", "")]
    [InlineData("2026-04-05", "")]
    [InlineData("2027-03-28", "")]
    [InlineData("2028-04-16", "")]
    [InlineData("2029-04-01", "")]
    [InlineData("2030-04-21", "")]
    [InlineData("2031-04-13", "")]
    [InlineData("1818-03-22", "the earliest possible")]
    [InlineData("2038-04-25", "the latest possible")]
    [InlineData("1954-04-18", "an exception of the rule")]
    [InlineData("1981-04-19", "an exception of the rule")]
    public void Easter_is_where_the_church_keeps_it(string date, string because) =>
        Easter.DayOf(D(date).Year).ShouldBe(D(date), because);

    [Fact]
    public void Easter_agrees_with_a_second_algorithm_for_every_year_of_the_Gregorian_calendar()
    {
        for (var year = 1583; year <= 9999; year++)
        {
            Easter.DayOf(year).ShouldBe(EasterByEpactAndGoldenNumber(year));
        }
    }

    [Theory]
    [InlineData(1582)]
    [InlineData(10_000)]
    public void Easter_outside_the_Gregorian_calendar_is_refused(int year) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Easter.DayOf(year)).ParamName.ShouldBe("year");

    [Theory]
    [InlineData("2024-06-22")]
    [InlineData("2025-06-21")]
    [InlineData("2026-06-20")]
    [InlineData("2027-06-26")]
    [InlineData("2028-06-24")]
    public void Midsummer_Day_is_the_Saturday_from_20_to_26_June(string date)
    {
        NamesIn(D(date).Year, "Midsummer Day").ShouldBe([D(date)]);
        SwedishHolidays.Law1930.NameOf(D(date).PlusDays(-1), "sv").ShouldBe("midsommarafton");
        SwedishHolidays.Regulation1182.NameOf(D(date).PlusDays(-1), "sv").ShouldBeNull();
    }

    [Theory]
    [InlineData("2024-11-02")]
    [InlineData("2025-11-01")]
    [InlineData("2026-10-31")]
    [InlineData("2027-11-06")]
    [InlineData("2028-11-04")]
    public void All_Saints_Day_is_the_Saturday_from_31_October_to_6_November(string date) =>
        NamesIn(D(date).Year, "All Saints' Day").ShouldBe([D(date)]);

    [Fact]
    public void Weekdays_that_are_no_working_days_are_these_and_no_others()
    {
        WeekdaysOff(SwedishHolidays.Regulation1182, 2025).ShouldBe(
            ["01-01", "01-06", "04-18", "04-21", "05-01", "05-29", "06-06", "12-25", "12-26"]);
        WeekdaysOff(SwedishHolidays.Law1930, 2025).ShouldBe(
            ["01-01", "01-06", "04-18", "04-21", "05-01", "05-29", "06-06", "06-20", "12-24", "12-25", "12-26", "12-31"]);
        WeekdaysOff(SwedishHolidays.Regulation1182, 2026).ShouldBe(["01-01", "01-06", "04-03", "04-06", "05-01", "05-14", "12-25"]);
        WeekdaysOff(SwedishHolidays.Law1930, 2026).ShouldBe(
            ["01-01", "01-06", "04-03", "04-06", "05-01", "05-14", "06-19", "12-24", "12-25", "12-31"]);
    }

    [Fact]
    public void Whit_Monday_was_a_holiday_until_2004_and_6_June_is_one_since_2005()
    {
        var calendar = SwedishHolidays.Regulation1182;

        calendar.NameOf(D("2004-05-31"), "en").ShouldBe("Whit Monday");
        calendar.IsWorkingDay(D("2004-05-31")).ShouldBeFalse();
        calendar.IsWorkingDay(D("2005-05-16")).ShouldBeTrue();
        calendar.IsWorkingDay(D("2003-06-06")).ShouldBeTrue();
        calendar.IsWorkingDay(D("2005-06-06")).ShouldBeFalse();
        calendar.NameOf(D("2005-06-06"), "sv").ShouldBe("Sveriges nationaldag");
    }

    [Theory]
    [InlineData("2026-04-02", "Maundy Thursday")]
    [InlineData("2026-05-15", "the bridge day after Ascension")]
    [InlineData("2026-05-25", "Whit Monday")]
    [InlineData("2026-01-05", "the eve of Epiphany")]
    public void Days_often_taken_off_are_working_days_all_the_same(string date, string what)
    {
        SwedishHolidays.Regulation1182.IsWorkingDay(D(date)).ShouldBeTrue(what);
        SwedishHolidays.Law1930.IsWorkingDay(D(date)).ShouldBeTrue(what);
        SwedishHolidays.Law1930.NameOf(D(date), "en").ShouldBeNull(what);
    }

    [Fact]
    public void Easter_Saturday_is_a_Saturday_and_no_holiday_and_Sundays_are_holidays()
    {
        SwedishHolidays.Regulation1182.IsHoliday(D("2026-04-04")).ShouldBeFalse();
        SwedishHolidays.Regulation1182.NameOf(D("2026-04-04"), "sv").ShouldBe("lördag");
        SwedishHolidays.Regulation1182.IsWorkingDay(D("2026-04-04")).ShouldBeFalse();
        SwedishHolidays.Regulation1182.IsHoliday(D("2026-07-05")).ShouldBeTrue();
        SwedishHolidays.Regulation1182.NameOf(D("2026-07-05"), "en").ShouldBe("Sunday");
    }

    [Theory]
    [InlineData("2026-01-01", "New Year's Day", "nyårsdagen")]
    [InlineData("2026-01-06", "Epiphany", "trettondedag jul")]
    [InlineData("2026-04-03", "Good Friday", "långfredagen")]
    [InlineData("2026-04-05", "Easter Day", "påskdagen")]
    [InlineData("2026-04-06", "Easter Monday", "annandag påsk")]
    [InlineData("2026-05-01", "May Day", "första maj")]
    [InlineData("2026-05-14", "Ascension Day", "Kristi himmelsfärdsdag")]
    [InlineData("2026-05-24", "Whit Sunday", "pingstdagen")]
    [InlineData("2004-05-31", "Whit Monday", "annandag pingst")]
    [InlineData("2026-06-06", "National Day", "Sveriges nationaldag")]
    [InlineData("2026-06-19", "Midsummer Eve", "midsommarafton")]
    [InlineData("2026-06-20", "Midsummer Day", "midsommardagen")]
    [InlineData("2026-10-31", "All Saints' Day", "alla helgons dag")]
    [InlineData("2026-12-24", "Christmas Eve", "julafton")]
    [InlineData("2026-12-25", "Christmas Day", "juldagen")]
    [InlineData("2026-12-26", "Boxing Day", "annandag jul")]
    [InlineData("2026-12-31", "New Year's Eve", "nyårsafton")]
    [InlineData("2022-12-24", "Christmas Eve", "julafton")]
    [InlineData("2008-05-01", "May Day", "första maj")]
    [InlineData("2026-07-04", "Saturday", "lördag")]
    [InlineData("2026-07-05", "Sunday", "söndag")]
    [InlineData("2026-07-06", null, null)]
    public void A_day_off_has_its_name_in_both_languages(string date, string? english, string? swedish)
    {
        SwedishHolidays.Law1930.NameOf(D(date), "en").ShouldBe(english);
        SwedishHolidays.Law1930.NameOf(D(date), "sv").ShouldBe(swedish);
    }

    [Fact]
    public void Eves_are_no_working_days_under_the_law_of_1930_though_they_are_no_holidays()
    {
        foreach (var eve in new[] { "2026-06-19", "2026-12-24", "2026-12-31" })
        {
            SwedishHolidays.Regulation1182.IsWorkingDay(D(eve)).ShouldBeTrue(eve);
            SwedishHolidays.Law1930.IsWorkingDay(D(eve)).ShouldBeFalse(eve);
            SwedishHolidays.Law1930.IsHoliday(D(eve)).ShouldBeFalse(eve);
        }
    }

    [Fact]
    public void The_calendars_agree_with_the_statutes_day_by_day_for_three_hundred_years()
    {
        for (var date = D("1900-01-01"); date < D("2200-01-01"); date = date.PlusDays(1))
        {
            var working = date.DayOfWeek != IsoDayOfWeek.Saturday && !IsHolidayByStatute(date);
            var eve = (date.Month == 6 && date.Day is >= 19 and <= 25 && date.DayOfWeek == IsoDayOfWeek.Friday)
                || MonthDay(date) is "12-24" or "12-31";

            SwedishHolidays.Regulation1182.IsHoliday(date).ShouldBe(IsHolidayByStatute(date));
            SwedishHolidays.Regulation1182.IsWorkingDay(date).ShouldBe(working);
            SwedishHolidays.Law1930.IsWorkingDay(date).ShouldBe(working && !eve);
            (SwedishHolidays.Law1930.NameOf(date, "en") is null).ShouldBe(working && !eve);
        }
    }

    [Fact]
    public void The_ids_are_stable()
    {
        SwedishHolidays.Regulation1182.Id.ShouldBe("se-1182");
        SwedishHolidays.Law1930.Id.ShouldBe("se-1930");
    }

    private static bool IsHolidayByStatute(LocalDate date)
    {
        var easter = EasterByEpactAndGoldenNumber(date.Year);
        LocalDate[] movable = [easter.PlusDays(-2), easter.PlusDays(1), easter.PlusDays(39)];
        string[] fixedDays = ["01-01", "01-06", "05-01", "12-25", "12-26"];
        return date.DayOfWeek == IsoDayOfWeek.Sunday
            || movable.Contains(date)
            || fixedDays.Contains(MonthDay(date))
            || (date.Year >= 2005 ? MonthDay(date) == "06-06" : date == easter.PlusDays(50))
            || (date.DayOfWeek == IsoDayOfWeek.Saturday && date >= new LocalDate(date.Year, 6, 20) && date <= new LocalDate(date.Year, 6, 26))
            || (date.DayOfWeek == IsoDayOfWeek.Saturday && date >= new LocalDate(date.Year, 10, 31) && date <= new LocalDate(date.Year, 11, 6));
    }

    /// <summary>Easter by the tables of the reform of 1582, as Clavius explained them: golden number, epact, then the next Sunday.</summary>
    private static LocalDate EasterByEpactAndGoldenNumber(int year)
    {
        var golden = (year % 19) + 1;
        var century = (year / 100) + 1;
        var solar = (3 * century / 4) - 12;
        var lunar = (((8 * century) + 5) / 25) - 5;
        var epact = ((11 * golden) + 20 + lunar - solar) % 30;
        epact = epact < 0 ? epact + 30 : epact;
        if ((epact == 25 && golden > 11) || epact == 24)
        {
            epact++;
        }

        var fullMoon = 44 - epact;
        fullMoon = fullMoon < 21 ? fullMoon + 30 : fullMoon;
        return new LocalDate(year, 3, 1).PlusDays(fullMoon - 1).Next(IsoDayOfWeek.Sunday);
    }

    private static string[] WeekdaysOff(SwedishHolidays calendar, int year) =>
    [
        .. DaysOf(year)
            .Where(date => date.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && !calendar.IsWorkingDay(date))
            .Select(MonthDay),
    ];

    private static LocalDate[] NamesIn(int year, string name) =>
        [.. DaysOf(year).Where(date => SwedishHolidays.Regulation1182.NameOf(date, "en") == name)];

    private static IEnumerable<LocalDate> DaysOf(int year) =>
        Enumerable.Range(0, 366).Select(new LocalDate(year, 1, 1).PlusDays).Where(date => date.Year == year);

    private static string MonthDay(LocalDate date) => Text(date)[5..];
}
