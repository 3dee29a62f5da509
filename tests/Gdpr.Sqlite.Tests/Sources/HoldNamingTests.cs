using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A hold names records and people as the source did when it was placed: where they are named otherwise since, nobody can tell what it covers.</summary>
public sealed class HoldNamingTests : IDisposable
{
    private const string Clients = "crm.clients";

    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, subject TEXT, person TEXT, name TEXT, note TEXT, contract_ended TEXT)",
        "INSERT INTO customers SELECT value, 'c' || value, 's' || value, 'p' || value, 'x', 'x', '2020-01-01' FROM json_each('[1,2,3]')");

    [Fact]
    public async Task A_hold_on_a_record_keeps_everything_where_the_key_has_become_another() =>
        await KeepsAsync(OfRecord("1"), Shop.Policy(whenNull: "unknown"), map => map.DataSet(Shop.Customers, data => data.Table("customers", "code")), OfRecord("c1"));

    [Fact]
    public async Task A_hold_on_a_person_keeps_everything_where_people_are_found_in_another_column() =>
        await KeepsAsync(OfPerson("s1"), Shop.Policy(whenNull: "unknown"), map => map.DataSet(Shop.Customers, data => data.Subject("person")), OfPerson("p1"));

    [Fact]
    public async Task A_hold_on_a_person_in_every_data_set_keeps_everything_where_people_are_found_in_another_column() =>
        await KeepsAsync(
            new HoldScope { Subjects = new HashSet<string> { "s1" } }, Shop.Policy(whenNull: "unknown"),
            map => map.DataSet(Shop.Customers, data => data.Subject("person")), OfPerson("p1"));

    [Fact]
    public async Task A_hold_on_a_record_keeps_everything_where_its_data_set_has_another_name() =>
        await KeepsAsync(OfRecord("1"), Renamed(), map => map.DataSet(Clients, data => data.Table("customers")), OfRecord("1", Clients), Clients);

    [Fact]
    public async Task A_hold_on_a_data_set_keeps_everything_where_it_has_another_name() => await KeepsAsync(
        new HoldScope { DataSets = new HashSet<string> { Shop.Customers } }, Renamed(), map => map.DataSet(Clients, data => data.Table("customers")),
        OfRecord("1", Clients), Clients);

    [Fact]
    public async Task A_hold_is_as_narrow_as_it_was_where_only_a_field_has_been_added()
    {
        var policy = Shop.Policy(""" "name": "identity.name", "note": "communication.choices" """, whenNull: "unknown");
        await using (var host = Open(policy, map => map.DataSet(Shop.Customers, data => data.Excuse("note", "kept on paper"))))
        {
            (await PlaceAsync(host, OfRecord("1"))).Phase.ShouldBe(HoldPhase.Placed);
        }

        await using var later = Open(policy, map => map.DataSet(Shop.Customers));
        (await SweepAsync(later)).Lines.ShouldNotContain(line => line.Fate == Fate.Undetermined);

        _database.Rows("SELECT id FROM customers").ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_mapping_that_comes_back_brings_the_hold_back_to_what_it_was_placed_on()
    {
        await using (var before = Open(Shop.Policy(whenNull: "unknown"), map => map.DataSet(Shop.Customers)))
        {
            (await PlaceAsync(before, OfRecord("1"))).Phase.ShouldBe(HoldPhase.Placed);
        }

        await using (var changed = Open(Shop.Policy(whenNull: "unknown"), map => map.DataSet(Shop.Customers, data => data.Table("customers", "code"))))
        {
            await SweepAsync(changed);
            _database.Rows("SELECT id FROM customers").ShouldBe(["1", "2", "3"]);
        }

        await using var back = Open(Shop.Policy(whenNull: "unknown"), map => map.DataSet(Shop.Customers));
        await SweepAsync(back);

        _database.Rows("SELECT id FROM customers").ShouldBe(["1"]);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _database.Dispose();
    }

    /// <summary>Places a hold under the mapping by convention, sweeps under another, places the hold anew and releases the old one.</summary>
    private async Task KeepsAsync(HoldScope scope, GdprPolicy policy, Action<SqlMappingBuilder> mapping, HoldScope anew, string dataSet = Shop.Customers)
    {
        string old;
        await using (var before = Open(Shop.Policy(whenNull: "unknown"), map => map.DataSet(Shop.Customers)))
        {
            var placed = await PlaceAsync(before, scope);
            placed.Phase.ShouldBe(HoldPhase.Placed);
            old = placed.Id;
        }

        await using var host = Open(policy, mapping);
        var left = await SweepAsync(host);

        _database.Rows("SELECT id FROM customers").ShouldBe(["1", "2", "3"]);
        left.DataSet.ShouldBe(dataSet);
        left.Lines.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            line => line.Fate.ShouldBe(Fate.Undetermined), line => line.Records.ShouldBe(3), line => line.Missing.ShouldContain("hold"));
        (await host.GetRequiredService<Sweep>().PreviewAsync()).DataSets.Single().Survey!.Lines.ShouldAllBe(line => line.Fate == Fate.Undetermined);

        var holds = host.GetRequiredService<LegalHolds>();
        (await holds.ListAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(hold => hold.Id.ShouldBe(old), hold => hold.Phase.ShouldBe(HoldPhase.Placed));
        (await PlaceAsync(host, anew)).Phase.ShouldBe(HoldPhase.Placed);
        await SweepAsync(host);
        _database.Rows("SELECT id FROM customers").ShouldBe(["1", "2", "3"], "nobody has let go of the old hold");

        (await holds.ReleaseAsync(old, "legal-department")).Phase.ShouldBe(HoldPhase.Released);
        await SweepAsync(host);
        _database.Rows("SELECT id FROM customers").ShouldBe(["1"]);
    }

    private static HoldScope OfRecord(string key, string dataSet = Shop.Customers) =>
        new() { DataSets = new HashSet<string> { dataSet }, Records = new HashSet<string> { key } };

    private static HoldScope OfPerson(string id) => new() { DataSets = new HashSet<string> { Shop.Customers }, Subjects = new HashSet<string> { id } };

    private static GdprPolicy Renamed() => PolicyReader.Read(
        PolicyWriter.ToJson(Shop.Policy(whenNull: "unknown")).Replace("\"customers\"", "\"clients\"", StringComparison.Ordinal)
            .Replace(Shop.Customers, Clients, StringComparison.Ordinal).Replace("\"version\": \"1\"", "\"version\": \"2\"", StringComparison.Ordinal)).Policy!;

    private static Task<HeldStatus> PlaceAsync(ServiceProvider host, HoldScope scope) => host.GetRequiredService<LegalHolds>()
        .PlaceAsync(new HoldTerms("matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1), scope));

    /// <summary>Approves, sweeps, and gives what is left.</summary>
    private static async Task<DataSetSurvey> SweepAsync(ServiceProvider host)
    {
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        var result = await sweep.RunAsync();
        result.IsComplete.ShouldBeTrue();
        return result.DataSets.Single().Left.ShouldNotBeNull();
    }

    private ServiceProvider Open(GdprPolicy policy, Action<SqlMappingBuilder> mapping)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(policy)
            .UseSqlite($"Data Source={_database.File}.stores")
            .UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", _database.ConnectionString, mapping));
        return services.BuildServiceProvider();
    }
}
