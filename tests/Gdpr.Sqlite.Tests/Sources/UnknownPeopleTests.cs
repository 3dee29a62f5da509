using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A data set whose table does not say whose a row is, beside one whose does: what is known of people is unknown of its rows, and stops nothing else.</summary>
public sealed class UnknownPeopleTests : IDisposable
{
    private const string Log = "crm.log";

    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
        "CREATE TABLE log (id INTEGER PRIMARY KEY, person TEXT, text TEXT, contract_ended TEXT)",
        "INSERT INTO customers SELECT value, 's' || value, 'x', '2020-01-01' FROM json_each('[1,2,3]')",
        "INSERT INTO log SELECT value, 's' || value, 'x', '2020-01-01' FROM json_each('[1,2,3]')");

    [Fact]
    public async Task A_hold_on_a_person_keeps_all_rows_of_which_nobody_knows_whose_they_are_and_stops_no_other_data_set()
    {
        await using var host = await OpenAsync();

        (await PlaceAsync(host, new HoldScope { Subjects = new HashSet<string> { "s2" } })).Phase.ShouldBe(HoldPhase.Placed);
        var record = new HoldScope { DataSets = new HashSet<string> { Shop.Customers }, Records = new HashSet<string> { "1" } };
        (await PlaceAsync(host, record)).Phase.ShouldBe(HoldPhase.Placed);
        var swept = await host.GetRequiredService<Sweep>().RunAsync();

        ExpectUndetermined(swept, "hold");
        _database.Rows("SELECT id FROM customers").ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task An_open_request_of_one_person_stops_no_other_data_set()
    {
        await using var host = await OpenAsync();
        await AskForAccessAsync(host);

        ExpectUndetermined(await host.GetRequiredService<Sweep>().RunAsync(), "request-open");

        _database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
    }

    [Fact]
    public async Task Mapping_the_subject_frees_the_rows_of_other_people()
    {
        await using (var before = await OpenAsync())
        {
            await AskForAccessAsync(before);
            ExpectUndetermined(await before.GetRequiredService<Sweep>().RunAsync(), "request-open");
        }

        await using var host = await OpenAsync(log => log.Subject("person"));
        (await host.GetRequiredService<Sweep>().RunAsync()).IsComplete.ShouldBeTrue();

        _database.Rows("SELECT id FROM log").ShouldBe(["2"]);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _database.Dispose();
    }

    private void ExpectUndetermined(SweepResult swept, string missing)
    {
        swept.IsComplete.ShouldBeTrue(string.Join(' ', swept.DataSets.Select(one => $"{one.DataSet} {one.Status} {one.Detail}")));
        swept.DataSets.Single(one => one.DataSet == Log).Left!.Lines.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            line => line.Fate.ShouldBe(Fate.Undetermined), line => line.Records.ShouldBe(3), line => line.Missing.ShouldContain(missing));
        _database.Rows("SELECT id FROM log").ShouldBe(["1", "2", "3"]);
    }

    private async Task<ServiceProvider> OpenAsync(Action<DataSetMappingBuilder>? log = null)
    {
        var policy = PolicyReader.Parse("""
            { "policy": "shop", "version": "1", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
                "log": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "text": "free-text" } } } } },
              "activities": { "service": {
                "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers", "crm.log"],
                "retention": { "keep": "P3M", "after": "contract-ended" } } } }
            """);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(policy).UseSqlite($"Data Source={_database.File}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", _database.ConnectionString, map => map.DataSet(Shop.Customers).DataSet(Log, log ?? (static _ => { }))));
        var host = services.BuildServiceProvider();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        return host;
    }

    private static async Task AskForAccessAsync(ServiceProvider host)
    {
        var person = await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("s2")));
        await host.GetRequiredService<DataSubjectRequests>().ReceiveAsync(
            new RequestIntake(DataSubjectRight.Access, person) { ReceivedAt = Shop.Now, Identity = IdentityMethod.SignedIn });
    }

    private static Task<HeldStatus> PlaceAsync(ServiceProvider host, HoldScope scope) => host.GetRequiredService<LegalHolds>().PlaceAsync(
        new HoldTerms("matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1), scope));
}
