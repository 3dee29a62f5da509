using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A record that is anonymised part by part stays without its person, mapped as its owner or as its subject.</summary>
public sealed class SeveredOwnerTests
{
    private const string Fields = """
        "name": { "category": "identity.name", "disposal": { "action": "anonymise", "strategy": "null" } },
        "amount": { "category": "financial.transaction", "disposal": { "action": "anonymise", "strategy": "fixed-text", "text": "0" } }
        """;

    private const string Books = """
        , "books": { "purpose": "bookkeeping", "basis": { "contract": {} }, "data": ["crm.customers.amount"], "retention": { "keep": "P1Y", "after": "contract-ended" } }
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_link_goes_with_the_last_part_that_is_the_persons(bool isParty)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, amount TEXT, contract_ended TEXT)",
            "INSERT INTO customers VALUES (1, 's1', 'A', '17', '2026-01-15'), (2, 's2', 'B', '18', '2024-01-15')");
        var source = database.Source(map => map.DataSet(
            Shop.Customers, data => _ = isParty ? data.Owner("customer", "subject", "name", "amount") : data.Subject("subject")));
        var evaluator = Shop.Evaluator(Fields, Books);
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await source.SweepAsync(evaluator, Shop.Customers);

        database.Rows("SELECT id, subject, name, amount FROM customers ORDER BY id").ShouldBe(["1|s1|NULL|17", "2|NULL|NULL|0"]);
    }

    [Fact]
    public async Task A_way_through_another_table_is_cut_at_its_first_step()
    {
        using var database = new Database(
            "CREATE TABLE people (no INTEGER PRIMARY KEY, who TEXT)",
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, person INTEGER REFERENCES people (no), name TEXT, amount TEXT, contract_ended TEXT)",
            "INSERT INTO people VALUES (1, 's1'), (2, 's2')",
            "INSERT INTO customers VALUES (1, 1, 'A', '17', '2026-01-15'), (2, 2, 'B', '18', '2024-01-15')");
        var source = database.Source(map => map.DataSet(
            Shop.Customers, data => data.Subject("who", new JoinStep { Table = "people", On = new Dictionary<string, string> { ["no"] = "person" } })));
        var evaluator = Shop.Evaluator(Fields, Books);
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await source.SweepAsync(evaluator, Shop.Customers);

        database.Rows("SELECT id, person, name, amount FROM customers ORDER BY id").ShouldBe(["1|1|NULL|17", "2|NULL|NULL|0"]);
    }

    [Theory]
    [InlineData("id INTEGER PRIMARY KEY, subject TEXT NOT NULL", "subject", "may not be NULL")]
    [InlineData("id INTEGER PRIMARY KEY, own INTEGER, subject TEXT AS ('s' || own)", "subject", "the database computes")]
    [InlineData("id INTEGER PRIMARY KEY", "id", "the key")]
    public async Task A_link_that_cannot_be_cut_is_refused_before_anything_is_done(string columns, string subject, string why)
    {
        using var database = new Database($"CREATE TABLE customers ({columns}, name TEXT, amount TEXT, contract_ended TEXT)");
        var source = database.Source(map => map.DataSet(Shop.Customers, data => data.Subject(subject)));

        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Shop.Evaluator(Fields, Books).Schedule, CancellationToken.None));

        refused.Message.ShouldContain(why);
        refused.Message.ShouldContain("whose link has a text");
    }

    [Fact]
    public async Task A_link_that_stays_for_a_stated_reason_stays()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, amount TEXT, contract_ended TEXT)",
            "INSERT INTO customers VALUES (2, 'B', '18', '2024-01-15')");
        var source = database.Source(map => map.DataSet(Shop.Customers, data => data.Party(
            "customer", new PartyMapping { Subject = new ColumnPath { Column = "id" }, Excused = "the number leads to nobody once these fields are gone" })));
        var evaluator = Shop.Evaluator(Fields, Books);
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await source.SweepAsync(evaluator, Shop.Customers);

        database.Rows("SELECT id, name, amount FROM customers").ShouldBe(["2|NULL|0"]);
    }
}
