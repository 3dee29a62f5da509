using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>How a controller's time is counted: its zone, and its fiscal years where the policy states any.</summary>
internal sealed record ControllerTime(DateTimeZone Zone, FiscalCalendar? FiscalYears);
