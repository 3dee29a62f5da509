using Gdpr.Retention;
using NodaTime;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

public sealed class FieldGroupTests
{
    [Fact]
    public void Fields_with_the_same_rules_and_disposal_form_a_group_in_the_ordinal_order_of_their_first_field()
    {
        var policy = Example.Of(
            Purpose("service", Keep("P1Y", "end"), data: "sys.set.name, sys.set.email, sys.set.phone") + "," + Purpose("all", Keep("P1Y", "end")),
            fields: """
                "note": "free-text", "name": "identity.name",
                "phone": { "category": "contact.phone", "disposal": { "action": "anonymise", "strategy": "null" } }, "email": "contact.email"
                """);

        policy.DataSet.FieldGroups.Select(group => string.Join('+', group.Fields)).ShouldBe(["email+name", "note", "phone"]);
        policy.DataSet.FieldGroups.Select(group => string.Join('+', group.Rules.Select(rule => rule.Id))).ShouldBe(["service+all", "all", "service+all"]);
        policy.DataSet.FieldGroups.Select(group => group.DisposalFate).ShouldBe([Fate.Erase, Fate.Erase, Fate.Anonymise]);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void A_record_takes_the_first_fate_that_any_group_has_of_keep_undetermined_restrict_anonymise_and_erase(bool mustKeep, bool anonymise)
    {
        (Fate Fate, string Value)[] states = [(Fate.Keep, "2026-01-01"), (Fate.Undetermined, "?"), (Fate.Erase, "2020-01-01")];
        var disposal = anonymise ? """{ "category": "contact.email", "disposal": { "action": "anonymise", "strategy": "null" } }""" : "\"contact.email\"";
        var policy = Example.Of(
            Purpose("one", Keep("P1Y", "a"), data: "sys.set.name")
            + "," + Purpose("two", Keep("P1Y", "b"), data: "sys.set.email")
            + "," + Duty("three", Keep("P1Y", "c"), data: "sys.set.email"),
            triggers: "a, b, c",
            fields: $$""" "name": "identity.name", "email": {{disposal}} """);
        Fate[] order = [Fate.Keep, Fate.Undetermined, Fate.Restrict, Fate.Anonymise, Fate.Erase];

        foreach (var (fate, value) in states)
        {
            foreach (var (_, other) in states)
            {
                var record = $"a={value}, b={other}, c={(mustKeep ? "2026-01-01" : "2020-01-01")}";
                var second = policy.FieldOn("email", "2026-11-21", record).Fate;

                policy.FieldOn("name", "2026-11-21", record).Fate.ShouldBe(fate);
                policy.On("2026-11-21", record).Fate.ShouldBe(order.First(first => first == fate || first == second));
            }
        }
    }

    [Fact]
    public void A_change_in_one_group_is_due_for_the_record_only_when_it_changes_the_records_fate()
    {
        var policy = Example.Of(
            Purpose("one", Keep("P1Y", "a"), data: "sys.set.name") + "," + Purpose("two", Keep("P3Y", "a"), data: "sys.set.email"),
            triggers: "a",
            fields: """ "name": "identity.name", "email": "contact.email" """);

        policy.FieldOn("name", "2026-11-21", "a=2026-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2027-01-02", "one");
        policy.On("2026-11-21", "a=2026-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2029-01-02", "two");
        policy.FieldOn("name", "2027-01-02", "a=2026-01-01").Fate.ShouldBe(Fate.Erase);
        policy.On("2027-01-02", "a=2026-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2029-01-02", "two");
    }

    [Fact]
    public void Before_disposal_a_field_may_stay_restricted_for_a_period_from_its_last_day()
    {
        var policy = Example.Of(
            Purpose("service", Keep("P1Y", "end")),
            fields: RestrictedFirst);

        policy.On("2026-06-01", "end=2025-06-01").ShouldBe(Fate.Keep, "purpose-alive", "2026-06-02", "service");
        policy.On("2026-06-02", "end=2025-06-01").ShouldBe(Fate.Restrict, "all-ended", "2026-07-02", "service");
        policy.On("2026-07-01", "end=2025-06-01").ShouldBe(Fate.Restrict, "all-ended", "2026-07-02", "service");
        policy.On("2026-07-02", "end=2025-06-01").ShouldBe(Fate.Erase, "all-ended", rule: "service");
    }

    [Fact]
    public void The_restriction_counts_from_the_last_rule_to_end()
    {
        var policy = Example.Of(
            Purpose("service", Keep("P1Y", "end")) + "," + Duty("books", Keep("P2Y", "end")),
            fields: """
                "name": { "category": "identity.name", "disposal": { "action": "restrict", "for": "P1M", "then": { "action": "anonymise", "strategy": "null" } } }
                """);

        policy.On("2027-01-31", "end=2025-01-31").ShouldBe(Fate.Restrict, "obligation-alive", "2027-03-01", "books");
        policy.On("2027-02-01", "end=2025-01-31").ShouldBe(Fate.Restrict, "all-ended", "2027-03-01", "books");
        policy.On("2027-02-28", "end=2025-01-31").ShouldBe(Fate.Restrict, "all-ended", "2027-03-01", "books");
        policy.On("2027-03-01", "end=2025-01-31").ShouldBe(Fate.Anonymise, "all-ended", rule: "books");
    }

    [Fact]
    public void A_limit_leaves_no_restriction_before_disposal()
    {
        var policy = Example.Of(
            Purpose("case", Keep("P1Y", "end"), more: Limit("P1Y", "end", "law")),
            fields: RestrictedFirst);

        policy.On("2026-06-02", "end=2025-06-01").ShouldBe(Fate.Erase, "limit-passed", rule: "case.limit");
    }

    [Fact]
    public void What_a_fact_ended_leaves_no_restriction_before_disposal()
    {
        var policy = Example.Of(
            Purpose("service", Keep("P1Y", "end")),
            fields: RestrictedFirst);

        policy.On("2026-06-02", "end=2026-06-01", "erasure-granted").Fate.ShouldBe(Fate.Erase);
        policy.On("2026-06-02", "end=2025-06-01", "erasure-granted").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void An_end_that_is_unknown_leaves_open_whether_the_restriction_has_run_out()
    {
        var policy = Example.Of(
            Purpose("service", """ "anyOf": [{ "keep": "P1Y", "after": "end" }, { "keep": "P1Y", "after": "seen" }] """),
            fields: RestrictedFirst);

        policy.On("2026-06-10", "end=2025-06-01, seen=?").ShouldBe(Fate.Undetermined, "trigger-unknown", rule: "service");
        policy.On("2026-07-02", "end=2025-06-01, seen=?").Fate.ShouldBe(Fate.Erase);
        policy.On("2026-06-10", "end=2025-06-01, seen=?", "hold").ShouldBe(Fate.Restrict, "hold");
    }

    [Fact]
    public void The_rule_named_is_the_last_to_end_one_without_end_first_and_the_first_in_policy_order_on_a_tie()
    {
        var policy = Example.Of(
            Purpose("first", Keep("P1Y", "a")) + "," + Purpose("second", Keep("P1Y", "b")) + "," + Purpose("third", Keep("P2Y", "c")),
            triggers: "a, b, c");

        policy.On("2026-11-21", "a=2026-01-01, b=2026-01-01, c=2025-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2027-01-02", "first");
        policy.On("2026-11-21", "a=2026-01-01, b=2026-01-02, c=2025-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2027-01-03", "second");
        policy.On("2026-11-21", "a=2026-01-01, b=no, c=2026-01-01").ShouldBe(Fate.Keep, "purpose-alive", rule: "second");
        policy.On("2026-11-21", "a=no, b=2026-01-01, c=no").ShouldBe(Fate.Keep, "purpose-alive", rule: "first");
        policy.On("2028-11-21", "a=2026-01-01, b=2026-01-01, c=2025-01-01").ShouldBe(Fate.Erase, "all-ended", rule: "first");
        policy.On("2028-11-21", "a=2025-01-01, b=2025-01-01, c=2026-01-01").ShouldBe(Fate.Erase, "all-ended", rule: "third");
        policy.On("2026-11-21", "a=2025-12-01, b=2025-01-01, c=2024-02-01").ShouldBe(Fate.Keep, "purpose-alive", "2026-12-02", "first");
    }

    [Fact]
    public void Of_several_causes_of_an_undetermined_fate_only_one_that_bears_on_it_is_named()
    {
        var policy = Example.Of(
            Duty("books", KeepFromFiscalYearEnd("P7Y", "booked")) + "," + Purpose("service", Keep("P1Y", "end")),
            triggers: "booked, end",
            fiscalYears: """{ "from": "2020-01-01", "yearly": true }""");

        policy.On("2026-11-21", "booked=2019-12-31, end=2020-01-01").ShouldBe(Fate.Undetermined, "fiscal-year-unknown", rule: "books");
        policy.On("2026-11-21", "booked=2020-01-01, end=?").ShouldBe(Fate.Undetermined, "trigger-unknown", rule: "service");
        policy.On("2026-11-21", "booked=2019-12-31, end=2020-01-01", "hold").ShouldBe(Fate.Restrict, "hold");
        policy.On("2026-11-21", "booked=?, end=2026-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2027-01-02", "service");
    }

    [Fact]
    public void Of_the_causes_of_one_unknown_rule_a_trigger_is_named_before_a_fact_and_a_fact_before_a_fiscal_year()
    {
        const string Outside = """{ "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" } }""";
        const string Year = """{ "from": "2020-01-01", "yearly": true }""";
        var two = Example.Of(Duty("books", $$""" "anyOf": [{ "keep": "P1Y", "after": "end" }, {{Outside}}] """), triggers: "booked, end", fiscalYears: Year);
        var consent = Example.Of(
            Purpose("news", $$""" "anyOf": [{ "while": "consent" }, {{Outside}}] """, basis: Consent), triggers: "booked, end", fiscalYears: Year);

        two.On("2026-11-21", "booked=2019-12-31, end=?").ShouldBe(Fate.Undetermined, "trigger-unknown", rule: "books");
        two.On("2026-11-21", "booked=2019-12-31, end=2026-01-01").ShouldBe(Fate.Undetermined, "fiscal-year-unknown", rule: "books");
        consent.On("2026-11-21", "booked=2019-12-31").ShouldBe(Fate.Undetermined, "fact-unknown", rule: "news");
        consent.On("2026-11-21", "booked=2019-12-31", "consent-given:news").ShouldBe(Fate.Undetermined, "fiscal-year-unknown", rule: "news");
        two.On("2026-11-21", "booked=2019-12-31, end=2026-01-01", "?purpose-ended:books")
            .ShouldBe(Fate.Undetermined, "fiscal-year-unknown", rule: "books").Rule!.Kind.ShouldBe(RuleKind.Obligation, "no end of a purpose ends a duty");
    }

    [Fact]
    public void A_fact_that_may_have_ended_the_second_purpose_is_the_cause_named()
    {
        var policy = Example.Of(Purpose("first", Keep("P1Y", "end")) + "," + Purpose("second", Keep("P1Y", "seen")));

        policy.On("2026-11-21", "end=2025-01-01, seen=2026-06-01", "?purpose-ended:second").ShouldBe(Fate.Undetermined, "fact-unknown", rule: "second");
    }

    [Fact]
    public void Purposes_that_a_fact_ended_ended_today_at_the_latest_and_the_first_of_them_is_named()
    {
        var policy = Example.Of(Purpose("first", Keep("P1Y", "end")) + "," + Purpose("second", Keep("P3Y", "end")));

        policy.On("2026-11-21", "end=2026-06-01", "purpose-ended:first;purpose-ended:second").ShouldBe(Fate.Erase, "all-ended", rule: "first");
        policy.On("2026-11-21", "end=2024-06-01", "purpose-ended:first;purpose-ended:second").ShouldBe(Fate.Erase, "all-ended", rule: "second");
    }

    [Fact]
    public void A_record_of_another_schedule_is_refused()
    {
        var policy = Example.Policy(Purpose("service", Keep("P1Y", "end")));
        var (one, other) = (RetentionSchedule.Compile(policy), RetentionSchedule.Compile(policy));
        var values = new TriggerValue[3];
        var today = one.At(Instant.FromUtc(2026, 11, 21, 12, 0));

        Should.Throw<ArgumentException>(() => today.Evaluate(new RetentionRecord(other.DataSet("sys.set"), values)));
        Should.Throw<ArgumentException>(() => today.Evaluate(default));
        Should.Throw<ArgumentException>(() => new RetentionRecord(one.DataSet("sys.set"), new TriggerValue[2]));
        Should.Throw<ArgumentOutOfRangeException>(() => today.EvaluateGroup(new RetentionRecord(one.DataSet("sys.set"), values), 1));
        Should.Throw<ArgumentOutOfRangeException>(() => today.EvaluateGroup(new RetentionRecord(one.DataSet("sys.set"), values), -1));
        Should.Throw<ArgumentException>(() => one.DataSet("sys.other"));
        one.Find("sys.other").ShouldBeNull();
    }
}
