using NodaTime;

namespace Gdpr.Time;

/// <summary>What a statutory deadline is computed from. Without further ado: one month from receipt, as in GDPR Art. 12(3), in Sweden.</summary>
public sealed record StatutoryDeadlineRequest
{
    /// <summary>The instant at which the event happened; for a request, when it entered the controller's sphere. Its local date in
    /// <see cref="Zone"/> is the day of the event, whatever the hour and whether or not it is a working day.</summary>
    public required Instant Received { get; init; }

    /// <summary>The time zone of the place where the deadline must be met, such as Europe/Stockholm.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>The period without extension, in months, years, weeks or days; one month unless said otherwise.</summary>
    public CalendarPeriod Period { get; init; } = CalendarPeriod.FromMonths(1);

    /// <summary>Whether the period is extended by <see cref="Extension"/>.</summary>
    public bool Extended { get; init; }

    /// <summary>What an extension adds: two months unless said otherwise, so that one month becomes three in all, counted from receipt
    /// (Art. 12(3)); six weeks for a prior consultation (Art. 36(2)).</summary>
    public CalendarPeriod Extension { get; init; } = CalendarPeriod.FromMonths(2);

    /// <summary>The period, from the same event, within which an extension must be told: one month (Art. 12(3) and 36(2)).</summary>
    public CalendarPeriod NoticePeriod { get; init; } = CalendarPeriod.FromMonths(1);

    /// <summary>For how many whole calendar days the clock validly stood still, such as while a needed proof of identity was awaited
    /// (Art. 12(6)); 0 to 36,500. Only the legal latest day counts them.</summary>
    public int PausedDays { get; init; }

    /// <summary>Whether a last day that is no working day moves to the next one. True for deadlines of Regulation 1182/71, Art. 3(4); false
    /// for retention, limitation and other periods that must never be lengthened that way.</summary>
    public bool MovesToWorkingDay { get; init; } = true;

    /// <summary>The holidays of the place where the deadline must be met.</summary>
    public IHolidayCalendar Calendar { get; init; } = SwedishHolidays.Regulation1182;
}
