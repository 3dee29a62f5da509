using NodaTime;

namespace Gdpr.Time;

/// <summary>The date of Easter in the Gregorian calendar, from which movable holidays are counted.</summary>
public static class Easter
{
    /// <summary>The first year of the Gregorian calendar in full.</summary>
    internal const int FirstYear = 1583;

    /// <summary>Easter Day of a year, by the Gregorian computus (the Meeus/Jones/Butcher rule), not by the astronomical full moon.</summary>
    /// <param name="year">The year, 1583 to 9999.</param>
    /// <returns>A Sunday from 22 March to 25 April, both inclusive.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The year is outside 1583 to 9999.</exception>
    public static LocalDate DayOf(int year)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(year, FirstYear);
        var golden = year % 19;
        var century = year / 100;
        var yearOfCentury = year % 100;
        var moonCorrection = ((century - ((century + 8) / 25)) + 1) / 3;
        var epact = ((19 * golden) + century - (century / 4) - moonCorrection + 15) % 30;
        var weekday = (32 + (2 * (century % 4)) + (2 * (yearOfCentury / 4)) - epact - (yearOfCentury % 4)) % 7;
        var exception = (golden + (11 * epact) + (22 * weekday)) / 451;
        var daysFromMarch = epact + weekday - (7 * exception) + 114;
        // No date has a later year than 9999: the date itself is refused then.
        return new LocalDate(year, daysFromMarch / 31, (daysFromMarch % 31) + 1);
    }
}
