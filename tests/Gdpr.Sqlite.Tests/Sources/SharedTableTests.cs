using Gdpr.Disposal;
using Gdpr.Journals;
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

/// <summary>Rows of one table that are several data sets' records, and become another's.</summary>
public sealed class SharedTableTests
{
    private static GdprPolicy Policy(string systems, string activities)
    {
        var read = PolicyReader.Read($$"""
            { "policy": "shop", "version": "1", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "crm": { "dataSets": { {{systems}} } } }, "activities": { {{activities}} } }
            """);
        read.Policy.ShouldNotBeNull(string.Join('\n', read.Findings.Select(finding => finding.ToString())));
        return read.Policy!;
    }

    private const string TwoKinds = """
        "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
        "leads": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } }
        """;

    private const string ServiceBoth = """
        "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers", "crm.leads"], "retention": { "keep": "P3M", "after": "contract-ended" } }
        """;

    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("DELETE FROM gdpr_block")]
    [InlineData("DROP TABLE gdpr_block; DROP TABLE gdpr_mark; DROP TABLE gdpr_fact_sum; DROP TABLE gdpr_source_schema")]
    public async Task A_hold_on_a_row_that_has_become_another_data_sets_is_put_again(string edits)
    {
        using var database = new Database(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, kind TEXT, name TEXT, contract_ended TEXT)",
            "INSERT INTO people VALUES (1, 'lead', 'A', '2020-01-01'), (2, 'customer', 'B', '2020-01-01')");
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Policy(TwoKinds, ServiceBoth)).UseSqlite($"Data Source={database.File}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", database.ConnectionString, map => map
                .DataSet("crm.customers", customers => customers.Table("people").Only("kind", "customer"))
                .DataSet("crm.leads", leads => leads.Table("people").Only("kind", "lead"))));
        await using var host = services.BuildServiceProvider();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        (await host.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms("matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1),
            new HoldScope { DataSets = new HashSet<string> { "crm.leads" }, Records = new HashSet<string> { "1" } }))).Phase.ShouldBe(HoldPhase.Placed);
        database.Run("UPDATE people SET kind = 'customer' WHERE id = 1");
        database.Run(edits);

        await sweep.RunAsync();

        database.Rows("SELECT id FROM people").ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_key_that_is_used_again_has_nothing_of_what_was_said_of_the_row_before()
    {
        using var database = new Database(
            "CREATE TABLE accounts (no INTEGER PRIMARY KEY, who TEXT)",
            "CREATE TABLE people (id INTEGER PRIMARY KEY, kind TEXT, account INTEGER REFERENCES accounts (no), name TEXT, contract_ended TEXT)",
            "INSERT INTO accounts VALUES (1, 'anna'), (2, 'bert')",
            "INSERT INTO people VALUES (7, 'lead', 1, 'A', '2026-06-01')");
        var evaluator = RetentionSchedule.Compile(Policy(TwoKinds, ServiceBoth)).At(Shop.Now);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.Table("people").Only("kind", "customer"))
            .DataSet("crm.leads", leads => leads.Table("people").Only("kind", "lead").Party("owner", new PartyMapping
            {
                Kind = PartyKind.Owner,
                Subject = new ColumnPath { Column = "who", Through = [new JoinStep { Table = "accounts", On = new Dictionary<string, string> { ["no"] = "account" } }] },
            })));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.ChangeFactsAsync(
            [new FactChange("anna/objection", "crm.leads", new FactTarget.Subjects(["anna"]), RecordFact.Of(PurposeFact.PurposeEnded, "service-provision"))], 1, CancellationToken.None);
        database.Run("UPDATE people SET kind = 'customer', contract_ended = '2020-01-01' WHERE id = 7");
        await source.SweepAsync(evaluator, "crm.customers");
        database.Rows("SELECT id FROM people").ShouldBeEmpty();
        database.Run("INSERT INTO people VALUES (7, 'lead', 2, 'Bert', '2026-06-01')");

        await source.SweepAsync(evaluator, "crm.leads", plan: "p2");

        database.Rows("SELECT id FROM people").ShouldBe(["7"], string.Join("; ", database.Rows("SELECT * FROM gdpr_mark")));
    }

    [Fact]
    public async Task A_released_hold_leaves_nothing_where_a_data_set_has_moved_to_a_table_of_its_own()
    {
        using var database = new Database(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, kind TEXT, name TEXT, contract_ended TEXT)",
            "CREATE TABLE leads (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
            "INSERT INTO people VALUES (1, 'customer', 'A', '2020-01-01')",
            "INSERT INTO leads VALUES (1, 'somebody else', '2020-01-01')");
        ServiceProvider Open(Action<SqlMappingBuilder> map)
        {
            var services = new ServiceCollection();
            services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
            services.AddGdpr(gdpr => gdpr
                .UsePolicy(Policy(TwoKinds, ServiceBoth)).UseSqlite($"Data Source={database.File}.stores").UseKeyRing("test", _ => Database.Keys)
                .AddSqlSource("crm", database.ConnectionString, map));
            return services.BuildServiceProvider();
        }

        string id;
        await using (var host = Open(map => map
            .DataSet("crm.customers", customers => customers.Table("people").Only("kind", "customer"))
            .DataSet("crm.leads", leads => leads.Table("people").Only("kind", "lead"))))
        {
            id = (await host.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms("matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1),
                new HoldScope { DataSets = new HashSet<string> { "crm.customers" }, Records = new HashSet<string> { "1" } }))).Id;
        }

        await using var later = Open(map => map
            .DataSet("crm.customers", customers => customers.Table("people").Only("kind", "customer"))
            .DataSet("crm.leads", leads => leads.Table("leads")));
        await later.GetRequiredService<GdprWork>().PrepareAsync();
        (await later.GetRequiredService<LegalHolds>().ReleaseAsync(id, "legal")).Phase.ShouldBe(HoldPhase.Released);
        var sweep = later.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        await sweep.RunAsync();

        database.Rows("SELECT data_set, key, source FROM gdpr_block").ShouldBeEmpty();
        database.Rows("SELECT id FROM leads").ShouldBeEmpty();
    }
}
