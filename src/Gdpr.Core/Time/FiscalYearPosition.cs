using NodaTime;

namespace Gdpr.Time;

/// <summary>Where a date falls in a fiscal calendar.</summary>
/// <param name="Kind">Whether a year covers the date, and whether its end is known.</param>
/// <param name="YearStart">The first day of that year, inclusive; none when unknown.</param>
/// <param name="YearEnd">The last day of that year, inclusive; while it is open the planned end, if there is one. An event in an open
/// year may lie beyond the planned end.</param>
/// <remarks>Equality compares all parts. The default value is an unknown year.</remarks>
public readonly record struct FiscalYearPosition(FiscalYearPositionKind Kind, LocalDate? YearStart, LocalDate? YearEnd);
