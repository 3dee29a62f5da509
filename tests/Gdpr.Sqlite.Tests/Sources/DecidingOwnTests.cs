using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A trigger of the database changes, in the very record that loses a field, the column by which the rest of it is judged.</summary>
public sealed class DecidingOwnTests
{
    // The e-mail address goes three months after the contract; the name a year after the last contact, on 2026-12-01.
    [Theory]
    [InlineData("")]
    [InlineData("SET updated_at = '2026-06-15'")]
    [InlineData("SET last_contact = '2026-06-15'")]
    [InlineData("SET last_contact = NULL")]
    [InlineData("SET last_contact = '1970-01-01'")]
    public async Task What_is_left_of_a_record_goes_when_its_rules_say(string change)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, name TEXT, contract_ended TEXT, last_contact TEXT, updated_at TEXT)",
            "INSERT INTO customers VALUES (1, 'a@x.example', 'A', '2020-01-01', '2025-12-01', NULL)");
        database.Run(change.Length == 0 ? [] : [$"CREATE TRIGGER touched AFTER UPDATE OF email ON customers BEGIN UPDATE customers {change} WHERE id = new.id; END"]);
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" }, "last-contact": { "whenNull": "notHappened" } },
                  "fields": { "email": "contact.email", "name": "identity.name" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers.email"], "retention": { "keep": "P3M", "after": "contract-ended" } },
                "names": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.customers.name"], "retention": { "keep": "P1Y", "after": "last-contact" } } } }
            """);
        var source = database.Source(map => map.DataSet("crm.customers", set => set
            .Trigger("contract-ended", "contract_ended", StorageForm.Iso).Trigger("last-contact", "last_contact", StorageForm.Iso)));
        try
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
            await source.SweepAsync(evaluator, "crm.customers", plan: "p1");

            // As a sweep does that finds more due behind what it did.
            await source.SweepAsync(evaluator, "crm.customers", plan: "p1-again");
        }
        catch (SourceUnavailableException refused) when (change.Contains("last_contact", StringComparison.Ordinal))
        {
            refused.Message.ShouldContain("columns by which records are judged or found (one of contract_ended, last_contact)");
            return;
        }

        var now = database.Rows("SELECT coalesce(email, '-'), name FROM customers");
        var later = evaluator.Schedule.At(Instant.FromUtc(2027, 1, 10, 12, 0));
        await source.PrepareAsync(later.Schedule, CancellationToken.None);
        await source.SweepAsync(later, "crm.customers", plan: "p2");
        now.ShouldBe(["-|A"], "the name is kept until December");
        database.Rows("SELECT name FROM customers").ShouldBeEmpty("and goes then");
    }
}
