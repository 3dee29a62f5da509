using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Controls;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Conformance.Tests.Gignos;

/// <summary>The measures of Gignos, and whether there is fresh evidence of them.</summary>
public sealed class ControlTests
{
    [Theory]
    [InlineData("daily-backup", 1)]
    [Trait("clause", "GIG-14")]
    public Task A_missed_day_turns_the_backup_overdue(string control, int days) => FollowAsync(control, days);

    [Theory]
    [InlineData("backup-verification", 1)]
    [InlineData("restore-test", 7)]
    [Trait("clause", "GIG-15")]
    public async Task Verification_and_restore_tests_go_stale_and_a_failed_one_is_no_evidence(string control, int days)
    {
        await FollowAsync(control, days);

        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var evidence = host.Get<ControlEvidence>();
        await evidence.RecordAsync(new Evidence(EvidenceTarget.Control(control), EvidenceOutcome.Failed, "operations"));
        (await StateAsync(evidence, control)).ShouldBe(ControlState.Failed);
    }

    [Fact]
    [Trait("clause", "GIG-10")]
    public async Task An_activity_that_no_measure_protects_is_reported()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        (await CheckAsync(host)).Result.ShouldBe(CheckResult.Met);
        (await host.Get<ControlEvidence>().ReadCoverageAsync()).UnprotectedActivities.ShouldBeEmpty();

        // Gignos as it would be if nothing but its mail were protected.
        var others = Organisation.Gignos.Policy.Controls.Keys.Except(["spam-filter"]);
        await using var bare = await OrganisationHost.StartAsync(Organisation.Gignos.With(policy => Organisation.RemoveAll(
            policy, [.. Organisation.Gignos.Policy.Activities.Keys.Select(activity => $"/activities/{activity}/controls"), .. others.Select(id => $"/controls/{id}")])));

        var check = await CheckAsync(bare);
        check.Result.ShouldBe(CheckResult.NotMet);
        check.Details.ShouldBe(["register", "newsletter", "accounts", "access-log"]);

        static async Task<ComplianceCheck> CheckAsync(OrganisationHost host) => (await host.Get<ComplianceReports>().CreateAsync()).Principles
            .Single(principle => principle.Principle == DataPrinciple.Security).Checks.Single(one => one.Code == "activities-protected");
    }

    [Fact]
    [Trait("clause", "GIG-21")]
    public async Task Policies_and_routines_fall_due_for_review()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var calendar = host.Get<DueCalendar>();
        await host.Get<ControlEvidence>().RecordAsync(new Evidence(EvidenceTarget.Document("security-policy"), EvidenceOutcome.Passed, "management"));

        var due = (await calendar.ListAsync()).Single(item => item.About == "security-policy");
        due.LastDay.ShouldBe(new LocalDate(2027, 11, 21), "a year after the last review");
        (await calendar.ListOverdueAsync()).ShouldNotContain(item => item.About == "security-policy");
        host.Clock.Set(due.DueBy);
        (await calendar.ListOverdueAsync()).ShouldContain(item => item.About == "security-policy");
        await host.Get<ControlEvidence>().RecordAsync(new Evidence(EvidenceTarget.Document("security-policy"), EvidenceOutcome.Passed, "management"));
        (await calendar.ListOverdueAsync()).ShouldNotContain(item => item.About == "security-policy");
    }

    [Theory]
    [InlineData("Sommar2026!x", null)]
    [InlineData("Sommar2026!", "too-short")]
    [InlineData("sommar2026!xx", "upper")]
    [InlineData("SOMMAR2026!XX", "lower")]
    [InlineData("Sommarlov!!xx", "digit")]
    [InlineData("Sommarlov2026", "symbol")]
    [Trait("clause", "GIG-18")]
    public async Task A_password_is_held_against_each_part_of_the_rule(string candidate, string? broken)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);

        var found = host.Get<PasswordRules>().Check("clients", candidate);

        if (broken is null)
        {
            found.ShouldBeEmpty();
        }
        else
        {
            found.ShouldHaveSingleItem().Code.ToUpperInvariant().ShouldContain(broken.Replace("-", "").ToUpperInvariant() is var word && word == "TOOSHORT" ? "SHORT" : word);
        }

        (await host.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains(candidate));
    }

    [Fact]
    [Trait("clause", "GIG-20")]
    public async Task One_rule_covers_sign_in_and_the_private_network()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var rules = host.Get<PasswordRules>();

        rules.Of("clients").ShouldBe(rules.Of("vpn"));
        rules.Of("crm").ShouldBeEmpty();
    }

    [Fact]
    [Trait("clause", "GIG-19")]
    public async Task Passwords_that_are_three_calendar_months_old_are_listed()
    {
        // Changed on 21 August: good through 21 November.
        var accounts = new Accounts(new PasswordAccount("a1", Instant.FromUtc(2026, 8, 21, 10, 0)), new PasswordAccount("a2", Instant.FromUtc(2026, 8, 20, 10, 0)));
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos, services: services => services.AddSingleton<IPasswordAccounts>(accounts));

        (await ListAsync(host)).ShouldBe([("a2", new LocalDate(2026, 11, 20))]);
        host.Clock.Advance(Duration.FromDays(1));
        (await ListAsync(host)).Select(one => one.Account).ShouldBe(["a1", "a2"], ignoreOrder: true);
    }

    private static async Task FollowAsync(string control, int days)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var evidence = host.Get<ControlEvidence>();
        (await StateAsync(evidence, control)).ShouldBe(ControlState.Missing);

        await evidence.RecordAsync(new Evidence(EvidenceTarget.Control(control), EvidenceOutcome.Passed, "operations"));
        (await StateAsync(evidence, control)).ShouldBe(ControlState.Pass);
        host.Clock.Advance(Duration.FromDays(days));
        (await StateAsync(evidence, control)).ShouldBe(ControlState.Pass);
        host.Clock.Advance(Duration.FromDays(1));
        (await StateAsync(evidence, control)).ShouldBe(ControlState.Stale);
        (await evidence.ReadAsync()).Single(one => one.Id == control).IsOverdue.ShouldBeTrue();
        (await host.Get<DueCalendar>().ListOverdueAsync()).ShouldContain(item => item.About == control);
    }

    private static async Task<ControlState> StateAsync(ControlEvidence evidence, string control) => (await evidence.ReadAsync()).Single(one => one.Id == control).State;

    private static async Task<List<(string Account, LocalDate? LastDay)>> ListAsync(OrganisationHost host)
    {
        var expired = new List<(string Account, LocalDate? LastDay)>();
        await foreach (var account in host.Get<PasswordRules>().ListExpiredAsync())
        {
            expired.Add((account.Account, account.LastDay));
        }

        return expired;
    }

    private sealed class Accounts(params PasswordAccount[] accounts) : IPasswordAccounts
    {
        public string System => "vpn";

        public IAsyncEnumerable<PasswordAccount> ReadAsync(CancellationToken cancellationToken) => accounts.ToAsyncEnumerable();
    }
}
