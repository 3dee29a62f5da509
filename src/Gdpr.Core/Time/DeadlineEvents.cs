using NodaTime;

namespace Gdpr.Time;

/// <summary>The events that a deadline can run from.</summary>
internal static class DeadlineEvents
{
    private static readonly Instant First = Instant.FromUtc(Easter.FirstYear, 1, 1, 0, 0);
    private static readonly Instant End = Instant.FromUtc(LocalDate.MaxIsoValue.Year, 1, 1, 0, 0);

    /// <summary>Refuses an event so far off that there are no holidays there, or that its local date may not exist.</summary>
    public static void ThrowIfOutOfRange(Instant instant, string parameter)
    {
        if (instant < First || instant >= End)
        {
            throw new ArgumentOutOfRangeException(parameter, "A deadline runs from an event in the years 1583 to 9998: correct the year.");
        }
    }
}
