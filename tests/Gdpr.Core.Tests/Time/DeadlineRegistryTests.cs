using Gdpr.Time;
using static Gdpr.Core.Tests.Time.Dates;

namespace Gdpr.Core.Tests.Time;

public class DeadlineRegistryTests
{
    [Theory]
    [InlineData("D-12.3", "P14D P1M", true, DeadlineOwner.Controller)]
    [InlineData("D-12.3x", "P1M P3M", true, DeadlineOwner.Controller)]
    [InlineData("D-12.4", "P1M", true, DeadlineOwner.Controller)]
    [InlineData("D-21.2", "", false, DeadlineOwner.Controller)]
    [InlineData("D-7.3", "", false, DeadlineOwner.Controller)]
    [InlineData("D-14", "P1M", true, DeadlineOwner.Controller)]
    [InlineData("D-13.3", "", false, DeadlineOwner.Controller)]
    [InlineData("D-18.3", "", false, DeadlineOwner.Controller)]
    [InlineData("D-19", "P7D", false, DeadlineOwner.Controller)]
    [InlineData("D-33.1", "72h", false, DeadlineOwner.Controller)]
    [InlineData("D-33.2", "24h", false, DeadlineOwner.Processor)]
    [InlineData("D-33.4", "P28D", false, DeadlineOwner.Controller)]
    [InlineData("D-34", "48h", false, DeadlineOwner.Controller)]
    [InlineData("D-36.2", "P1M P56D P98D", true, DeadlineOwner.Authority)]
    [InlineData("D-28.3g", "P30D", false, DeadlineOwner.Processor)]
    [InlineData("D-28.2", "P30D", false, DeadlineOwner.Processor)]
    [InlineData("D-77", "P14D P3M", true, DeadlineOwner.Authority)]
    [InlineData("D-RET", "", false, DeadlineOwner.Controller)]
    [InlineData("D-NIS2", "24h 72h P1M", false, DeadlineOwner.CoveredEntity)]
    public void Each_deadline_has_its_lengths_owner_and_rule_for_working_days(string id, string limits, bool moves, DeadlineOwner owner)
    {
        var rule = DeadlineRegistry.Sweden.Find(id, D("2026-11-21")).ShouldNotBeNull();

        string.Join(' ', rule.Limits.Select(limit => limit.Hours is { } hours ? $"{hours}h" : $"{limit.Period}")).ShouldBe(limits);
        rule.MovesToWorkingDay.ShouldBe(moves);
        rule.Owner.ShouldBe(owner);
        rule.CalendarId.ShouldBe(id == "D-77" ? "se-1930" : "se-1182");
        rule.Article.ShouldNotBeNullOrWhiteSpace();
        foreach (var text in new[] { rule.Title, rule.Trigger, rule.Consequence }.Concat(rule.Limits.Select(limit => limit.What)))
        {
            text.In("en").ShouldNotBeNullOrWhiteSpace();
            text.In("sv").ShouldNotBeNullOrWhiteSpace();
            text.In("sv").ShouldNotBe(text.In("en"));
        }
    }

    [Fact]
    public void The_registry_has_these_deadlines_and_no_others() => DeadlineRegistry.Sweden.Rules.Count.ShouldBe(19);

    [Fact]
    public void Lengths_that_a_policy_or_contract_may_change_are_told_from_those_of_law()
    {
        var rules = DeadlineRegistry.Sweden;
        var today = D("2026-11-21");

        rules.Find("D-12.3", today)!.Limits.Select(limit => limit.IsByLaw).ShouldBe([false, true]);
        rules.Find("D-33.1", today)!.Limits.ShouldAllBe(limit => limit.IsByLaw);
        rules.Find("D-33.2", today)!.Limits.ShouldAllBe(limit => !limit.IsByLaw);
    }

    [Fact]
    public void A_rule_applies_to_events_from_its_first_day_on()
    {
        DeadlineRegistry.Sweden.Find("D-12.3", D("2018-05-24")).ShouldBeNull();
        DeadlineRegistry.Sweden.Find("D-12.3", D("2018-05-25")).ShouldNotBeNull();
        DeadlineRegistry.Sweden.Find("D-NIS2", D("2026-01-14")).ShouldBeNull();
        DeadlineRegistry.Sweden.Find("D-NIS2", D("2026-01-15")).ShouldNotBeNull();
        DeadlineRegistry.Sweden.Find("D-99", D("2026-01-15")).ShouldBeNull();
    }

    [Fact]
    public void A_new_version_applies_from_its_day_and_earlier_events_keep_theirs()
    {
        var old = DeadlineRegistry.Sweden.Find("D-33.1", D("2026-01-01"))! with { ValidTo = D("2027-06-30") };
        var changed = old with { ValidFrom = D("2027-07-01"), ValidTo = null, Article = "as amended" };
        var registry = new DeadlineRegistry([changed, old]);

        registry.Find("D-33.1", D("2027-06-30")).ShouldBe(old);
        registry.Find("D-33.1", D("2027-07-01")).ShouldBe(changed);
    }

    [Fact]
    public void Versions_that_overlap_or_end_before_they_begin_are_refused()
    {
        var rule = DeadlineRegistry.Sweden.Find("D-33.1", D("2026-01-01"))!;

        Should.Throw<ArgumentException>(() => new DeadlineRegistry([rule, rule with { ValidFrom = D("2027-07-01") }])).Message.ShouldContain("D-33.1");
        Should.Throw<ArgumentException>(() => new DeadlineRegistry([rule with { ValidTo = D("2018-05-24") }])).Message.ShouldContain("correct validFrom and validTo");
    }

    [Fact]
    public void A_version_may_apply_for_one_day()
    {
        var rule = DeadlineRegistry.Sweden.Find("D-33.1", D("2026-01-01"))! with { ValidFrom = D("2026-01-01"), ValidTo = D("2026-01-01") };

        new DeadlineRegistry([rule]).Find("D-33.1", D("2026-01-01")).ShouldBe(rule);
    }
}
