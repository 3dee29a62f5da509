namespace Gdpr.Time;

/// <summary>The stable codes of the steps by which a deadline is explained.</summary>
public static class DeadlineStepCodes
{
    /// <summary>The local date, or the hour, of the event, which is not counted.</summary>
    public const string EventNotCounted = "event-not-counted";

    /// <summary>The period from the original event ends; not yet moved.</summary>
    public const string PeriodEnds = "period-ends";

    /// <summary>An extended period counted in two steps ends.</summary>
    public const string CountedInTwoSteps = "counted-in-two-steps";

    /// <summary>The earliest defensible end, to plan by.</summary>
    public const string Conservative = "conservative";

    /// <summary>Paused calendar days are added.</summary>
    public const string Paused = "paused";

    /// <summary>The last day is moved to the next working day.</summary>
    public const string MovedToWorkingDay = "moved-to-working-day";

    /// <summary>This kind of period does not move to a working day.</summary>
    public const string NotMoved = "not-moved";

    /// <summary>The latest end that the law allows.</summary>
    public const string LegalLatest = "legal-latest";

    /// <summary>The period for telling of an extension ends; not yet moved.</summary>
    public const string NoticePeriodEnds = "notice-period-ends";

    /// <summary>The latest end that the law allows for telling of an extension.</summary>
    public const string NoticeLegalLatest = "notice-legal-latest";
}
