using System.Text;
using Gdpr.Consents;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using static Gdpr.Conformance.Tests.Pitfalls.AllPackages;

namespace Gdpr.Conformance.Tests.Pitfalls;

/// <summary>How other systems failed when they destroyed or were adopted, and what happens here: with every package registered, from beginning to end.</summary>
public sealed class DestroyingTests
{
    private static readonly string[] Tables = ["crm.db customers", "shop.db orders", "desk.db tickets"];

    [Theory]
    [InlineData("gdpr_fold")]
    [InlineData("gdpr_journal")]
    public async Task Where_nobody_can_read_what_is_held_nothing_is_destroyed(string store)
    {
        await using var host = await StartDueAsync();
        await host.RunAsync("gdpr-journal.db", $"ALTER TABLE {store} RENAME TO away");

        (await host.PumpAsync()).IsComplete.ShouldBeFalse();
        (await LeftAsync(host)).ShouldBe(["r-c1", "o-c1", "t-c1", "day-2026-01-01.log"]);

        await host.RunAsync("gdpr-journal.db", $"ALTER TABLE away RENAME TO {store}");
        host.Clock.Advance(Duration.FromDays(1));
        await host.PumpAsync();
        (await LeftAsync(host)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_three_cycles_find_expired_is_erased_journalled_and_evident_once()
    {
        await using var host = await StartDueAsync();
        for (var day = 0; day < 3; day++)
        {
            await host.PumpAsync();
            host.Clock.Advance(Duration.FromDays(1));
        }

        (await LeftAsync(host)).ShouldBeEmpty();
        (await host.EntriesAsync()).Count(entry => entry.Content.Type == "disposal-batch").ShouldBe(4, "one for each data set");
        foreach (var database in new[] { "crm.db", "shop.db", "desk.db" })
        {
            (await host.ReadAsync(database, "SELECT CAST(count(*) AS TEXT) FROM gdpr_evidence_record")).ShouldBe(["1"], database);
        }

        (await host.VerifyAsync()).Faults.ShouldBeEmpty();
        (await host.Get<EvidenceVerifier>().VerifyAsync()).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_expires_under_a_hold_goes_by_itself_when_that_is_lifted()
    {
        await using var host = await StartDueAsync();
        var hold = await host.Get<LegalHolds>().PlaceAsync(new HoldTerms(
            "Matter", "Reason", "Approver", new LocalDate(2026, 11, 1), new LocalDate(2027, 2, 1), new HoldScope { Subjects = new HashSet<string> { "c1" } }));
        hold.Phase.ShouldBe(HoldPhase.Placed);

        await host.PumpAsync();
        (await LeftAsync(host)).ShouldBe(["r-c1", "o-c1", "t-c1", "day-2026-01-01.log"], "nobody knows whom the log of a day names");

        await host.Get<LegalHolds>().ReleaseAsync(hold.Id, "legal-department");
        host.Clock.Advance(Duration.FromDays(1));
        await host.PumpAsync();
        (await LeftAsync(host)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_system_that_is_down_is_named_and_the_others_are_swept()
    {
        await using var host = await StartDueAsync();
        await host.RunAsync("shop.db", "ALTER TABLE orders RENAME TO orders_away");

        var report = await host.PumpAsync();

        report.IsComplete.ShouldBeFalse();
        report.DataSets.Where(dataSet => dataSet.Status != SweepStatus.Completed).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            dataSet => dataSet.DataSet.ShouldBe("shop.orders"), dataSet => dataSet.Reason.ShouldNotBeNull(), dataSet => dataSet.Done.Records.ShouldBe(0));
        await host.RunAsync("shop.db", "ALTER TABLE orders_away RENAME TO orders");
        (await LeftAsync(host)).ShouldBe(["o-c1"]);
        host.Clock.Advance(Duration.FromDays(1));
        await host.PumpAsync();
        (await LeftAsync(host)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_kept_is_listed_with_the_rule_that_keeps_it_and_the_day_on_which_it_is_looked_at_again()
    {
        await using var host = await StartAsync();
        await host.CustomerAsync();
        await host.ApproveAsync();

        var preview = await host.Get<Sweep>().PreviewAsync();

        preview.DataSets.Single(dataSet => dataSet.DataSet == "crm.customers").Survey!.Lines.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            line => line.Records.ShouldBe(1), line => line.Due.ShouldBe(0), line => line.Rule.ShouldBe("service"),
            line => line.Examples.ShouldHaveSingleItem().Due.ShouldNotBeNull());
        (await host.Get<Sweep>().RunAsync()).DataSets.Sum(dataSet => dataSet.Done.Records).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_erased_stands_in_no_file_any_more()
    {
        await using var host = await StartDueAsync();
        (await FilesWithAsync(host, "marker-name", "marker-address", "marker-text")).ShouldNotBeEmpty("that is what is looked for");

        await host.PumpAsync();

        (await LeftAsync(host)).ShouldBeEmpty();
        (await FilesWithAsync(host, "marker-name", "marker-address", "marker-text", "marker@shop.example")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_whose_mapping_is_not_the_policys_does_not_start_and_is_told_of_everything_at_once()
    {
        var refused = await Should.ThrowAsync<Exception>(async () =>
        {
            await using var host = await StartAsync(after: services => services.AddGdpr(gdpr => gdpr
                .AddSqlSource("more", "Data Source=more.db", map => map.DataSet("crm.customers", set => set.Table("customers", "id")))
                .AddSqlSource("crm", "Data Source=other.db", map => map.DataSet("crm.suppliers", set => set.Table("suppliers", "id")))));
            host.Get<Microsoft.Extensions.Options.IStartupValidator>().Validate();
        });

        var told = refused.ToString();
        told.ShouldContain("2 sources are named 'crm'");
        told.ShouldContain("'crm.customers' is claimed by");
    }

    /// <summary>A host with the data of a customer in every database and in a file, all of which is due, and approved.</summary>
    private static async Task<AllPackages> StartDueAsync()
    {
        var host = await StartAsync();
        var person = await host.CustomerAsync();
        await host.GiveAsync(person);
        await host.Get<ConsentService>().WithdrawAsync(person, Newsletter);
        await host.RunAsync("crm.db", "UPDATE customers SET created = '1999-01-01'");
        await host.RunAsync("shop.db", "UPDATE orders SET Created = '1999-01-01'");
        await host.RunAsync("desk.db", "UPDATE tickets SET closed = '1999-01-01'");
        await File.WriteAllTextAsync(Path.Combine(host.Folder, "logs", "day-2026-01-01.log"), "marker-name came in");
        await host.ApproveAsync();
        return host;
    }

    private static async Task<IReadOnlyList<string?>> LeftAsync(AllPackages host)
    {
        var left = new List<string?>();
        foreach (var table in Tables.Select(table => table.Split(' ')))
        {
            left.AddRange(await host.ReadAsync(table[0], $"SELECT id FROM {table[1]}"));
        }

        return [.. left, .. Directory.EnumerateFiles(Path.Combine(host.Folder, "logs"), "day-*").Select(Path.GetFileName)];
    }

    private static async Task<IReadOnlyList<string>> FilesWithAsync(AllPackages host, params string[] texts)
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(host.Folder, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            var content = Encoding.UTF8.GetString(bytes.ToArray());
            found.AddRange(texts.Where(text => content.Contains(text, StringComparison.Ordinal)).Select(text => $"{Path.GetFileName(file)}: {text}"));
        }

        return found;
    }
}
