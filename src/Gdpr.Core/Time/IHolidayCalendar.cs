using NodaTime;

namespace Gdpr.Time;

/// <summary>The holidays of the place where a deadline must be met: those of the Member State in which action is taken
/// (Regulation 1182/71, Art. 2(1)).</summary>
/// <remarks>Implementations are immutable and answer the same date always the same. Implement it for another country, or to add the days
/// of an authority; <see cref="Easter"/> gives the date that most movable holidays are counted from.</remarks>
public interface IHolidayCalendar
{
    /// <summary>The stable id of the calendar, such as <c>se-1182</c>; it is written beside each deadline computed with it.</summary>
    string Id { get; }

    /// <summary>Whether a date is a public holiday. Sundays are where the law counts them so, as in Sweden.</summary>
    /// <param name="date">The local date.</param>
    bool IsHoliday(LocalDate date);

    /// <summary>Whether a period may end on a date: it is neither a Saturday, a Sunday nor a holiday, nor a day that the law puts beside them.</summary>
    /// <param name="date">The local date.</param>
    bool IsWorkingDay(LocalDate date);

    /// <summary>The name of a day that is not a working day, or of a holiday.</summary>
    /// <param name="date">The local date.</param>
    /// <param name="language">A two-letter code: <c>sv</c> for Swedish; anything else is taken as English.</param>
    /// <returns>The name of the holiday, or of the weekday on an ordinary Saturday or Sunday; <see langword="null"/> on an ordinary working day.</returns>
    string? NameOf(LocalDate date, string language);
}
