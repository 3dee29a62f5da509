using Gdpr.Policies;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>What triggers and rules of the database do of their own when records go, they do to no record that other rules or a hold keep: otherwise nothing of the
/// batch is done, since whenever they are there.</summary>
public sealed class SideEffectTests
{
    private static readonly RetentionEvaluator Evaluator = RetentionSchedule.Compile(PolicyReader.Read("""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": {
            "people": { "subject": "customer", "triggers": { "closed": { "whenNull": "unknown" }, "booked": { "whenNull": "unknown" } },
              "fields": { "name": "identity.name", "email": "contact.email" } },
            "orders": { "subject": "customer", "triggers": { "ordered": { "whenNull": "unknown" } }, "fields": { "text": "identity.name" } },
            "visits": { "subject": "customer", "triggers": { "day": { "whenNull": "unknown" } }, "fields": { "page": "identity.name" } } } },
            "erp": { "dataSets": { "bills": { "subject": "customer", "triggers": { "ordered": { "whenNull": "unknown" } }, "fields": { "text": "identity.name" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.people"], "retention": { "keep": "P3M", "after": "closed" } },
            "books": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.people.name"], "retention": { "keep": "P7Y", "after": "booked" } },
            "orders": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.orders", "erp.bills"], "retention": { "keep": "P10Y", "after": "ordered" } },
            "visits": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.visits"], "retention": { "keep": "P3M", "after": "day" } } } }
        """).Policy!).At(Instant.FromUtc(2026, 6, 15, 12, 0));

    // Person 1 goes whole; of person 2 the email goes and the name is kept; person 3 and the orders are kept. Visit 1 goes, by one comparison; visit 2 is kept.
    private static readonly string[] Tables =
    [
        "CREATE TABLE people (id integer PRIMARY KEY, subject text, closed date, booked date, name text, email text, calls integer DEFAULT 0)",
        "CREATE TABLE calls (person integer REFERENCES people)",
        "CREATE TABLE orders (id integer PRIMARY KEY, subject text, person integer, ordered date, text text)",
        "CREATE TABLE visits (id integer PRIMARY KEY, subject text, day date, page text)",
        "INSERT INTO people VALUES (1, 's1', '2020-01-01', '2010-01-01', 'A', 'a'), (2, 's2', '2020-01-01', '2026-01-01', 'B', 'b'), (3, 's3', '2026-06-01', '2026-01-01', 'C', 'c')",
        "INSERT INTO calls VALUES (1), (1)",
        "INSERT INTO orders VALUES (1, 's1', 1, '2025-01-01', 'O'), (2, 's2', 2, '2025-01-01', 'O')",
        "INSERT INTO visits VALUES (1, 's1', '2020-01-01', 'P'), (2, 's2', '2026-06-01', 'P')",
        "CREATE TABLE log (what integer)",
    ];

    private const string OnPerson = "AFTER DELETE ON people";
    private const string OnEmail = "AFTER UPDATE OF email ON people";
    private const string OnVisit = "AFTER DELETE ON visits";
    private const string OnCall = "AFTER DELETE ON calls";

    public static TheoryData<string, string, string, bool> Harm
    {
        get
        {
            var all = new TheoryData<string, string, string, bool>();
            foreach (var isLate in new[] { false, true })
            {
                all.Add(OnPerson, "DELETE FROM orders WHERE person = OLD.id + 1", "orders", isLate);
                all.Add("BEFORE DELETE ON people", "UPDATE orders SET text = NULL", "orders", isLate);
                all.Add(OnPerson, "INSERT INTO people VALUES (OLD.id + 1000, 's', '2020-01-01', '2010-01-01', 'A', 'x')", "people", isLate);
                all.Add(OnPerson, "DELETE FROM people WHERE id = 3", "people", isLate);
                all.Add(OnPerson, "UPDATE people SET name = NULL WHERE id = 3", "people", isLate);
                all.Add(OnPerson, "BEGIN UPDATE people SET name = NULL WHERE id = 3; EXCEPTION WHEN division_by_zero THEN NULL; END", "people", isLate);
                all.Add(OnEmail, "UPDATE people SET name = NULL WHERE id = 3", "people", isLate);
                all.Add(OnCall, "UPDATE people SET calls = calls - 1", "people", isLate);
                all.Add(OnVisit, "UPDATE orders SET text = NULL", "orders", isLate);
                all.Add(OnVisit, "UPDATE visits SET page = NULL", "visits", isLate);
            }

            return all;
        }
    }

    [PostgresTheory]
    [MemberData(nameof(Harm))]
    public async Task A_trigger_that_changes_other_records_undoes_the_whole_batch(string on, string statement, string table, bool isLate)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables);
        var source = isLate ? await PreparedAsync(database) : null;
        await database.RunAsync(Trigger(on, statement));
        source ??= await PreparedAsync(database);
        var before = await AllAsync(database);

        var failure = await Should.ThrowAsync<SourceUnavailableException>(
            () => source.DisposeAsync(Evaluator.Batch(on == OnVisit ? "crm.visits" : "crm.people"), CancellationToken.None).AsTask());

        failure.Message.ShouldContain($"changed other rows of table '{table}'");
        (await AllAsync(database)).ShouldBe(before);
        (await database.RowsAsync("SELECT count(*) FROM gdpr.gdpr_evidence")).ShouldBe(["0"]);
    }

    [PostgresTheory]
    [InlineData(OnPerson, "INSERT INTO log VALUES (OLD.id)", false)]
    [InlineData(OnPerson, "INSERT INTO log VALUES (OLD.id)", true)]
    [InlineData(OnCall, "UPDATE people SET calls = calls - 1 WHERE id = OLD.person", false)]
    [InlineData(OnCall, "UPDATE people SET calls = calls - 1 WHERE id = OLD.person", true)]
    [InlineData(OnCall, "BEGIN UPDATE people SET calls = 1 / calls WHERE id = OLD.person; EXCEPTION WHEN division_by_zero THEN UPDATE people SET calls = 1 WHERE id = OLD.person; END", true)]
    [InlineData(OnEmail, "IF NEW.name <> 'B.' THEN UPDATE people SET name = 'B.' WHERE id = NEW.id; END IF", true)]
    [InlineData("BEFORE UPDATE ON people", "NEW.calls := 7", true)]
    public async Task A_trigger_that_keeps_a_log_or_a_value_of_the_same_record_stands_in_nobodys_way(string on, string statement, bool isLate)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables);
        var source = isLate ? await PreparedAsync(database) : null;
        await database.RunAsync(Trigger(on, statement));
        source ??= await PreparedAsync(database);

        (await source.SweepAsync(Evaluator, "crm.people")).Sum(batch => batch.Records).ShouldBe(2);

        (await database.RowsAsync("SELECT id, email FROM people ORDER BY id")).ShouldBe(["2|NULL", "3|c"]);
    }

    [PostgresTheory]
    [InlineData("DELETE FROM erp.bills WHERE person = OLD.id")]
    [InlineData("UPDATE erp.bills SET text = NULL")]
    public async Task A_trigger_that_changes_what_another_source_has_where_this_one_may_not_even_look_undoes_the_whole_batch(string statement)
    {
        await using var database = await SourceDatabase.CreateAsync([.. Tables,
            "CREATE SCHEMA erp", "CREATE TABLE erp.bills (id integer PRIMARY KEY, subject text, ordered date, text text, person integer)",
            "INSERT INTO erp.bills VALUES (1, 's1', '2025-01-01', 'I', 1), (2, 's2', '2025-01-01', 'I', 2)",
            Trigger(OnPerson, statement), "ALTER FUNCTION act() SECURITY DEFINER"]);
        await database.Source(map => map.DataSet("erp.bills", bills => bills.Table("erp.bills")), "erp").PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        var role = $"r{Guid.NewGuid():N}";
        await database.RunAsync(
            $"CREATE ROLE {role} LOGIN", $"GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            $"GRANT USAGE ON SCHEMA gdpr TO {role}", $"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA gdpr TO {role}");
        try
        {
            var source = new SqlSource("crm", new PostgreSqlDatabase(
                new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, Options = $"-c role={role}" }.ConnectionString), Mapping);
            await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
            var (before, bills) = (await AllAsync(database), await database.RowsAsync("SELECT * FROM erp.bills ORDER BY id"));

            var failure = await Should.ThrowAsync<SourceUnavailableException>(() => source.DisposeAsync(Evaluator.Batch("crm.people"), CancellationToken.None).AsTask());

            failure.Message.ShouldContain("changed other rows of table 'erp.bills'");
            (await AllAsync(database)).ShouldBe(before);
            (await database.RowsAsync("SELECT * FROM erp.bills ORDER BY id")).ShouldBe(bills);
        }
        finally
        {
            await database.RunAsync($"DROP OWNED BY {role}", $"DROP ROLE {role}");
        }
    }

    [PostgresFact]
    public async Task Tables_of_another_source_that_nothing_has_changed_stand_in_nobodys_way()
    {
        await using var database = await SourceDatabase.CreateAsync([.. Tables,
            "CREATE TABLE \"my.bills\" (id integer PRIMARY KEY, subject text, ordered date, text text)", Trigger(OnPerson, "INSERT INTO log VALUES (OLD.id)")]);
        await database.Source(map => map.DataSet("erp.bills", bills => bills.Table("\"my.bills\"")), "erp").PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        var source = await PreparedAsync(database);
        (await database.RowsAsync("SELECT table_name FROM gdpr.gdpr_claim WHERE source = 'erp'")).ShouldBe(["public.\"my.bills\""]);

        (await source.SweepAsync(Evaluator, "crm.people")).Sum(batch => batch.Records).ShouldBe(2);
    }

    [PostgresFact]
    public async Task Rows_that_others_have_written_meanwhile_are_not_taken_for_the_triggers()
    {
        await using var database = await SourceDatabase.CreateAsync([.. Tables, Trigger(OnCall, "UPDATE people SET calls = calls - 1 WHERE id = OLD.person")]);
        var source = await PreparedAsync(database);
        using var done = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await database.RunAsync("UPDATE people SET name = 'C' WHERE id = 3");
            }
        });

        (await source.SweepAsync(Evaluator, "crm.people")).Sum(batch => batch.Records).ShouldBe(2);

        await done.CancelAsync();
        await writing;
    }

    [PostgresTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_the_server_counts_no_changes_a_batch_that_triggers_act_on_is_refused_and_says_what_to_set(bool hasTrigger)
    {
        await using var database = await SourceDatabase.CreateAsync(hasTrigger ? [.. Tables, Trigger(OnPerson, "UPDATE orders SET text = NULL")] : Tables);
        await database.RunAsync($"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database.ConnectionString).Database} SET track_counts = off");
        NpgsqlConnection.ClearPool(new NpgsqlConnection(database.ConnectionString));
        var source = await PreparedAsync(database);

        if (!hasTrigger)
        {
            (await source.SweepAsync(Evaluator, "crm.people")).Sum(batch => batch.Records).ShouldBe(2);
            return;
        }

        var before = await AllAsync(database);
        var failure = await Should.ThrowAsync<SourceUnavailableException>(() => source.DisposeAsync(Evaluator.Batch("crm.people"), CancellationToken.None).AsTask());

        failure.Message.ShouldContain("ALTER ROLE ... SET track_counts = on");
        (await AllAsync(database)).ShouldBe(before);
    }

    [PostgresFact]
    public async Task Who_creates_a_trigger_while_a_batch_runs_waits_for_it()
    {
        await using var database = await SourceDatabase.CreateAsync([.. Tables, "INSERT INTO people SELECT i, 's', '2020-01-01', '2010-01-01', 'A', 'a' FROM generate_series(10, 3000) i"]);
        var source = await PreparedAsync(database);
        var sweeping = Task.Run(() => source.SweepAsync(Evaluator, "crm.people", limit: 10));
        while ((await database.RowsAsync("SELECT 1 FROM gdpr.gdpr_evidence LIMIT 1")).Count == 0 && !sweeping.IsCompleted)
        {
        }

        await database.RunAsync(Trigger(OnPerson, "UPDATE orders SET text = NULL"));
        if (await Record.ExceptionAsync(() => sweeping) is { } failure)
        {
            failure.ShouldBeOfType<SourceUnavailableException>().Message.ShouldContain("table 'orders'");
        }

        (await database.RowsAsync("SELECT count(*) FROM orders WHERE text IS NULL")).ShouldBe(["0"]);
    }

    private static SqlMapping Mapping { get; } =
        SqlMapping.Build(map => map.DataSet("crm.people", people => people.Child("calls", "person", "id")).DataSet("crm.orders").DataSet("crm.visits"));

    private static string Trigger(string on, string statement) =>
        $"CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$; "
        + $"CREATE TRIGGER act {on} FOR EACH ROW EXECUTE FUNCTION act()";

    private static async Task<SqlSource> PreparedAsync(SourceDatabase database)
    {
        var source = database.Source(Mapping);
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        return source;
    }

    private static async Task<string> AllAsync(SourceDatabase database)
    {
        var all = new List<string>();
        foreach (var table in new[] { "people", "calls", "orders", "visits" })
        {
            all.AddRange((await database.RowsAsync($"SELECT * FROM {table} ORDER BY 1")).Prepend(table));
        }

        return string.Join(' ', all);
    }
}
