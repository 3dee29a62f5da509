using NodaTime;

namespace Gdpr.Time;

/// <summary>An unbroken range of dates, every one of which falls in a financial year with a known end.</summary>
/// <param name="First">The first date, inclusive.</param>
/// <param name="Last">The last date, inclusive; <see cref="LocalDate.MaxIsoValue"/> for a yearly run without end.</param>
/// <remarks>The default value is the single first date of the year 1; no calendar returns it for want of a span.</remarks>
public readonly record struct KnownFiscalSpan(LocalDate First, LocalDate Last);
