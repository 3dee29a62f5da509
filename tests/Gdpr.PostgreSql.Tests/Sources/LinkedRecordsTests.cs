using Gdpr.Policies;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>Deleting one record may change rows of another, or rows that are another's as well: what forbids to destroy that one keeps the first.</summary>
public sealed class LinkedRecordsTests
{
    private const string Tickets = "crm.tickets";

    private static readonly string[] Tables =
    [
        "CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended date)",
        "CREATE TABLE tickets (id integer PRIMARY KEY, subject text, body text, closed date, customer integer REFERENCES customers)",
        "CREATE TABLE attendance (ticket integer REFERENCES tickets, customer integer REFERENCES customers)",
        "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01'), (2, 's2', 'B', '2020-01-01'), (3, 's3', 'C', '2020-01-01')",
        "INSERT INTO tickets VALUES (10, 's9', 'x', NULL, 1), (20, 's8', 'y', NULL, 2)", "INSERT INTO attendance VALUES (20, 3)",
    ];

    private static readonly RetentionEvaluator Evaluator = RetentionSchedule.Compile(PolicyReader.Read("""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } },
            "tickets": { "subject": "customer", "triggers": { "closed": { "whenNull": "notHappened" } }, "fields": { "body": "communication.message" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
            "support": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.tickets"], "retention": { "keep": "P1Y", "after": "closed" } } } }
        """).Policy!).At(Shop.Now);

    public static TheoryData<RecordFlags, bool> Blocks => new()
    {
        { RecordFlags.Hold, true }, { RecordFlags.Restricted, false }, { RecordFlags.RestrictedForClaims, true }, { RecordFlags.RequestOpen, false },
    };

    [PostgresTheory]
    [MemberData(nameof(Blocks))]
    public async Task A_record_stays_and_is_listed_while_its_deletion_would_change_one_that_nothing_may_destroy(RecordFlags flag, bool isRecord)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables);
        var source = await PreparedAsync(database);
        FactTarget target = isRecord ? new FactTarget.Records(["10"]) : new FactTarget.Subjects(["S9"]);
        await source.ChangeFactsAsync([new FactChange("f", Tickets, target, RecordFact.Of(flag))], 1, CancellationToken.None);

        (await source.SweepAsync(Evaluator, Shop.Customers)).SelectMany(batch => batch.NativeKeys).Order().ShouldBe(["2", "3"]);

        (await database.RowsAsync("SELECT customer FROM tickets ORDER BY id")).ShouldBe(["1", "NULL"]);
        var line = (await source.SurveyAsync(Evaluator, Shop.Customers, 1, CancellationToken.None)).Lines.ShouldHaveSingleItem();
        (line.Fate, line.Reason, line.Records, line.Due).ShouldBe((Fate.Restrict, FateReason.Hold, 1, 0));
        await source.ChangeFactsAsync([new FactChange("f", Tickets, target, null)], 2, CancellationToken.None);
        (await source.SweepAsync(Evaluator, Shop.Customers, plan: "released")).Sum(batch => batch.Records).ShouldBe(1);
        (await database.RowsAsync("SELECT customer FROM tickets ORDER BY id")).ShouldBe(["NULL", "NULL"]);
    }

    [PostgresFact]
    public async Task A_row_that_goes_with_either_of_two_records_goes_with_neither_while_one_is_held()
    {
        await using var database = await SourceDatabase.CreateAsync(Tables);
        var source = await PreparedAsync(database);
        await source.ChangeFactsAsync([new FactChange("f", Tickets, new FactTarget.Subjects(["s8"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);

        (await source.SweepAsync(Evaluator, Shop.Customers)).SelectMany(batch => batch.NativeKeys).ShouldBe(["1"]);

        (await database.RowsAsync("SELECT customer FROM attendance")).ShouldBe(["3"]);
    }

    [PostgresFact]
    public async Task A_held_row_that_comes_to_refer_to_a_record_between_its_being_found_and_its_being_locked_keeps_it()
    {
        await using var database = await SourceDatabase.CreateAsync(
            [.. Tables, "CREATE FUNCTION held(id integer, value date) RETURNS date LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN "
                + "IF id = 1 THEN PERFORM pg_advisory_xact_lock_shared(99); END IF; RETURN value; END $$"]);
        var source = await PreparedAsync(database, "held(r.id, r.contract_ended)");
        await source.ChangeFactsAsync([new FactChange("f", Tickets, new FactTarget.Subjects(["s7"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);
        await using var holder = await database.OpenAsync();
        await RunAsync(holder, "SELECT pg_advisory_lock(99)");

        var disposing = Task.Run(() => source.SweepAsync(Evaluator, Shop.Customers));
        while ((await database.RowsAsync("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()")).Count == 0 && !disposing.IsCompleted)
        {
        }

        await database.RunAsync("INSERT INTO tickets VALUES (30, 's7', 'z', NULL, 2)");
        await RunAsync(holder, "SELECT pg_advisory_unlock(99)");

        (await disposing).SelectMany(batch => batch.NativeKeys).Order().ShouldBe(["1", "3"]);
        (await database.RowsAsync("SELECT customer FROM tickets WHERE id = 30")).ShouldBe(["2"]);
    }

    [PostgresFact]
    public async Task A_source_whose_records_another_changes_is_refused_beside_it()
    {
        await using var database = await SourceDatabase.CreateAsync(Tables);
        var customers = await PreparedAsync(new SqlSource("a", new PostgreSqlDatabase(database.ConnectionString), SqlMapping.Build(map => map.DataSet(Shop.Customers, set => set
            .Child("tickets", "customer", "id", ChildAction.Sever).Child("attendance", "customer", "id")))));
        var tickets = await PreparedAsync(new SqlSource("b", new PostgreSqlDatabase(database.ConnectionString), SqlMapping.Build(map => map.DataSet(Tickets, set => set
            .Child("attendance", "ticket", "id")))));

        customers.Claims.Intersect(tickets.Claims).Count().ShouldBe(2);
    }

    [PostgresFact]
    public async Task A_batch_that_the_database_undoes_because_of_somebody_else_is_tried_again()
    {
        await using var database = await SourceDatabase.CreateAsync(Tables);
        var source = await PreparedAsync(database);
        await using var other = await database.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await RunAsync(other, "SET LOCAL deadlock_timeout = '60s'; SELECT * FROM attendance WHERE customer = 3 FOR UPDATE");

        var disposing = Task.Run(() => source.SweepAsync(Evaluator, Shop.Customers));
        while ((await database.RowsAsync("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")).Count == 0 && !disposing.IsCompleted)
        {
        }

        await RunAsync(other, "UPDATE customers SET name = 'other' WHERE id = 3");
        await transaction.CommitAsync();

        (await disposing).Sum(batch => batch.Records).ShouldBe(3);
    }

    private static Task<SqlSource> PreparedAsync(SourceDatabase database, string? expression = null) => PreparedAsync(database.Source(map => map
        .DataSet(Shop.Customers, customers =>
        {
            customers.Child("tickets", "customer", "id", ChildAction.Sever).Child("attendance", "customer", "id");
            if (expression is not null)
            {
                customers.TriggerExpression("contract-ended", expression, StorageForm.Iso);
            }
        })
        .DataSet(Tickets, tickets => tickets.Child("attendance", "ticket", "id"))));

    private static async Task<SqlSource> PreparedAsync(SqlSource source)
    {
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        return source;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }
}
