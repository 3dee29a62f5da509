using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Cutoffs never move back over the versions of a policy (semantics: shortening at once, lengthening only with an assessment).</summary>
public sealed class VersionTests
{
    private static readonly Instant Superseded = Instant.FromUtc(2024, 6, 1, 10, 0);

    [Fact]
    public void Shortening_applies_at_once()
    {
        Later("P2Y", "P1Y").On("2024-06-01", "end=2023-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
        Later("P2Y", "P1Y").On("2024-06-01", "end=2023-06-01").ShouldBe(Fate.Keep, "purpose-alive", "2024-06-02", "support");
    }

    [Fact]
    public void Lengthening_does_not_take_up_what_the_earlier_version_had_let_go()
    {
        Later("P1Y", "P2Y").On("2024-06-01", "end=2023-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
        Later("P1Y", "P2Y").On("2024-06-01", "end=2023-06-01").ShouldBe(Fate.Keep, "purpose-alive", "2025-06-02", "support");
    }

    [Fact]
    public void Lengthening_with_an_assessment_takes_up_existing_data_of_that_activity_only()
    {
        var earlier = new SupersededPolicy(Policy("P1Y", "P1Y"), Superseded, new HashSet<string> { "support" });
        var later = Example.Of(Policy("P2Y", "P2Y"), earlier);

        later.On("2024-06-01", "end=2023-05-31, seen=2023-05-31").ShouldBe(Fate.Keep, "purpose-alive", "2025-06-01", "support");
        later.On("2024-06-01", "end=2020-01-01, seen=2023-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "news");
    }

    [Fact]
    public void The_cutoff_of_every_earlier_version_counts_not_of_the_last_alone()
    {
        var first = new SupersededPolicy(Policy("P1M"), Instant.FromUtc(2022, 1, 1, 12, 0));
        var second = new SupersededPolicy(Policy("P3Y"), Superseded);
        var third = Example.Of(Policy("P5Y"), second, first);

        third.On("2024-06-01", "end=2021-11-30").ShouldBe(Fate.Erase, "all-ended", rule: "support");
        third.On("2024-06-01", "end=2021-12-01").ShouldBe(Fate.Keep, "purpose-alive", "2026-12-02", "support");
    }

    [Fact]
    public void A_version_with_the_same_rules_changes_nothing_for_a_record_that_is_restricted_before_disposal()
    {
        const string Restricted = RestrictedFirst;
        var policy = Example.Policy(Purpose("support", Keep("P1Y", "end")), fields: Restricted);
        var later = Example.Of(policy, new SupersededPolicy(policy, Superseded));

        Example.Of(policy).On("2024-06-01", "end=2023-05-15").ShouldBe(Fate.Restrict, "all-ended", "2024-06-15", "support");
        later.On("2024-06-01", "end=2023-05-15").ShouldBe(Fate.Restrict, "all-ended", "2024-06-15", "support");
        later.On("2024-06-14", "end=2023-05-15").ShouldBe(Fate.Restrict, "all-ended", "2024-06-15", "support");
        later.On("2024-06-15", "end=2023-05-15").ShouldBe(Fate.Erase, "all-ended", rule: "support");
    }

    [Fact]
    public void The_order_in_which_limbs_are_written_is_not_a_new_period()
    {
        var first = Example.Policy(Purpose("support", """ "allOf": [{ "keep": "P1Y", "after": "end" }, { "keep": "P3Y", "after": "end" }] """));
        var second = Example.Policy(Purpose("support", """ "allOf": [{ "keep": "P3Y", "after": "end" }, { "keep": "P1Y", "after": "end" }] """));

        Example.Of(second, new SupersededPolicy(first, Superseded)).On("2024-06-01", "end=2022-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2025-01-02", "support");
    }

    /// <summary>The record ended on the last day that the first version's year had let go; one a day younger lives as the second version alone says.</summary>
    [Theory]
    [InlineData(""" "within": "P3Y", "of": "end" """, "2026-06-02")]
    [InlineData(""" "allOf": [{ "keep": "P1Y", "after": "end" }, { "keep": "P3Y", "after": "end" }] """, "2026-06-02")]
    [InlineData(""" "allOf": [{ "keep": "P3Y", "after": "end" }, { "keep": "P1Y", "after": "end" }] """, "2026-06-02")]
    [InlineData(""" "keep": "P2Y", "after": { "calendarYearEndOf": "end" } """, "2026-01-01")]
    [InlineData(""" "keep": "P2Y", "after": { "fiscalYearEndOf": "end" } """, "2026-01-01")]
    [InlineData(""" "keep": "P3Y", "after": "end", "fallback": { "keep": "P9Y", "after": "seen" } """, "2026-06-02")]
    [InlineData(""" "while": { "started": "start", "ended": "end", "keep": "P3Y" } """, "2026-06-02")]
    public void Another_form_of_the_rule_does_not_take_up_what_the_earlier_one_had_let_go(string form, string due)
    {
        const string Years = """ { "from": "2010-01-01", "yearly": true } """;
        var later = Example.Of(
            Example.Policy(Purpose("support", form), fiscalYears: Years),
            new SupersededPolicy(Example.Policy(Purpose("support", Keep("P1Y", "end")), fiscalYears: Years), Superseded));

        later.On("2024-06-01", "start=2020-01-01, end=2023-05-31, seen=2023-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
        later.On("2024-06-01", "start=2020-01-01, end=2023-06-01, seen=2023-06-01").ShouldBe(Fate.Keep, "purpose-alive", due, "support");
    }

    [Fact]
    public void A_fallback_that_has_been_removed_still_counts_for_what_it_had_let_go()
    {
        var later = Changed(
            Purpose("support", """ "keep": "P2Y", "after": "end", "fallback": { "keep": "P1Y", "after": "seen" } """),
            Purpose("support", Keep("P2Y", "end")));

        later.On("2024-06-01", "end=2023-12-31, seen=2023-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
        later.On("2024-06-01", "end=2023-12-31, seen=2023-06-01").ShouldBe(Fate.Keep, "purpose-alive", "2026-01-01", "support");
    }

    [Fact]
    public void A_record_that_neither_version_lets_go_is_not_let_go_for_a_limb_that_had_ended()
    {
        var later = Changed(
            Purpose("support", """ "allOf": [{ "keep": "P1Y", "after": "end" }, { "keep": "P3Y", "after": "seen" }] """),
            Purpose("support", Keep("P5Y", "end")));

        later.On("2024-06-01", "end=2020-01-01, seen=2024-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2025-01-02", "support");
        later.On("2024-06-01", "end=2020-01-01, seen=2021-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
    }

    [Fact]
    public void Limbs_in_another_order_and_of_other_lengths_correspond_by_their_lengths()
    {
        var later = Changed(
            Purpose("support", """ "allOf": [{ "keep": "P1Y", "after": "end" }, { "keep": "P3Y", "after": "end" }] """),
            Purpose("support", """ "allOf": [{ "keep": "P5Y", "after": "end" }, { "keep": "P2Y", "after": "end" }] """));

        later.On("2024-06-01", "end=2021-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
        later.On("2024-06-01", "end=2021-06-01").ShouldBe(Fate.Keep, "purpose-alive", "2026-06-02", "support");
    }

    [Theory]
    [InlineData("helpdesk", "support", Fate.Erase)]
    [InlineData("support", "support", Fate.Erase)]
    [InlineData("helpdesk", "research", Fate.Keep)]
    public void An_activity_of_another_name_is_the_same_where_the_purpose_is(string id, string purpose, Fate fate) =>
        Changed(Purpose("support", Keep("P1Y", "end")), Purpose(id, Keep("P2Y", "end"), purpose)).On("2024-06-01", "end=2023-05-31").Fate.ShouldBe(fate);

    [Fact]
    public void Data_handed_to_another_activity_of_the_purpose_is_not_taken_up_again()
    {
        const string Fields = """ "name": "identity.name", "email": "contact.email" """;
        var first = Example.Policy(
            Purpose("calls", Keep("P1Y", "end"), "support", data: "sys.set.name") + "," + Purpose("mails", Keep("P2Y", "end"), "support", data: "sys.set.email"), fields: Fields);
        var moved = Example.Of(Example.Policy(Purpose("help", Keep("P3Y", "end"), "support"), fields: Fields), new SupersededPolicy(first, Superseded));

        // Of several rules that became one, the last to let go counts: it is not known which of them the record was kept for.
        moved.On("2024-06-01", "end=2023-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2026-01-02", "help");
        moved.On("2024-06-01", "end=2022-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "help");
    }

    [Fact]
    public void A_new_activity_over_a_field_that_the_purpose_did_not_have_is_bound_by_nothing()
    {
        const string Fields = """ "name": "identity.name", "email": "contact.email" """;
        var first = Example.Policy(
            Purpose("calls", Keep("P1Y", "end"), "support", data: "sys.set.name") + "," + Purpose("news", Keep("P9Y", "end"), data: "sys.set.email"), fields: Fields);
        var later = Example.Of(Example.Policy(Purpose("help", Keep("P3Y", "end"), "support"), fields: Fields), new SupersededPolicy(first, Superseded));

        later.On("2024-06-01", "end=2023-01-01").Fate.ShouldBe(Fate.Keep);
    }

    [Fact]
    public void A_trigger_of_another_name_tells_nothing_of_what_was_let_go() =>
        Changed(Purpose("support", Keep("P1Y", "end")), Purpose("support", Keep("P2Y", "ended")), "ended").On("2024-06-01", "ended=2023-05-31")
            .ShouldBe(Fate.Keep, "purpose-alive", "2025-06-01", "support");

    [Fact]
    public void A_law_that_commands_to_keep_from_now_on_is_not_bound_by_what_a_purpose_had_let_go() =>
        Changed(Purpose("support", Keep("P1Y", "end")), Duty("support", Keep("P7Y", "end"))).On("2024-06-01", "end=2023-05-31")
            .ShouldBe(Fate.Restrict, "obligation-alive", "2030-06-01", "support");

    [Fact]
    public void Another_form_that_has_been_assessed_decides_alone()
    {
        var first = Example.Policy(Purpose("support", Keep("P1Y", "end")));
        var second = Example.Policy(Purpose("helpdesk", """ "within": "P3Y", "of": "end" """, "support"));

        foreach (var named in new[] { "support", "helpdesk" })
        {
            Example.Of(second, new SupersededPolicy(first, Superseded, new HashSet<string> { named })).On("2024-06-01", "end=2023-05-31").Fate.ShouldBe(Fate.Keep);
        }
    }

    [Theory]
    [InlineData("2015-06-30", Fate.Keep)]
    [InlineData("2014-06-30", Fate.Erase)]
    public void A_fiscal_year_that_the_earlier_version_did_not_know_had_not_let_go_of_anything(string end, Fate fate)
    {
        const string Until2014 = """ { "from": "2013-01-01", "to": "2013-12-31" }, { "from": "2014-01-01", "to": "2014-12-31" }, """;
        const string Gap = Until2014 + """ { "from": "2016-01-01", "yearly": true } """;
        const string Filled = Until2014 + """ { "from": "2015-01-01", "yearly": true } """;
        var first = Example.Policy(Purpose("support", KeepFromFiscalYearEnd("P2Y", "end")), fiscalYears: Gap);
        var later = Example.Of(Example.Policy(Purpose("support", KeepFromFiscalYearEnd("P10Y", "end")), fiscalYears: Filled), new SupersededPolicy(first, Superseded));

        later.On("2024-06-01", $"end={end}").Fate.ShouldBe(fate);
    }

    [Fact]
    public void An_event_whose_local_date_was_another_in_the_earlier_zone_is_not_let_go_too_early()
    {
        // In Kiritimati the event fell on 1 June, whose year was not over; in Stockholm, it fell on 31 May.
        var first = Example.Policy(Purpose("support", Keep("P1Y", "end")), zone: "Pacific/Kiritimati");
        var later = Example.Of(Example.Policy(Purpose("support", Keep("P2Y", "end"))), new SupersededPolicy(first, Superseded));

        later.On("2024-06-02", "end=2023-05-31T12:00:00Z").Fate.ShouldBe(Fate.Keep);
        later.On("2024-06-02", "end=2023-05-28T12:00:00Z").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void The_explanation_names_the_earlier_form()
    {
        var second = Example.Policy(Purpose("support", """ "within": "P3Y", "of": "end" """));
        var schedule = RetentionSchedule.Compile(second, new SupersededPolicy(Policy("P1Y"), Superseded));
        var record = new RetentionRecord(schedule.DataSet("sys.set"), [default, TriggerValue.On(new LocalDate(2023, 5, 31)), default]);

        schedule.At(Superseded).Explain(record).ToText("en").ShouldContain(
            "as an earlier version had let it go: 1 year after end: happened on 2023-05-31; over; its last day by the calendar is 2024-05-31");
    }

    private static Example Changed(string first, string second, string triggers = "start, end, seen") =>
        Example.Of(Example.Policy(second, triggers), new SupersededPolicy(Example.Policy(first), Superseded));

    private static Example Later(string first, string second) => Example.Of(Policy(second), new SupersededPolicy(Policy(first), Superseded));

    private static GdprPolicy Policy(string support, string? news = null) => Example.Policy(
        Purpose("support", Keep(support, "end"))
        + (news is null ? "" : "," + Purpose("news", Keep(news, "seen"))));
}
