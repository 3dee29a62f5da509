using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Sqlite.Tests.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>Somebody erased in February is a customer again in March; then somebody changes what stands beside the data.</summary>
public sealed class ReturnedCustomerTests
{
    [Theory]
    [InlineData("")]
    [InlineData("UPDATE gdpr_block SET key = '4711' WHERE key = '2'")]
    [InlineData("DELETE FROM gdpr_block")]
    [InlineData("DELETE FROM gdpr_position")]
    [InlineData("DELETE FROM gdpr_position; DELETE FROM gdpr_fact_sum; DELETE FROM gdpr_block")]
    [InlineData(null)]
    public async Task A_customer_who_came_back_is_not_erased_again_where_nothing_was_restored(string? changes)
    {
        using var database = new Database(
            [.. RequestLife.Tables("TEXT"), "INSERT INTO customers (id, person, name, picture, ended, created) VALUES (1, 'p1', 'A', NULL, '2020-01-01', '2019-01-01'), (2, 'p2', 'B', NULL, NULL, '2025-01-01')"]);
        var clock = new SettableClock(RequestLife.Begin);
        await using var provider = Host(database, clock, "crm");
        await provider.GetRequiredService<GdprWork>().PrepareAsync();
        var requests = provider.GetRequiredService<DataSubjectRequests>();
        var sweep = provider.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
        (await PlaceAsync(provider, "2")).Phase.ShouldBe(HoldPhase.Placed);
        var person = await provider.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1")));
        var erasure = await requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Erasure, person) { ReceivedAt = clock.GetCurrentInstant(), Identity = IdentityMethod.SignedIn });
        await requests.AssessAsync(erasure.Id);
        await requests.DecideAsync(erasure.Id, RequestLife.Officer);
        await requests.ExecuteAsync(erasure.Id);
        database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
        await requests.GiveAnswerAsync(await requests.ComposeAnswerAsync(erasure.Id), RequestLife.Officer);
        await requests.CloseAsync(erasure.Id, RequestLife.Officer);
        await PumpAsync();

        // Back as a customer, with a running contract.
        clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
        database.Run("INSERT INTO customers (id, person, name, picture, ended, created) VALUES (3, 'p1', 'A again', NULL, NULL, '2026-03-10')");
        await PumpAsync();
        database.Rows("SELECT id, name FROM customers").ShouldBe(["2|B", "3|A again"]);

        if (changes is not null)
        {
            database.Run(changes);
        }
        else
        {
            // The same tables under another name.
            await using var other = Host(database, clock, "shop");
            (await PlaceAsync(other, "2")).Phase.ShouldBe(HoldPhase.Placed);
        }

        clock.Set(Instant.FromUtc(2026, 3, 12, 9, 0));
        await PumpAsync();
        database.Rows("SELECT id, name FROM customers").ShouldBe(["2|B", "3|A again"]);

        async Task PumpAsync() => (await provider.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps
            .Where(step => step.Reason is not null).Select(step => $"{step.Name} {step.Reason} {step.Detail}").ShouldBeEmpty();
    }

    private static Task<HeldStatus> PlaceAsync(ServiceProvider host, string record) => host.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms(
        "matter", "reason", "approver", new LocalDate(2026, 2, 1), new LocalDate(2026, 5, 1),
        new HoldScope { DataSets = new HashSet<string> { "crm.customers" }, Records = new HashSet<string> { record } }));

    private static ServiceProvider Host(Database database, SettableClock clock, string source) => RequestLife.Host(clock, gdpr => gdpr
        .UseSqlite($"{database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
        .AddSqlSource(source, database.ConnectionString, map => map
            .DataSet("crm.customers", set => set.Subject("person"))
            .DataSet("crm.invoices", set => set.Subject("person"))));
}
