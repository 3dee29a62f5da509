using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>The time within which people are told where their data comes from (Art. 14(3)(a)).</summary>
internal static class NoticeDeadline
{
    /// <summary>What was obtained before the law applied is told as if it had.</summary>
    private static readonly LocalDate DateOfTheLaw = new(2018, 5, 25);

    /// <summary>By when somebody is told: the month of the law, counted so that it holds whatever is thought of weekends.</summary>
    public static (Instant DueBy, Instant LegalLatest) Of(GdprPolicy policy, string controller, Instant obtained)
    {
        // One that is declared no longer still has its people: their days are counted as the first's.
        var declared = policy.Controllers.GetValueOrDefault(controller) ?? policy.Controllers.Values.First();
        var zone = DateTimeZoneProviders.Tzdb[declared.TimeZone];
        var rule = DeadlineRegistry.Sweden.Find("D-14", LocalDays.DateOf(obtained, zone)) ?? DeadlineRegistry.Sweden.Find("D-14", DateOfTheLaw)!;
        var deadline = StatutoryDeadline.Compute(new StatutoryDeadlineRequest
        {
            Received = obtained,
            Zone = zone,
            Period = rule.Limits[0].Period!.Value,
            MovesToWorkingDay = rule.MovesToWorkingDay,
            Calendar = declared.HolidayCalendar(),
        });
        return (deadline.Conservative.End, deadline.LegalLatest.End);
    }
}
