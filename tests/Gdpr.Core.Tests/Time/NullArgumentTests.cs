using Gdpr.Time;
using NodaTime;
using static Gdpr.Core.Tests.Time.Dates;

namespace Gdpr.Core.Tests.Time;

public class NullArgumentTests
{
    [Fact]
    public void Null_is_refused_by_the_name_of_its_parameter()
    {
        var now = Utc("2026-11-21T12:00:00Z");
        var date = D("2026-11-21");
        var request = new StatutoryDeadlineRequest { Received = now, Zone = Stockholm };

        Refused("rules", () => new DeadlineRegistry(null!));
        Refused("id", () => DeadlineRegistry.Sweden.Find(null!, date));
        Refused("years", () => FiscalCalendar.Create(null!));
        Refused("years", () => FiscalCalendar.Check(null!));
        Refused("zone", () => HourDeadline.Compute(now, 72, null!));
        Refused("zone", () => LocalDays.TodayAt(now, null!));
        Refused("zone", () => LocalDays.DateOf(now, null!));
        Refused("zone", () => LocalDays.StartOf(date, null!));
        Refused("zone", () => LocalTimes.ToInstant(date.AtMidnight(), null!));
        Refused("request", () => StatutoryDeadline.Compute(null!));
        Refused("request", () => StatutoryDeadline.Compute(request with { Zone = null! }));
        Refused("request", () => StatutoryDeadline.Compute(request with { Calendar = null! }));
    }

    private static void Refused(string parameter, Func<object?> call) => Should.Throw<ArgumentNullException>(() => call()).ParamName.ShouldBe(parameter);
}
