using NodaTime;

namespace Gdpr.Time;

/// <summary>Saturdays and Sundays, and no holidays: where nobody has said which those of a country are, a day is rather taken for a working day, so that no
/// deadline ends later than the law lets it.</summary>
internal sealed class Weekends : IHolidayCalendar
{
    private Weekends()
    {
    }

    public static Weekends Only { get; } = new();

    public string Id => "weekends";

    public bool IsHoliday(LocalDate date) => false;

    public bool IsWorkingDay(LocalDate date) => date.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday);

    public string? NameOf(LocalDate date, string language) =>
        IsWorkingDay(date) ? null : (date.DayOfWeek, language) switch
        {
            (IsoDayOfWeek.Saturday, "sv") => "lördag",
            (_, "sv") => "söndag",
            (IsoDayOfWeek.Saturday, _) => "Saturday",
            _ => "Sunday",
        };
}
