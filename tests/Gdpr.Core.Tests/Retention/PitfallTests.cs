using Gdpr.Policies;
using Gdpr.Retention;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Failures seen in other systems, each shown not to happen here, as far as a decision alone can show it.</summary>
public sealed class PitfallTests
{
    [Theory]
    [InlineData("2026-12-29", Fate.Restrict)]
    [InlineData("2026-12-30", Fate.Restrict)]
    [InlineData("2026-12-31", Fate.Restrict)]
    [InlineData("2027-01-01", Fate.Erase)]
    public void Seven_years_are_calendar_years_and_not_times_365_days(string now, Fate fate) =>
        Example.Of(Duty("books", Keep("P7Y", "start"))).On(now, "start=2019-12-31").Fate.ShouldBe(fate);

    [Theory]
    [InlineData("2026-01-31", "2026-03-01")]
    [InlineData("2026-07-01", "2026-08-02")]
    [InlineData("2028-01-31", "2028-03-01")]
    [InlineData("2026-02-28", "2026-03-29")]
    public void A_month_is_a_calendar_month_and_not_30_days(string start, string due) =>
        Example.Of(Purpose("service", Keep("P1M", "start"))).On(start, $"start={start}").ShouldBe(Fate.Keep, "purpose-alive", due, "service");

    [Theory]
    [InlineData("2026-03-28T22:59:59.9999999Z", "2026-04-28")]
    [InlineData("2026-03-28T23:00:00Z", "2026-04-29")]
    [InlineData("2026-10-25T22:59:59.9999999Z", "2026-11-25")]
    [InlineData("2026-10-25T23:00:00Z", "2026-11-26")]
    public void A_period_runs_on_local_dates_whatever_the_time_of_day_and_the_change_of_clocks(string start, string lastDay)
    {
        var policy = Example.Of(Purpose("service", Keep("P1M", "start")));

        policy.On(lastDay, $"start={start}").Fate.ShouldBe(Fate.Keep);
        policy.On(start, $"start={start}").Due.ShouldBe(NodaTime.Text.LocalDatePattern.Iso.Parse(lastDay).Value.PlusDays(1));
    }

    [Fact]
    public void A_record_of_2015_seen_for_the_first_time_today_does_not_start_a_new_period() =>
        Example.Of(Purpose("service", Keep("P3Y", "start"))).On("2026-11-21", "start=2015-06-01").Fate.ShouldBe(Fate.Erase);

    [Fact]
    public void A_missing_anchor_is_not_expiry_but_undetermined_and_names_what_is_missing() =>
        Example.Of(Purpose("service", Keep("P1Y", "start")), triggers: "start?")
            .On("2026-11-21").ShouldBe(Fate.Undetermined, "trigger-unknown", rule: "service");

    [Fact]
    public void No_activity_recorded_is_not_read_as_inactive()
    {
        var policy = Example.Of(
            Purpose("service", """ "keep": "P3M", "after": "end", "fallback": { "keep": "P24M", "after": "seen" } """), triggers: "end, seen?");

        policy.On("2026-11-21").ShouldBe(Fate.Undetermined, "trigger-unknown", rule: "service");
        policy.On("2026-11-21", "seen=2024-01-01").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void A_rule_that_still_runs_outweighs_what_is_unknown_of_another() =>
        Example.Of(Purpose("service", Keep("P1Y", "start")) + "," + Purpose("support", Keep("P1Y", "end")), triggers: "start?, end")
            .On("2026-11-21", "end=2026-06-01").ShouldBe(Fate.Keep, "purpose-alive", "2027-06-02", "support");

    [Theory]
    [InlineData("P0D")]
    [InlineData("P0M")]
    [InlineData("-P30D")]
    [InlineData("P-30D")]
    [InlineData("P7Y-30D")]
    [InlineData("P")]
    [InlineData("30")]
    [InlineData("PT24H")]
    [InlineData("")]
    public void A_period_of_nothing_or_less_is_refused_at_load(string period) =>
        Findings(Keep(period, "end"))
            .ShouldContain(finding => finding.Severity == FindingSeverity.Error && finding.Path == "/activities/service/retention/keep");

    [Fact]
    public void A_rule_without_an_end_that_can_be_computed_is_not_compiled()
    {
        var policy = Example.Policy(Purpose("service", """ "keep": "P1Y" """));

        Should.Throw<GdprPolicyException>(() => RetentionSchedule.Compile(policy));
    }

    [Fact]
    public void A_field_that_no_rule_covers_is_an_error_and_not_kept_for_ever()
    {
        var policy = Example.Policy(Purpose("service", Keep("P1Y", "end"), data: "sys.set.name"), fields: """ "name": "identity.name", "email": "contact.email" """);

        Should.Throw<GdprPolicyException>(() => RetentionSchedule.Compile(policy));
    }

    [Fact]
    public void What_may_be_kept_and_what_must_be_kept_are_rules_apart_each_with_its_own_end()
    {
        var policy = Example.Of(Purpose(
            "kyc", Keep("P2Y", "end"), more: Minimum("P5Y", "end", "law") + Limit("P10Y", "end", "law")));

        policy.On("2026-01-01", "end=2025-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2027-01-02", "kyc");
        policy.On("2027-01-02", "end=2025-01-01").ShouldBe(Fate.Restrict, "obligation-alive", "2030-01-02", "kyc.minimum");
        policy.On("2030-01-02", "end=2025-01-01").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void A_maximum_never_moves_for_a_weekend()
    {
        // 16 May 2026 is a Saturday.
        var policy = Example.Of(Purpose("case", Keep("P2Y", "end"), more: Limit("P2Y", "end", "law")));

        policy.On("2026-05-16", "end=2024-05-16").Fate.ShouldBe(Fate.Keep);
        policy.On("2026-05-17", "end=2024-05-16").ShouldBe(Fate.Erase, "limit-passed", rule: "case.limit");
    }

    [Fact]
    public void A_record_that_expired_while_it_was_held_is_due_on_the_day_of_the_release()
    {
        var policy = Example.Of(Purpose("service", Keep("P1Y", "end")));

        policy.On("2026-11-20", "end=2024-01-01", "hold").Fate.ShouldBe(Fate.Restrict);
        policy.On("2026-11-21", "end=2024-01-01").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void A_failed_look_up_of_a_hold_never_destroys() =>
        Example.Of(Purpose("service", Keep("P1Y", "end"))).On("2026-11-21", "end=2024-01-01", "?hold").ShouldBe(Fate.Undetermined, "fact-unknown");

    [Theory]
    [InlineData("hash")]
    [InlineData("token")]
    [InlineData("pseudonym")]
    public void A_pseudonym_is_no_disposal(string strategy) =>
        Findings(Keep("P1Y", "end"), $$"""{ "category": "identity.name", "disposal": { "action": "anonymise", "strategy": "{{strategy}}" } }""")
            .ShouldContain(finding => finding.Severity == FindingSeverity.Error && finding.Path == "/systems/sys/dataSets/set/fields/name/disposal/strategy");

    private static IReadOnlyList<PolicyFinding> Findings(string retention, string field = "\"identity.name\"") => PolicyReader.Read($$"""
        { "policy": "example", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "sys": { "dataSets": { "set": {
            "subject": "customer", "triggers": { "end": { "whenNull": "notHappened" } }, "fields": { "name": {{field}} } } } } },
          "activities": { "service": { "purpose": "service", "basis": { "contract": {} }, "data": ["sys.set"], "retention": { {{retention}} } } } }
        """).Findings;
}
