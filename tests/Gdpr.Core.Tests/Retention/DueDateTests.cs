using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

public sealed class DueDateTests
{
    [Fact]
    public void The_day_after_the_last_day_is_due()
    {
        var tickets = Example.Of(Example.Purpose("support", """ "keep": "P24M", "after": "end" """));

        tickets.On("2026-05-31", "end=2024-05-31").ShouldBe(Fate.Keep, "purpose-alive", "2026-06-01", "support");
        tickets.On("2026-06-01", "end=2024-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
    }

    [Theory]
    [InlineData("9999-12-31")]
    [InlineData("9999-12-30")]
    [InlineData("9999-10-01")]
    public void A_date_at_the_end_of_the_calendar_which_stands_for_never_has_no_due_date(string sentinel)
    {
        var contracts = Example.Of(
            Example.Purpose("service", """ "keep": "P3M", "after": "end" """), fields: """ "name": { "category": "identity.name", "disposal": { "action": "restrict", "for": "P30D", "then": "erase" } } """);

        contracts.On("2026-11-21", $"end={sentinel}").ShouldBe(Fate.Keep, "purpose-alive", due: null, "service");
    }

    [Fact]
    public void The_earliest_date_of_the_calendar_has_long_ended() =>
        Example.Of(Example.Purpose("service", """ "keep": "P3M", "after": "end" """)).On("2026-11-21", "end=0001-01-01").ShouldBe(Fate.Erase, "all-ended", rule: "service");

    [Fact]
    public void A_rule_of_a_controller_in_a_zone_where_it_is_still_yesterday_is_due_there_tomorrow()
    {
        var policy = Example.Policy(
            Example.Purpose("east", """ "keep": "P1M", "after": "start" """, more: """, "controller": "us" """) + ","
            + Example.Purpose("west", """ "keep": "P1M", "after": "end" """, more: """, "controller": "them" """),
            zone: "Asia/Kathmandu").WithController("them", "America/Sao_Paulo");

        // 2 January in Kathmandu, 1 January in São Paulo.
        Example.Of(policy).On("2026-01-01T22:00:00Z", "start=2025-06-01, end=2025-12-01").ShouldBe(Fate.Keep, "purpose-alive", "2026-01-02", "west");
        Example.Of(policy).On("2026-01-02T03:00:00Z", "start=2025-06-01, end=2025-12-01").ShouldBe(Fate.Erase, "all-ended", rule: "west");
    }
}
