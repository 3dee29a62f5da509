using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A column that disposal changes, and that something else decides by: refused, where another than the record's own fields needs it.</summary>
public sealed class DecidingColumnTests
{
    private const string Longer = """
        , "newsletter": { "purpose": "direct-marketing", "basis": { "contract": {} }, "data": ["crm.customers.email"], "retention": { "keep": "P1Y", "after": "contract-ended" } }
        """;

    private const string Fields = """ "closed": { "category": "identity.birth-date", "disposal": { "action": "anonymise", "strategy": "year" } }, "email": "contact.email" """;

    private static readonly GdprPolicy Invoices = PolicyReader.Read("""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "last-invoice": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
            "invoices": { "subject": "customer", "triggers": { "paid": { "whenNull": "notHappened" } },
              "fields": { "booked": { "category": "financial.transactions", "disposal": { "action": "anonymise", "strategy": "year" } } } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P24M", "after": "last-invoice" } },
            "books": { "purpose": "bookkeeping", "basis": { "contract": {} }, "data": ["crm.invoices"], "retention": { "keep": "P1Y", "after": "paid" } } } }
        """).Policy!;

    // Contract ended 2025-12-20: "closed" is anonymised after P3M, the address is kept until 2026-12-20.
    [Fact]
    public async Task An_expression_may_not_read_a_column_that_is_anonymised_before_the_rest_goes()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, closed_at TEXT)",
            "INSERT INTO customers VALUES (1, 'a@x.example', '2025-12-20')");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .TriggerExpression("contract-ended", "date(closed_at)", StorageForm.Iso).Field("closed", "closed_at")));
        var evaluator = Shop.Evaluator(Fields, Longer);
        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(evaluator.Schedule, CancellationToken.None));

        refused.Message.ShouldContain("field 'closed' is in column 'closed_at', which says when it is due");
    }

    [Fact]
    public async Task A_computed_column_may_not_decide_while_fields_are_emptied()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, closed_at TEXT, contract_ended TEXT GENERATED ALWAYS AS (substr(closed_at, 1, 10)) VIRTUAL)",
            "INSERT INTO customers (id, email, closed_at) VALUES (1, 'a@x.example', '2025-12-20')");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Field("closed", "closed_at")));
        var evaluator = Shop.Evaluator(Fields, Longer);
        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(evaluator.Schedule, CancellationToken.None));

        refused.Message.ShouldContain("the database computes column 'contract_ended'");
    }

    [Fact]
    public async Task The_column_that_tells_the_records_from_other_rows_is_not_emptied()
    {
        using var database = new Database(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, kind TEXT, email TEXT, contract_ended TEXT)",
            "INSERT INTO people VALUES (1, 'customer', 'a@x.example', '2025-12-20')");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Table("people").Only("kind", "customer").Field("sort", "kind")));
        var schedule = RetentionSchedule.Compile(Shop.Policy(""" "sort": "free-text", "email": "contact.email" """, Longer));
        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(schedule, CancellationToken.None));

        refused.Message.ShouldContain("which tells its rows from others");
    }

    [Fact]
    public async Task No_data_set_anonymises_the_date_that_keeps_another_ones_records()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE invoices (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers(id), booked TEXT, paid TEXT, amount INTEGER)",
            "INSERT INTO customers VALUES (1, 'A')",
            "INSERT INTO invoices VALUES (10, 1, '2024-12-20', '2025-01-10', 5)");
        var evaluator = RetentionSchedule.Compile(Invoices).At(Shop.Now);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers
                .Trigger("last-invoice", new TriggerMapping
                {
                    Column = "booked",
                    Form = StorageForm.Iso,
                    Aggregate = TriggerAggregate.Max,
                    Through = [new JoinStep { Table = "invoices", On = new Dictionary<string, string> { ["customer"] = "id" } }],
                })
                .Child("invoices", "customer", "id", ChildAction.Sever))
            .DataSet("crm.invoices", invoices => { }));
        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(evaluator.Schedule, CancellationToken.None));

        refused.Message.ShouldContain("which says when its records are due in data set 'crm.customers'");
    }

    [Fact]
    public async Task A_held_record_whose_row_becomes_another_data_sets_stays()
    {
        using var database = new Database(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, kind TEXT, name TEXT, contract_ended TEXT)",
            "INSERT INTO people VALUES (1, 'lead', 'A', '2020-01-01')");
        var policy = PolicyReader.Read("""
            { "policy": "shop", "version": "1", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
                "leads": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers", "crm.leads"], "retention": { "keep": "P3M", "after": "contract-ended" } } } }
            """);
        policy.Policy.ShouldNotBeNull(string.Join('\n', policy.Findings.Select(finding => finding.ToString())));
        var evaluator = RetentionSchedule.Compile(policy.Policy!).At(Shop.Now);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.Table("people").Only("kind", "customer"))
            .DataSet("crm.leads", leads => leads.Table("people").Only("kind", "lead")));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        (await source.ChangeFactsAsync(
            [new FactChange("hold", "crm.leads", new FactTarget.Records(["1"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None)).ShouldBeEmpty();
        database.Run("UPDATE people SET kind = 'customer' WHERE id = 1");
        (await source.ChangeFactsAsync(
            [new FactChange("hold", "crm.leads", new FactTarget.Records(["1"]) { WereThere = true }, RecordFact.Of(RecordFlags.Hold))], 2, CancellationToken.None)).ShouldBeEmpty("put again");
        (await source.ChangeFactsAsync(
            [new FactChange("other", "crm.leads", new FactTarget.Records(["1"]), RecordFact.Of(RecordFlags.Hold))], 2, CancellationToken.None)).ShouldBe(["1"]);

        await source.SweepAsync(evaluator, "crm.customers");

        database.Rows("SELECT id FROM people").ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_record_that_comes_to_somebody_else_while_a_persons_are_disposed_of_stays()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
            "INSERT INTO customers VALUES (1, 'anna', 'A', '2020-01-01')");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => { }));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        var batch = evaluator.Batch(Shop.Customers) with { Subjects = ["anna"], MayChange = MeanwhileAsync() };
        var done = await source.DisposeAsync(batch, CancellationToken.None);

        done.Rows.ShouldBeEmpty();
        database.Rows("SELECT id, subject FROM customers").ShouldBe(["1|bert"]);

        async Task<bool> MeanwhileAsync()
        {
            await Task.Delay(1500);
            database.Run("UPDATE customers SET subject = 'bert' WHERE id = 1");
            return true;
        }
    }

    [Fact]
    public async Task No_data_set_empties_the_column_by_which_another_ones_people_are_found()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, person TEXT, name TEXT, contract_ended TEXT)",
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers(id), address TEXT, sent TEXT)",
            "INSERT INTO customers VALUES (1, 'p1', 'A', '2025-12-20')",
            "INSERT INTO orders VALUES (10, 1, 'Street 1', '2026-05-01')");
        var policy = PolicyReader.Read("""
            { "policy": "shop", "version": "1", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "number": "identity.customer-number", "name": "identity.name" } },
                "orders": { "subject": "customer", "triggers": { "sent": { "whenNull": "unknown" } }, "fields": { "address": "contact.postal-address" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
                "names": { "purpose": "customer-relations", "basis": { "contract": {} }, "data": ["crm.customers.name"], "retention": { "keep": "P5Y", "after": "contract-ended" } },
                "delivery": { "purpose": "order-handling", "basis": { "contract": {} }, "data": ["crm.orders"], "retention": { "keep": "P3M", "after": "sent" } } } }
            """);
        policy.Policy.ShouldNotBeNull(string.Join('\n', policy.Findings.Select(finding => finding.ToString())));
        var schedule = RetentionSchedule.Compile(policy.Policy!);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.Subject("id").Field("number", "person").Child("orders", "customer", "id", ChildAction.Sever))
            .DataSet("crm.orders", orders => orders.Subject("person", new JoinStep { Table = "customers", On = new Dictionary<string, string> { ["id"] = "customer" } })));
        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(schedule, CancellationToken.None));

        refused.Message.ShouldContain("which says whose its records are in data set 'crm.orders'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.home = r.id)")]
    public async Task Rows_that_go_with_one_record_do_not_say_when_another_data_sets_are_due(string expression)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
            "CREATE TABLE homes (id INTEGER PRIMARY KEY, address TEXT)",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers(id), home INTEGER, at TEXT)",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01')",
            "INSERT INTO homes VALUES (7, 'Street 1')",
            "INSERT INTO calls VALUES (100, 1, 7, '2020-01-01'), (101, 1, 7, '2026-06-01'), (102, NULL, 7, '2019-01-01')");
        var policy = PolicyReader.Read("""
            { "policy": "shop", "version": "1", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
                "homes": { "subject": "customer", "triggers": { "last-call": { "whenNull": "unknown" } }, "fields": { "address": "contact.postal-address" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
                "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.homes"], "retention": { "keep": "P24M", "after": "last-call" } } } }
            """);
        policy.Policy.ShouldNotBeNull(string.Join('\n', policy.Findings.Select(finding => finding.ToString())));
        var evaluator = RetentionSchedule.Compile(policy.Policy!).At(Shop.Now);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.Child("calls", "customer", "id"))
            .DataSet("crm.homes", homes => _ = expression.Length > 0 ? homes.TriggerExpression("last-call", expression, StorageForm.Iso) : homes.Trigger("last-call", new TriggerMapping
            {
                Column = "at",
                Form = StorageForm.Iso,
                Aggregate = TriggerAggregate.Max,
                Through = [new JoinStep { Table = "calls", On = new Dictionary<string, string> { ["home"] = "id" } }],
            })));
        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(evaluator.Schedule, CancellationToken.None));

        refused.Message.ShouldContain("rows of table 'calls' go or lose their reference with a record");
    }

    [Theory]
    [InlineData("(SELECT max(j0.booked) FROM invoices j0 WHERE j0.customer = r.id)")]
    [InlineData("(SELECT max(i.booked) FROM invoices i WHERE i.customer = r.id)")]
    [InlineData("(SELECT max(day) FROM booked_invoices WHERE customer = r.id)")]
    public async Task A_subquery_may_not_read_what_another_data_set_anonymises(string expression)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE invoices (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers(id), booked TEXT, paid TEXT)",
            "CREATE VIEW booked_invoices AS SELECT customer, booked AS day FROM invoices");
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.TriggerExpression("last-invoice", expression, StorageForm.Iso).Child("invoices", "customer", "id", ChildAction.Sever))
            .DataSet("crm.invoices", invoices => { }));

        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(RetentionSchedule.Compile(Invoices), CancellationToken.None));

        refused.Message.ShouldContain(expression.Contains("booked_invoices") ? "by view 'booked_invoices'" : "says when its records are due in data set 'crm.customers'");
    }

    [Theory]
    [InlineData("ARRAY[r.closed_at, r.other]", "closed_at", true)]
    [InlineData("to_jsonb(r) ->> 'closed_at'", "closed_at", true)]
    [InlineData("j0.closed_at", "closed_at", false)]
    [InlineData("coalesce(r.other, 'closed_at')", "closed_at", false)]
    [InlineData("(SELECT max(j0.closed_at) FROM calls j0)", "closed_at", true)]
    public void An_expression_names_a_column_of_the_records_row_wherever_it_may(string expression, string column, bool names) =>
        ExpressionText.MayName(expression, column, "r").ShouldBe(names);

    [Fact]
    public void A_table_is_named_in_a_subquery_with_or_without_its_schema() => new[] { "(SELECT 1 FROM shop.invoices)", "(SELECT 1 FROM invoices)", "(SELECT 1 FROM \"invoices\")" }
        .ShouldAllBe(expression => ExpressionText.MayNameTable(expression, "shop.invoices"));
}
