using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>When a request must be answered: the law's last day, the day to plan by, and the target before both (Art. 12(3)).</summary>
/// <remarks>Pure. Both days are of <see cref="StatutoryDeadline"/>: the last one with the pause while identity was awaited, and moved to a working day; the other
/// without either.</remarks>
public sealed class RequestClock
{
    private RequestClock(StatutoryDeadline deadline, DeadlineDay target, int paused, bool isImmediate)
    {
        Deadline = deadline;
        Target = target;
        PausedDays = paused;
        IsImmediate = isImmediate;
    }

    /// <summary>How both days were found.</summary>
    public StatutoryDeadline Deadline { get; }

    /// <summary>The day of the internal target; no later than <see cref="Conservative"/>.</summary>
    public DeadlineDay Target { get; }

    /// <summary>The earliest defensible day, for targets and warnings.</summary>
    public DeadlineDay Conservative => Deadline.Conservative;

    /// <summary>The latest day that the law allows: once it has passed the request is overdue.</summary>
    public DeadlineDay LegalLatest => Deadline.LegalLatest;

    /// <summary>For how many whole days the clock stood still while identity was awaited.</summary>
    public int PausedDays { get; }

    /// <summary>Whether it is to be done at once: an objection to direct marketing, before the next send, and a withdrawal (Art. 7(3), 21(3)).</summary>
    public bool IsImmediate { get; }

    /// <summary>The last instant, exclusive, at which the person may be told of an extension.</summary>
    public Instant NoticeBefore => Deadline.NoticeLegalLatest?.End ?? Deadline.LegalLatest.End;

    /// <summary>The clock of a request at an instant: while identity is awaited, the law's last day moves with it. It runs from the receipt; of a request that was
    /// answered in full and opened again, from the complaint, or from when the person was identified after all.</summary>
    /// <param name="request">The request.</param>
    /// <param name="controller">Its controller: its zone and holidays count.</param>
    /// <param name="now">The instant.</param>
    /// <param name="options">The target, and how promptly identity must be asked for to stop the clock.</param>
    public static RequestClock Of(DataSubjectRequest request, Controller controller, Instant now, RightsOptions options)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(options);
        var zone = DateTimeZoneProviders.Tzdb[controller.TimeZone];
        var isImmediate = IsImmediateRight(request);

        // What was asked for, told or answered before it opened again was of the time before.
        var received = request.OpenedAgainAt ?? request.ReceivedAt;
        var paused = isImmediate ? 0 : PausedDaysOf(received, request.Identity, zone, now, options);
        var asked = new StatutoryDeadlineRequest
        {
            Received = received,
            Zone = zone,
            Extended = request.Extension is { } extension && (request.OpenedAgainAt is null || extension.ToldAt >= received),
            PausedDays = paused,
            Calendar = controller.HolidayCalendar(),
        };
        var deadline = StatutoryDeadline.Compute(asked);
        if (request.Extension?.ToldAt >= deadline.NoticeLegalLatest?.End)
        {
            // An earlier receipt has come to light: counted from it, the person was told too late, and the month stands.
            deadline = StatutoryDeadline.Compute(asked with { Extended = false });
        }

        var target = options.Target.EndOf(deadline.ReceivedOn);
        return new RequestClock(
            deadline, target < deadline.Conservative.LastDay ? new DeadlineDay(target, LocalDays.EndOf(target, zone)) : deadline.Conservative, paused, isImmediate);
    }

    /// <summary>When a task of a request is due: by the target, or by the conservative day where that has passed; a day from now where that has, too.</summary>
    internal Instant TaskDue(Instant now) =>
        Target.End > now ? Target.End : Conservative.End > now ? Conservative.End : now + Duration.FromDays(1);

    private static bool IsImmediateRight(DataSubjectRequest request) => request.IsMarketing || request.Right == Subjects.DataSubjectRight.Withdrawal;

    private static int PausedDaysOf(Instant received, RequestIdentity identity, DateTimeZone zone, Instant now, RightsOptions options)
    {
        if (identity.AskedAt is not { } asked || asked < received)
        {
            return 0;
        }

        var askedOn = LocalDays.DateOf(asked, zone);
        if (askedOn > options.IdentityAskedWithin.EndOf(LocalDays.DateOf(received, zone)))
        {
            // Asked for too late to be necessary: the clock has run on.
            return 0;
        }

        var until = LocalDays.DateOf(identity.ShownAt is { } shown && shown >= asked ? shown : Instant.Max(now, asked), zone);
        return Math.Clamp(Period.DaysBetween(askedOn, until), 0, 36_500);
    }
}
