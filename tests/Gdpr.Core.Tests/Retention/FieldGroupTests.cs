using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

public sealed class FieldGroupTests
{
    [Fact]
    public void Fields_with_the_same_rules_and_disposal_form_a_group_in_the_order_of_their_first_field()
    {
        var policy = Example.Of(
            Example.Purpose("service", """ "keep": "P1Y", "after": "end" """, data: "sys.set.name, sys.set.email, sys.set.phone") + "," + Example.Purpose("all", """ "keep": "P1Y", "after": "end" """),
            fields: """ "note": "free-text", "name": "identity.name", "phone": { "category": "contact.phone", "disposal": { "action": "anonymise", "strategy": "null" } }, "email": "contact.email" """);

        policy.DataSet.FieldGroups.Select(group => string.Join('+', group.Fields)).ShouldBe(["note", "name+email", "phone"]);
        policy.DataSet.FieldGroups.Select(group => string.Join('+', group.Rules.Select(rule => rule.Id))).ShouldBe(["all", "service+all", "service+all"]);
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
            Example.Purpose("one", """ "keep": "P1Y", "after": "a" """, data: "sys.set.name")
            + "," + Example.Purpose("two", """ "keep": "P1Y", "after": "b" """, data: "sys.set.email")
            + "," + Example.Duty("three", """ "keep": "P1Y", "after": "c" """, data: "sys.set.email"),
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
            Example.Purpose("one", """ "keep": "P1Y", "after": "a" """, data: "sys.set.name") + "," + Example.Purpose("two", """ "keep": "P3Y", "after": "a" """, data: "sys.set.email"),
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
            Example.Purpose("service", """ "keep": "P1Y", "after": "end" """),
            fields: """ "name": { "category": "identity.name", "disposal": { "action": "restrict", "for": "P30D", "then": "erase" } } """);

        policy.On("2026-06-01", "end=2025-06-01").ShouldBe(Fate.Keep, "purpose-alive", "2026-06-02", "service");
        policy.On("2026-06-02", "end=2025-06-01").ShouldBe(Fate.Restrict, "all-ended", "2026-07-02", "service");
        policy.On("2026-07-01", "end=2025-06-01").ShouldBe(Fate.Restrict, "all-ended", "2026-07-02", "service");
        policy.On("2026-07-02", "end=2025-06-01").ShouldBe(Fate.Erase, "all-ended", rule: "service");
    }

    [Fact]
    public void The_restriction_counts_from_the_last_rule_to_end()
    {
        var policy = Example.Of(
            Example.Purpose("service", """ "keep": "P1Y", "after": "end" """) + "," + Example.Duty("books", """ "keep": "P2Y", "after": "end" """),
            fields: """ "name": { "category": "identity.name", "disposal": { "action": "restrict", "for": "P1M", "then": { "action": "anonymise", "strategy": "null" } } } """);

        policy.On("2027-01-31", "end=2025-01-31").ShouldBe(Fate.Restrict, "obligation-alive", "2027-03-01", "books");
        policy.On("2027-02-01", "end=2025-01-31").ShouldBe(Fate.Restrict, "all-ended", "2027-03-01", "books");
        policy.On("2027-02-28", "end=2025-01-31").ShouldBe(Fate.Restrict, "all-ended", "2027-03-01", "books");
        policy.On("2027-03-01", "end=2025-01-31").ShouldBe(Fate.Anonymise, "all-ended", rule: "books");
    }

    [Fact]
    public void A_limit_leaves_no_restriction_before_disposal()
    {
        var policy = Example.Of(
            Example.Purpose("case", """ "keep": "P1Y", "after": "end" """, more: """, "limit": { "keep": "P1Y", "after": "end", "law": "law" }"""),
            fields: """ "name": { "category": "identity.name", "disposal": { "action": "restrict", "for": "P30D", "then": "erase" } } """);

        policy.On("2026-06-02", "end=2025-06-01").ShouldBe(Fate.Erase, "limit-passed", rule: "case.limit");
    }

    [Fact]
    public void What_a_fact_ended_leaves_no_restriction_before_disposal()
    {
        var policy = Example.Of(
            Example.Purpose("service", """ "keep": "P1Y", "after": "end" """),
            fields: """ "name": { "category": "identity.name", "disposal": { "action": "restrict", "for": "P30D", "then": "erase" } } """);

        policy.On("2026-06-02", "end=2026-06-01", "erasure-granted").Fate.ShouldBe(Fate.Erase);
        policy.On("2026-06-02", "end=2025-06-01", "erasure-granted").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void An_end_that_is_unknown_leaves_open_whether_the_restriction_has_run_out()
    {
        var policy = Example.Of(
            Example.Purpose("service", """ "anyOf": [{ "keep": "P1Y", "after": "end" }, { "keep": "P1Y", "after": "seen" }] """),
            fields: """ "name": { "category": "identity.name", "disposal": { "action": "restrict", "for": "P30D", "then": "erase" } } """);

        policy.On("2026-06-10", "end=2025-06-01, seen=?").Fate.ShouldBe(Fate.Undetermined);
        policy.On("2026-07-02", "end=2025-06-01, seen=?").Fate.ShouldBe(Fate.Erase);
        policy.On("2026-06-10", "end=2025-06-01, seen=?", "hold").ShouldBe(Fate.Restrict, "hold");
    }

    [Fact]
    public void The_rule_named_is_the_last_to_end_one_without_end_first_and_the_first_in_policy_order_on_a_tie()
    {
        var policy = Example.Of(
            Example.Purpose("first", """ "keep": "P1Y", "after": "a" """) + "," + Example.Purpose("second", """ "keep": "P1Y", "after": "b" """) + "," + Example.Purpose("third", """ "keep": "P2Y", "after": "c" """),
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
            Example.Duty("books", """ "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" } """) + "," + Example.Purpose("service", """ "keep": "P1Y", "after": "end" """),
            triggers: "booked, end",
            fiscalYears: """{ "from": "2020-01-01", "yearly": true }""");

        policy.On("2026-11-21", "booked=2019-12-31, end=2020-01-01").ShouldBe(Fate.Undetermined, "fiscal-year-unknown", rule: "books");
        policy.On("2026-11-21", "booked=2020-01-01, end=?").ShouldBe(Fate.Undetermined, "trigger-unknown", rule: "service");
        policy.On("2026-11-21", "booked=2019-12-31, end=2020-01-01", "hold").ShouldBe(Fate.Restrict, "hold");
        policy.On("2026-11-21", "booked=?, end=2026-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2027-01-02", "service");
    }

    [Fact]
    public void A_record_of_another_schedule_is_refused()
    {
        var policy = Example.Policy(Example.Purpose("service", """ "keep": "P1Y", "after": "end" """));
        var (one, other) = (RetentionSchedule.Compile(policy), RetentionSchedule.Compile(policy));

        Should.Throw<ArgumentException>(() => one.At(Instant.FromUtc(2026, 11, 21, 12, 0)).Evaluate(new RetentionRecord(other.DataSet("sys.set"), new TriggerValue[3])));
        Should.Throw<ArgumentException>(() => new RetentionRecord(one.DataSet("sys.set"), new TriggerValue[2]));
        Should.Throw<ArgumentOutOfRangeException>(() => one.At(Instant.FromUtc(2026, 11, 21, 12, 0)).EvaluateGroup(new RetentionRecord(one.DataSet("sys.set"), new TriggerValue[3]), 1));
        Should.Throw<ArgumentException>(() => one.At(Instant.FromUtc(2026, 11, 21, 12, 0)).Evaluate(default));
        Should.Throw<ArgumentException>(() => one.DataSet("sys.other"));
        one.Find("sys.other").ShouldBeNull();
    }
}
