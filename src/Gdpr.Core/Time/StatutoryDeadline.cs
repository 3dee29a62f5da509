using NodaTime;

namespace Gdpr.Time;

/// <summary>A deadline in days, weeks, months or years: the latest day that the law allows, the day to plan by, and how both were found.</summary>
/// <remarks>
/// <para>Regulation 1182/71, Art. 3 (and SFS 1930:173 for Swedish law): the day of the event is not counted, so the period ends on the day
/// of the same number, or on the last day of a month that has no such day; holidays within the period count; a last day that is a
/// Saturday, a Sunday or a public holiday moves to the next working day. The two working days that Art. 3(5) guarantees are not relied
/// on. Whether the regulation governs the GDPR's periods is general opinion, not black letter; the conservative day does not depend on it.</para>
/// <para>Hours are counted by <see cref="HourDeadline"/> instead.</para>
/// </remarks>
public sealed class StatutoryDeadline
{
    private StatutoryDeadline(StatutoryDeadlineRequest request, StatutoryDeadlineSteps steps)
    {
        ReceivedOn = steps.ReceivedOn;
        CalendarId = request.Calendar.Id;
        Conservative = steps.AddConservative();
        LegalLatest = steps.AddLegalLatest();
        if (request.Extended)
        {
            (NoticeConservative, NoticeLegalLatest) = steps.AddNotice();
        }

        Steps = steps.ToList();
    }

    /// <summary>The local date of the event, which is not counted.</summary>
    public LocalDate ReceivedOn { get; }

    /// <summary>The id of the holiday calendar that the deadline was computed with.</summary>
    public string CalendarId { get; }

    /// <summary>The latest day that the law allows: the whole period from the original event, plus the days paused, moved to a working day
    /// where the period does. Once it has passed the duty is overdue.</summary>
    public DeadlineDay LegalLatest { get; }

    /// <summary>The earliest defensible day, for targets and warnings: the earlier of counting from the original event and of counting
    /// period and extension one after the other, without pause and not moved. Never later than <see cref="LegalLatest"/>.</summary>
    public DeadlineDay Conservative { get; }

    /// <summary>The latest day that the law allows for telling of the extension, with its reasons; none when the period is not extended.</summary>
    public DeadlineDay? NoticeLegalLatest { get; }

    /// <summary>The earliest defensible day for telling of the extension, without pause and not moved; none when the period is not extended.</summary>
    public DeadlineDay? NoticeConservative { get; }

    /// <summary>How the days were found, in order.</summary>
    public IReadOnlyList<DeadlineStep> Steps { get; }

    /// <summary>Computes a deadline.</summary>
    /// <param name="request">The event, the period, and what bears on it.</param>
    /// <exception cref="ArgumentException">The period, or the extension or notice period of an extended one, is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The event is before the year 1583 or after 9998, the days paused are outside 0 to
    /// 36,500, or the period with its extension is longer than 1,000 years.</exception>
    /// <exception cref="InvalidOperationException">The calendar has no working day within a year after the last day.</exception>
    public static StatutoryDeadline Compute(StatutoryDeadlineRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(request.Zone, nameof(request));
        ArgumentNullException.ThrowIfNull(request.Calendar, nameof(request));
        ArgumentOutOfRangeException.ThrowIfNegative(request.PausedDays, nameof(request));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.PausedDays, 36_500, nameof(request));
        if (request.Period.IsEmpty || (request.Extended && (request.Extension.IsEmpty || request.NoticePeriod.IsEmpty)))
        {
            throw new ArgumentException("A deadline needs a period longer than nothing, and so do its extension and notice.", nameof(request));
        }

        DeadlineEvents.ThrowIfOutOfRange(request.Received, nameof(request));
        return new StatutoryDeadline(request, new StatutoryDeadlineSteps(request));
    }

    /// <summary>Whether the duty is overdue at an instant: the legal latest day is over.</summary>
    /// <param name="now">The instant asked about.</param>
    public bool IsOverdueAt(Instant now) => now >= LegalLatest.End;
}
