using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

/// <summary>Earlier versions of a policy, given with --earlier.</summary>
public sealed class VersionTests : IDisposable
{
    private readonly TemporaryFiles _files = new();

    [Fact]
    public async Task What_an_earlier_version_had_let_go_is_not_taken_up_again()
    {
        // By version 1 the old record was kept through 2025-12-31, the last day of that version, and the new one for a day more.
        var records = Records("old,app.logs,s,2025-09-30", "new,app.logs,s,2025-10-01");
        var later = Policy("v2", "2", "2026-01-01", "P6M");
        (await RunAsync(later, records, "2026-01-10T00:00:00Z")).Lines.Skip(1).ShouldBe(["old,keep,2026-03-31,log,purpose-alive", "new,keep,2026-04-02,log,purpose-alive"]);
        (await RunAsync(later, records, "2026-01-10T00:00:00Z", Policy("v1", "1", "2024-01-01", "P92D"))).Lines.Skip(1)
            .ShouldBe(["old,erase,,log,all-ended", "new,keep,2026-04-02,log,purpose-alive"]);
    }

    [Theory]
    [InlineData("2025-12-31T22:59:59Z", "keep")]
    [InlineData("2025-12-31T23:00:00Z", "erase")]
    public async Task A_version_is_superseded_when_the_day_begins_at_the_controller(string at, string fate)
    {
        // The last day of the first version's period is 2025-12-31: over when 2026 begins in Stockholm.
        var run = await RunAsync(
            Policy("v2", "2", "2026-01-01", "P6M"), Records("r,app.logs,s,2025-09-30"), at, Policy("v1", "1", "2024-01-01", "P92D"));
        run.Lines[1].Split(',')[1].ShouldBe(fate);
    }

    [Theory]
    [InlineData("2025-12-31T22:59:59Z", true)]
    [InlineData("2025-12-31T23:00:00Z", false)]
    public async Task An_instant_before_the_policys_first_day_is_judged_all_the_same_and_said_to_be_so(string at, bool said)
    {
        const string Message = "v2.json: this version is in force from 2026-01-01, and the instant asked about falls on 2025-12-31: judged as if it were in force.\n";
        var policy = Policy("v2", "2", "2026-01-01", "P6M");

        var evaluated = await RunAsync(policy, Records("r,app.logs,s,2025-09-30"), at);
        var explained = await ToolRun.OfAsync("explain", policy, "--dataset", "app.logs", "--trigger", "written=2025-09-30", "--at", at);

        evaluated.ExitCode.ShouldBe(ExitCode.Done);
        evaluated.Lines[1].ShouldBe("r,keep,2026-03-31,log,purpose-alive");
        explained.ExitCode.ShouldBe(ExitCode.Done);
        evaluated.Error.Contains(Message, StringComparison.Ordinal).ShouldBe(said);
        explained.Error.Contains(Message, StringComparison.Ordinal).ShouldBe(said);
    }

    [Fact]
    public async Task A_version_that_a_sweep_decided_under_need_not_be_named()
    {
        using var shop = await SweptShopAsync("2", "P30Y");

        var preview = await shop.RunAsync("sweep", "--preview");

        preview.Lines.ShouldContain("shop.customers  erase         shopping  all-ended        1        1    -");
        (await shop.RunAsync("sweep", "--approve", "--by", "data-protection-officer")).ExitCode.ShouldBe(ExitCode.Done);
        shop.Customers.ShouldBe("1,3");
    }

    [Fact]
    public async Task Under_a_version_whose_content_has_changed_since_it_decided_nothing_is_destroyed()
    {
        using var shop = await SweptShopAsync("1", "P1M");

        foreach (var options in new string[][] { [], ["--approve", "--by", "data-protection-officer"] })
        {
            var run = await shop.RunAsync("sweep", options);
            run.ExitCode.ShouldBe(ExitCode.Failure, run.Output + run.Error);
            (run.Output + run.Error).ShouldContain("The content has changed under version '1'");
        }

        shop.Customers.ShouldBe("1,3,5");
    }

    [Fact]
    public async Task Several_versions_come_in_any_order()
    {
        var records = Records("r,app.logs,s,2024-06-30");
        string[] versions = [Policy("v1", "1", "2024-01-01", "P6M"), Policy("v2", "2", "2025-01-01", "P1M"), Policy("v3", "3", "2025-06-01", "P9Y")];
        var later = Policy("v4", "4", "2026-01-01", "P9Y");
        var expected = await RunAsync(later, records, "2026-01-10T00:00:00Z", versions);
        expected.Lines[1].ShouldBe("r,erase,,log,all-ended");
        (await RunAsync(later, records, "2026-01-10T00:00:00Z", [.. versions.Reverse()])).Output.ShouldBe(expected.Output);
        (await RunAsync(later, records, "2026-01-10T00:00:00Z", versions[2])).Lines[1].ShouldBe("r,keep,2033-07-01,log,purpose-alive");
    }

    [Fact]
    public async Task Versions_of_another_policy_or_without_order_are_refused()
    {
        var records = Records("r,app.logs,s,2024-06-30");
        var later = Policy("v2", "2", "2026-01-01", "P1Y");
        var stranger = _files.Write("stranger.json", File.ReadAllText(Policy("v1", "1", "2024-01-01", "P1Y")).Replace("\"example\", \"version\"", "\"other\", \"version\"", StringComparison.Ordinal));
        var run = await RunAsync(later, records, "2026-01-10T00:00:00Z", stranger);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("no version of the policy 'example'");

        run = await RunAsync(later, records, "2026-01-10T00:00:00Z", Policy("same", "1", "2026-01-01", "P1Y"));
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("does not take effect before");
    }

    public void Dispose() => _files.Dispose();

    /// <summary>A shop that was swept under version 1 and three months, to which a customer gone long ago comes back; its policy has been written anew.</summary>
    private static async Task<Shop> SweptShopAsync(string version, string keep)
    {
        var shop = new Shop().WithCustomers();
        (await shop.RunAsync("sweep", "--approve", "--by", "data-protection-officer")).ExitCode.ShouldBe(ExitCode.Done);
        shop.Execute("INSERT INTO customers VALUES (5, 'e', 'E', 'e@shop.example', '2024-01-31', '2024-01-15')");
        shop.WritePolicy(version, Shop.Rules.Replace("P3M", keep, StringComparison.Ordinal));
        return shop;
    }

    private static Task<ToolRun> RunAsync(string policy, string records, string at, params string[] earlier) =>
        ToolRun.OfAsync(["evaluate", policy, records, "--at", at, .. earlier.SelectMany(file => (string[])["--earlier", file])]);

    private string Records(params string[] lines) => _files.Write("records.csv", "record,dataset,subject,written\n" + string.Join('\n', lines));

    private string Policy(string file, string version, string effective, string period) => _files.Write(file + ".json", $$"""
        { "policy": "example", "version": "{{version}}", "effective": "{{effective}}",
          "controllers": { "example": { "name": "Example AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@example.se" } },
          "systems": { "app": { "dataSets": { "logs": { "subject": "customer", "triggers": { "written": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
          "activities": { "log": { "purpose": "security", "basis": { "contract": {} }, "data": ["app.logs"], "retention": { "keep": "{{period}}", "after": "written" } } } }
        """);
}
