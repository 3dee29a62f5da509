using NodaTime;

namespace Gdpr.Time;

/// <summary>An unbroken range of dates, every one of which falls in a financial year with a known end.</summary>
/// <param name="First">The first date, inclusive.</param>
/// <param name="Last">The last date, inclusive; <see cref="LocalDate.MaxIsoValue"/> for a yearly run without end.</param>
public readonly record struct KnownFiscalSpan(LocalDate First, LocalDate Last);
