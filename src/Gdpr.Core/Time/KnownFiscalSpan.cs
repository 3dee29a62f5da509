using NodaTime;

namespace Gdpr.Time;

/// <summary>An unbroken range of dates, every one of which falls in a financial year with a known end.</summary>
/// <param name="First">The first date, inclusive.</param>
/// <param name="Last">The last date, inclusive; <see cref="LocalDate.MaxIsoValue"/> for a yearly run without end.</param>
/// <remarks>Equality compares both dates. The default value is the single date 0001-01-01, and no calendar answers it.</remarks>
public readonly record struct KnownFiscalSpan(LocalDate First, LocalDate Last);
