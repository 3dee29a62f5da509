using Gdpr.Relational.Mapping;
using Gdpr.Retention;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A record that is anonymised part by part stays without its person where the person is mapped as its owner.</summary>
public sealed class SeveredOwnerTests
{
    private const string Fields = """
        "name": { "category": "identity.name", "disposal": { "action": "anonymise", "strategy": "null" } },
        "amount": { "category": "financial.transaction", "disposal": { "action": "anonymise", "strategy": "fixed-text", "text": "0" } }
        """;

    private const string Books = """
        , "books": { "purpose": "bookkeeping", "basis": { "contract": {} }, "data": ["crm.customers.amount"], "retention": { "keep": "P1Y", "after": "contract-ended" } }
        """;

    [Fact]
    public async Task The_link_goes_with_the_last_part_that_is_the_persons()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, amount TEXT, contract_ended TEXT)",
            "INSERT INTO customers VALUES (1, 's1', 'A', '17', '2026-01-15'), (2, 's2', 'B', '18', '2024-01-15')");
        var source = database.Source(map => map.DataSet(Shop.Customers, data => data.Owner("customer", "subject", "name", "amount")));
        var evaluator = Shop.Evaluator(Fields, Books);
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await source.SweepAsync(evaluator, Shop.Customers);

        database.Rows("SELECT id, subject, name, amount FROM customers ORDER BY id").ShouldBe(["1|s1|NULL|17", "2|NULL|NULL|0"]);
    }
}
