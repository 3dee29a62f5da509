using System.Globalization;
using NodaTime;

namespace Gdpr.Time;

/// <summary>A deadline in hours, such as the 72 hours of GDPR Art. 33(1): the instant to plan by, and the latest that the law allows.</summary>
/// <remarks>
/// Hours are elapsed hours: a change of the clock in between neither adds nor takes any. Nothing moves past weekends or holidays, and the two
/// working days of Regulation 1182/71, Art. 3(5) are not relied on for hours. The regulation does not count the clock hour of the event
/// (Art. 3(1)); an event on the stroke of an hour loses the hour that begins there.
/// </remarks>
public sealed class HourDeadline
{
    /// <summary>The longest deadline in hours that is accepted: about ten years.</summary>
    private const int LongestInHours = 87_600;

    private HourDeadline(Instant aware, int hours, DateTimeZone zone)
    {
        Aware = aware;
        Hours = hours;
        Conservative = aware + Duration.FromHours(hours);
        var nextHour = EndOfClockHour(aware, zone);
        Limit = nextHour + Duration.FromHours(hours);
        Steps = Explain(nextHour, zone).AsReadOnly();
    }

    /// <summary>The instant at which the awareness, or other event, came about.</summary>
    public Instant Aware { get; }

    /// <summary>The length of the deadline in elapsed hours.</summary>
    public int Hours { get; }

    /// <summary>The instant to plan by, exclusive: exactly the hours after the event.</summary>
    public Instant Conservative { get; }

    /// <summary>The latest that the law allows, exclusive: the hours counted from the end of the clock hour of the event. Later by more than
    /// no time and at most one hour.</summary>
    public Instant Limit { get; }

    /// <summary>How the instants were found, in order.</summary>
    public IReadOnlyList<DeadlineStep> Steps { get; }

    /// <summary>Computes a deadline in hours.</summary>
    /// <param name="aware">The instant of the event: for a breach, when it was known with reasonable certainty.</param>
    /// <param name="hours">The length in hours, 1 to 87,600.</param>
    /// <param name="zone">The time zone whose clock hours count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The hours, or the year of the event (1583 to 9998), are out of range.</exception>
    public static HourDeadline Compute(Instant aware, int hours, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hours);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hours, LongestInHours);
        DeadlineEvents.ThrowIfOutOfRange(aware, nameof(aware));
        return new HourDeadline(aware, hours, zone);
    }

    /// <summary>Whether the duty is overdue at an instant: the limit has come.</summary>
    /// <param name="now">The instant asked about.</param>
    public bool IsOverdueAt(Instant now) => now >= Limit;

    private static Instant EndOfClockHour(Instant instant, DateTimeZone zone)
    {
        // By the offset in force at the event; a change of the clock within that hour does not lengthen it.
        var intoTheHour = instant.InZone(zone).TimeOfDay.NanosecondOfDay % NodaConstants.NanosecondsPerHour;
        return instant + Duration.FromNanoseconds(NodaConstants.NanosecondsPerHour - intoTheHour);
    }

    private List<DeadlineStep> Explain(Instant nextHour, DateTimeZone zone)
    {
        var steps = new List<DeadlineStep>();
        var (aware, exact) = (DeadlineWords.Moment(Aware, zone), DeadlineWords.Moment(Conservative, zone));
        var (hour, limit) = (DeadlineWords.Moment(nextHour, zone), DeadlineWords.Moment(Limit, zone));
        Add(
            DeadlineStepCodes.Conservative,
            Conservative,
            null,
            $"To plan by: {Hours} elapsed hours from {aware.En} in {zone.Id} end at {exact.En}.",
            $"Att planera efter: {Hours} förflutna timmar från {aware.Sv} i {zone.Id} slutar {exact.Sv}.");
        Add(
            DeadlineStepCodes.EventNotCounted,
            nextHour,
            "Regulation (EEC, Euratom) 1182/71, Art. 3(1)",
            $"The clock hour of the event is not counted; the next begins at {hour.En}.",
            $"Den timme då händelsen inträffar räknas inte; nästa börjar {hour.Sv}.");
        Add(
            DeadlineStepCodes.LegalLatest,
            Limit,
            "Regulation (EEC, Euratom) 1182/71, Art. 3(2)(a)",
            $"{Hours} elapsed hours from then end at {limit.En}, the latest that the law allows. Weekends and holidays do not extend hours.",
            $"{Hours} förflutna timmar därifrån slutar {limit.Sv}, det senaste som lagen medger. Helger förlänger inte timmar.");
        return steps;

        void Add(string code, Instant at, string? law, FormattableString english, FormattableString swedish) => steps.Add(new DeadlineStep(
            code,
            at.InZone(zone).Date,
            at,
            law,
            new DeadlineText(english.ToString(CultureInfo.InvariantCulture), swedish.ToString(CultureInfo.InvariantCulture))));
    }
}
