using Gdpr.Breaches;
using Gdpr.Controls;
using Gdpr.Core.Tests.Breaches;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Core.Tests.Controls;

/// <summary>Each principle of Art. 5 leads to checks, and the report shows what they found.</summary>
public sealed class ComplianceTests
{
    [Fact]
    public async Task Every_principle_has_checks_and_a_result()
    {
        await using var shop = Office.Open();

        var report = await shop.Get<ComplianceReports>().CreateAsync();

        report.Principles.Select(principle => principle.Principle).ShouldBe(Enum.GetValues<DataPrinciple>());
        report.Principles.ShouldAllBe(principle => principle.Checks.Count > 0);
        report.Principles.SelectMany(principle => principle.Checks).ShouldAllBe(check => check.Title.En.Length > 0 && check.Title.Sv.Length > 0);
        report.PolicyHash.ShouldBe(Office.Policy().Hash);
    }

    [Fact]
    public void Every_code_of_validation_belongs_to_a_principle_and_every_principle_has_codes()
    {
        var codes = FindingCodes.All.GroupBy(code => DataPrinciples.Of(code.Code)).ToDictionary(principle => principle.Key, principle => principle.ToArray());

        codes.Keys.ShouldBe(Enum.GetValues<DataPrinciple>(), ignoreOrder: true);
        foreach (var principle in Enum.GetValues<DataPrinciple>())
        {
            // What a code's own article says of Art. 5 is what it counts for.
            foreach (var code in codes[principle].Where(code => code.Article is { } article && article.StartsWith("Art. 5(1)", StringComparison.Ordinal)))
            {
                code.Article.ShouldNotBeNull().ShouldContain(principle.Article()[^3..], customMessage: code.Code);
            }
        }
    }

    [Fact]
    public async Task A_stale_measure_is_a_principle_not_kept_and_fresh_evidence_mends_it()
    {
        await using var shop = Office.Open();
        (await CheckAsync(shop, "controls-evidenced")).Result.ShouldBe(CheckResult.NotMet);
        await ShowEverythingAsync(shop);
        (await CheckAsync(shop, "controls-evidenced")).Result.ShouldBe(CheckResult.Met);

        shop.Clock.Advance(Duration.FromDays(2));

        var check = await CheckAsync(shop, "controls-evidenced");
        (check.Result, check.Details).ShouldBe((CheckResult.NotMet, check.Details));
        check.Details.ShouldBe(["daily-backup Stale"]);
    }

    [Fact]
    public async Task What_nobody_can_tell_is_never_met()
    {
        await using var shop = Shop.Open(policy: Office.Policy(), sources: world => [world.Data.Crm]);

        (await CheckAsync(shop, "data-found")).ShouldSatisfyAllConditions(
            check => check.Result.ShouldBe(CheckResult.Unknown), check => check.Details.ShouldBe(["web.visits"]));
        (await CheckAsync(shop, "disposal-automatic")).Details.ShouldBe(["web.visits"]);
        (await CheckAsync(shop, "journal-intact")).Result.ShouldBe(CheckResult.Unknown);
        await shop.Work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        (await CheckAsync(shop, "journal-intact")).Result.ShouldBe(CheckResult.Met);
    }

    [Fact]
    public async Task Health_tells_in_one_look_what_somebody_should_act_on()
    {
        await using var shop = Office.Open();
        await ShowEverythingAsync(shop);
        var reports = shop.Get<ComplianceReports>();
        var health = await reports.ReadHealthAsync();
        health.IsHealthy.ShouldBeTrue();
        health.Controls.ShouldBe(new Dictionary<ControlState, int> { [ControlState.Pass] = 5, [ControlState.Declared] = 1 });

        var breach = await shop.Breaches().RecordAsync(Reports.Lost(shop.Clock.GetCurrentInstant()));
        (await reports.ReadHealthAsync()).ShouldSatisfyAllConditions(one => one.OpenBreaches.ShouldBe(1), one => one.IsHealthy.ShouldBeTrue());
        shop.Clock.Advance(Duration.FromHours(24));
        health = await reports.ReadHealthAsync();
        (health.IsHealthy, health.Overdue["breach"]).ShouldBe((false, 1));
        await shop.Breaches().CloseAsFalseAlarmAsync(breach.Id, "It was none.", Reports.By);
        (await reports.ReadHealthAsync()).IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public async Task Every_data_source_belongs_to_a_registered_system()
    {
        await using var shop = Shop.Open(policy: Office.Policy(), sources: world => [world.Data.Crm, new ShopData("forum").Web]);
        var register = shop.Get<SystemRegister>();

        register.Unregistered().ShouldBe([("forum", "forum.visits")]);
        register.List().Select(system => (system.Id, string.Join(' ', system.Sources), string.Join(' ', system.WithoutSource))).ShouldBe(
            [("crm", "crm", ""), ("web", "", "web.visits")]);
        (await Should.ThrowAsync<GdprSetupException>(() => shop.Work.PrepareAsync())).Message.ShouldContain("forum.visits");
    }

    private static async Task ShowEverythingAsync(Shop shop)
    {
        foreach (var control in new[] { "daily-backup", "restore-test", "access-review", "encryption" })
        {
            await shop.PassAsync(control);
        }

        var person = await shop.PersonAsync("staff-1");
        await shop.Evidence().ExpectAsync("training", person, Office.By);
        await shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.Training("training", person), EvidenceOutcome.Passed, Office.By));
    }

    private static async Task<ComplianceCheck> CheckAsync(Shop shop, string code) =>
        (await shop.Get<ComplianceReports>().CreateAsync()).Principles.SelectMany(principle => principle.Checks).Single(check => check.Code == code);
}
