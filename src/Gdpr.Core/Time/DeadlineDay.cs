using NodaTime;

namespace Gdpr.Time;

/// <summary>The last day of a deadline, and the instant at which it is over.</summary>
/// <param name="LastDay">The last local day, inclusive: what is done on it is in time.</param>
/// <param name="End">The start of the day after it in the deadline's zone, exclusive: what is done at this instant is late.</param>
/// <remarks>The default value is no deadline: the first day of the year 1, over at the start of 1970.</remarks>
public readonly record struct DeadlineDay(LocalDate LastDay, Instant End);
