using Gdpr.Retention;
using NodaTime;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

public sealed class DueDateTests
{
    [Fact]
    public void The_day_after_the_last_day_is_due()
    {
        var tickets = Example.Of(Purpose("support", Keep("P24M", "end")));

        tickets.On("2026-05-31", "end=2024-05-31").ShouldBe(Fate.Keep, "purpose-alive", "2026-06-01", "support");
        tickets.On("2026-06-01", "end=2024-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
    }

    [Fact]
    public void What_is_unknown_in_a_part_that_is_decided_without_it_is_not_why_the_rule_is_unknown()
    {
        const string End = """{ "keep": "P1Y", "after": "end" }""";
        const string Seen = """{ "keep": "P1Y", "after": "seen" }""";
        const string Year = """{ "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" } }""";
        const string Years = """{ "from": "2020-01-01", "yearly": true }""";
        var both = Example.Of(Purpose("service", $""" "allOf": [{End}, {Seen}] """), triggers: "end, seen");
        var booked = Example.Of(
            Purpose("service", $$""" "allOf": [{ "anyOf": [{{End}}, {{Seen}}] }, {{Year}}] """), triggers: "end, seen, booked", fiscalYears: Years);

        both.On("2026-11-21", "end=2026-06-01, seen=?").ShouldBe(Fate.Keep, "purpose-alive", "2027-06-02", "service");
        both.On("2026-11-21", "end=2026-06-01, seen=?", "?erasure-granted").ShouldBe(Fate.Undetermined, "fact-unknown", rule: "service");
        both.On("2026-11-21", "end=2020-06-01, seen=?", "?erasure-granted").ShouldBe(Fate.Undetermined, "trigger-unknown", rule: "service");
        booked.On("2026-11-21", "end=2020-06-01, seen=?, booked=2019-12-31").ShouldBe(Fate.Undetermined, "fiscal-year-unknown", rule: "service");
        booked.On("2026-11-21", "end=2026-06-01, seen=?, booked=2019-12-31").ShouldBe(Fate.Undetermined, "trigger-unknown", rule: "service");
    }

    [Theory]
    [InlineData("9999-12-31")]
    [InlineData("9999-12-30")]
    [InlineData("9999-10-01")]
    public void A_date_at_the_end_of_the_calendar_which_stands_for_never_has_no_due_date(string sentinel)
    {
        var contracts = Example.Of(
            Purpose("service", Keep("P3M", "end")), fields: RestrictedFirst);

        contracts.On("2026-11-21", $"end={sentinel}").ShouldBe(Fate.Keep, "purpose-alive", due: null, "service");
    }

    [Fact]
    public void The_earliest_date_of_the_calendar_has_long_ended() =>
        Example.Of(Purpose("service", Keep("P3M", "end"))).On("2026-11-21", "end=0001-01-01").ShouldBe(Fate.Erase, "all-ended", rule: "service");

    [Fact]
    public void A_rule_of_a_controller_in_a_zone_where_it_is_still_yesterday_is_due_there_tomorrow()
    {
        var policy = Example.Policy(
            Purpose("east", Keep("P1M", "start"), more: """, "controller": "us" """) + ","
            + Purpose("west", Keep("P1M", "end"), more: """, "controller": "them" """),
            zone: "Asia/Kathmandu").WithController("them", "America/Sao_Paulo");

        // 2 January in Kathmandu, 1 January in São Paulo.
        Example.Of(policy).On("2026-01-01T22:00:00Z", "start=2025-06-01, end=2025-12-01").ShouldBe(Fate.Keep, "purpose-alive", "2026-01-02", "west");
        Example.Of(policy).On("2026-01-02T03:00:00Z", "start=2025-06-01, end=2025-12-01").ShouldBe(Fate.Erase, "all-ended", rule: "west");
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Stockholm")]
    [InlineData("America/St_Johns")]
    [InlineData("Pacific/Apia")]
    public void The_earliest_and_the_latest_instants_can_be_judged(string zone)
    {
        var schedule = RetentionSchedule.Compile(Example.Policy(Purpose("service", Keep("P3M", "end")), triggers: "end", zone: zone));
        var dataSet = schedule.DataSet("sys.set");
        var now = schedule.At(Instant.FromUtc(2026, 11, 21, 12, 0));

        now.Evaluate(new RetentionRecord(dataSet, [TriggerValue.At(Instant.MinValue)])).Fate.ShouldBe(Fate.Erase);
        now.Evaluate(new RetentionRecord(dataSet, [TriggerValue.At(DateTimeOffset.MinValue)])).Fate.ShouldBe(Fate.Erase);
        now.Evaluate(new RetentionRecord(dataSet, [TriggerValue.On(LocalDate.MinIsoValue)])).Fate.ShouldBe(Fate.Erase);
        now.Evaluate(new RetentionRecord(dataSet, [TriggerValue.At(Instant.MaxValue)])).ShouldBe(Fate.Keep, "purpose-alive", due: null, "service");
        now.Evaluate(new RetentionRecord(dataSet, [TriggerValue.At(DateTimeOffset.MaxValue)])).ShouldBe(Fate.Keep, "purpose-alive", due: null, "service");
        now.Evaluate(new RetentionRecord(dataSet, [TriggerValue.On(LocalDate.MaxIsoValue)])).ShouldBe(Fate.Keep, "purpose-alive", due: null, "service");
    }

    [Theory]
    [InlineData("0001-01-01", Fate.Undetermined, "fiscal-year-unknown")]
    [InlineData("9999-12-31", Fate.Restrict, "obligation-alive")]
    [InlineData("9999-12-31T23:59:59.9999999Z", Fate.Restrict, "obligation-alive")]
    public void Dates_at_the_ends_of_the_calendar_can_be_booked(string booked, Fate fate, string reason) =>
        Example.Of(
            Duty("books", KeepFromFiscalYearEnd("P7Y", "booked")), triggers: "booked", fiscalYears: """{ "from": "2015-07-01", "yearly": true }""")
            .On("2026-11-21", $"booked={booked}").ShouldBe(fate, reason, due: null, "books");

    [Fact]
    public void A_period_of_a_thousand_years_can_be_counted_from_any_date()
    {
        var policy = Example.Of(Purpose("archive", Keep("P1000Y", "end")));

        policy.On("2026-11-21", "end=1026-11-21").ShouldBe(Fate.Keep, "purpose-alive", "2026-11-22", "archive");
        policy.On("2026-11-22", "end=1026-11-21").Fate.ShouldBe(Fate.Erase);
        policy.On("2026-11-22", "end=8999-12-31").ShouldBe(Fate.Keep, "purpose-alive", due: null, "archive");
        policy.On("2026-11-22", "end=8999-12-30").ShouldBe(Fate.Keep, "purpose-alive", "9999-12-31", "archive");
    }
}
