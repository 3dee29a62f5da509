using Gdpr.Time;
using NodaTime;
using static Gdpr.Core.Tests.Time.Dates;

namespace Gdpr.Core.Tests.Time;

public class LocalTimesTests
{
    [Theory]
    [InlineData("2026-01-31 12:00", "2026-01-31T11:00:00Z")]
    [InlineData("2026-06-30 12:00", "2026-06-30T10:00:00Z")]
    [InlineData("2026-03-29 01:59", "2026-03-29T00:59:00Z")]
    [InlineData("2026-03-29 03:00", "2026-03-29T01:00:00Z")]
    [InlineData("2026-10-25 03:00", "2026-10-25T02:00:00Z")]
    public void A_local_time_means_one_instant(string local, string instant) =>
        LocalTimes.ToInstant(T(local), Stockholm).ShouldBe(Utc(instant));

    [Theory]
    [InlineData("2026-10-25 02:00", "2026-10-25T00:00:00Z")]
    [InlineData("2026-10-25 02:30", "2026-10-25T00:30:00Z")]
    [InlineData("2027-10-31 02:59", "2027-10-31T00:59:00Z")]
    [InlineData("2028-10-29 02:30", "2028-10-29T00:30:00Z")]
    public void A_local_time_that_comes_twice_means_the_earlier(string local, string instant) =>
        LocalTimes.ToInstant(T(local), Stockholm).ShouldBe(Utc(instant));

    [Theory]
    [InlineData("2026-03-29 02:00")]
    [InlineData("2026-03-29 02:30")]
    [InlineData("2027-03-28 02:59")]
    [InlineData("2028-03-26 02:30")]
    public void A_local_time_that_does_not_exist_is_refused(string local)
    {
        var refusal = Should.Throw<NonexistentLocalTimeException>(() => LocalTimes.ToInstant(T(local), Stockholm));

        refusal.ShouldBeAssignableTo<GdprException>();
        refusal.Code.ShouldBe("E-TIME-01");
        refusal.LocalTime.ShouldBe(T(local));
        refusal.ZoneId.ShouldBe("Europe/Stockholm");
        refusal.Message.ShouldContain(local);
        refusal.Message.ShouldContain("offset");
    }
}
