using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>What was said of a row that is gone does not decide about the next of its key, and no function reads what decides.</summary>
public sealed class DecidingRowTests
{
    private const string Controllers = """
        "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } }
        """;

    private static RetentionEvaluator Read(string json)
    {
        var policy = PolicyReader.Read(json);
        policy.Policy.ShouldNotBeNull(string.Join('\n', policy.Findings.Select(finding => finding.ToString())));
        return RetentionSchedule.Compile(policy.Policy!).At(Shop.Now);
    }

    // Erasure was granted of lead 7, who became a customer and went as one; the number is given to somebody else.
    [PostgresTheory]
    [InlineData("CREATE TABLE people (id integer PRIMARY KEY, kind text, name text, contract_ended date)", false)]
    [InlineData("CREATE TABLE people (id integer PRIMARY KEY, kind text, name text, contract_ended date)", true)]
    public async Task What_was_said_of_a_record_that_went_as_a_siblings_is_not_said_of_the_next_of_its_key(string table, bool hasTrigger)
    {
        await using var database = await SourceDatabase.CreateAsync(table, "INSERT INTO people VALUES (7, 'lead', 'A', '2026-06-01')");
        if (hasTrigger)
        {
            await database.RunAsync("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN old; END $$; "
                + "CREATE TRIGGER nothing BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION nothing()");
        }

        var evaluator = Read($$"""
            { "policy": "shop", "version": "1", "effective": "2020-01-01", {{Controllers}},
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
                "leads": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers", "crm.leads"], "retention": { "keep": "P3M", "after": "contract-ended" } } } }
            """);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.Table("people").Only("kind", "customer"))
            .DataSet("crm.leads", leads => leads.Table("people").Only("kind", "lead")));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        (await source.ChangeFactsAsync(
            [new FactChange("f", "crm.leads", new FactTarget.Records(["7"]), RecordFact.Of(RecordFlags.ErasureGranted))], 1, CancellationToken.None)).ShouldBeEmpty();
        await database.RunAsync("UPDATE people SET kind = 'customer', contract_ended = '2020-01-01' WHERE id = 7");
        (await source.SweepAsync(evaluator, "crm.customers", plan: "p1")).Sum(batch => batch.Records).ShouldBe(1);

        await database.RunAsync("INSERT INTO people VALUES (7, 'lead', 'Somebody else', '2026-06-10')");
        await source.SweepAsync(evaluator, "crm.leads", plan: "p2");

        (await database.RowsAsync("SELECT id FROM people")).ShouldBe(["7"]);
    }

    // The function reads the invoices, whose dates are anonymised to their year.
    [PostgresTheory]
    [InlineData("last_invoice(r.id)")]
    [InlineData("(SELECT max(i.booked) FROM invoices i WHERE i.customer = r.id)")]
    public async Task A_date_that_another_data_set_anonymises_does_not_decide_through_a_function(string expression)
    {
        await using var database = await SourceDatabase.CreateAsync(
            "CREATE TABLE customers (id integer PRIMARY KEY, name text)",
            "CREATE TABLE invoices (id integer PRIMARY KEY, customer integer REFERENCES customers, booked date, paid date)",
            "CREATE FUNCTION last_invoice(c integer) RETURNS date LANGUAGE sql STABLE AS $$ SELECT max(booked) FROM invoices WHERE customer = c $$",
            "INSERT INTO customers VALUES (1, 'A')", "INSERT INTO invoices VALUES (10, 1, '2024-12-20', '2025-01-10')");
        var evaluator = Read($$"""
            { "policy": "shop", "version": "1", "effective": "2020-01-01", {{Controllers}},
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "last-invoice": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
                "invoices": { "subject": "customer", "triggers": { "paid": { "whenNull": "notHappened" } },
                  "fields": { "booked": { "category": "financial.transactions", "disposal": { "action": "anonymise", "strategy": "year" } } } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P24M", "after": "last-invoice" } },
                "books": { "purpose": "bookkeeping", "basis": { "contract": {} }, "data": ["crm.invoices"], "retention": { "keep": "P1Y", "after": "paid" } } } }
            """);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers
                .TriggerExpression("last-invoice", expression, StorageForm.Iso)
                .Child("invoices", "customer", "id", ChildAction.Sever))
            .DataSet("crm.invoices", invoices => { }));
        try
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        }
        catch (SourceMappingException refused)
        {
            refused.Message.ShouldContain("crm.customers");
            return;
        }

        await source.SweepAsync(evaluator, "crm.invoices", plan: "p1");
        var later = RetentionSchedule.Compile(evaluator.Schedule.Policy).At(NodaTime.Instant.FromUtc(2026, 11, 15, 12, 0));
        await source.SweepAsync(later, "crm.customers", plan: "p2");
        (await database.RowsAsync("SELECT id FROM customers")).ShouldBe(["1"], "kept until 2026-12-20");
    }
}
