using NodaTime;

namespace Gdpr.Time;

/// <summary>The last day of a deadline, and the instant at which it is over.</summary>
/// <param name="LastDay">The last local day, inclusive: what is done on it is in time.</param>
/// <param name="End">The start of the day after it in the deadline's zone, exclusive: what is done at this instant is late.</param>
/// <remarks>Equality compares both. The default value is no deadline's day: its two parts do not belong together.</remarks>
public readonly record struct DeadlineDay(LocalDate LastDay, Instant End);
