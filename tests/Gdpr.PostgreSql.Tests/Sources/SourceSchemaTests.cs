using Gdpr.Journals;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>How the tables beside the data come about: by the source, or by whoever runs the database.</summary>
public sealed class SourceSchemaTests
{
    private const string Table = "CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended date)";
    private const string ThreeDue = "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01'), (2, 's2', 'B', '2020-01-01'), (3, 's3', 'C', '2020-01-01'), (4, 's4', 'D', NULL)";

    private const string Everything = """
        SELECT line FROM (
            SELECT format('%s %s %s %s %s', table_name, column_name, data_type, collation_name, is_nullable) FROM information_schema.columns WHERE table_schema = 'gdpr'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'gdpr'
            UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'gdpr'::regnamespace
            UNION ALL SELECT format('%s %s', viewname, definition) FROM pg_views WHERE schemaname = 'gdpr'
            UNION ALL SELECT format('%s %s %s', attrelid::regclass, attname, attstorage) FROM pg_attribute WHERE attrelid = 'gdpr.gdpr_evidence'::regclass AND attnum > 0
            UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'gdpr'::regnamespace) AS lines (line) ORDER BY line
        """;

    private const string Rows = """
        SELECT line FROM (
            SELECT row_to_json(b)::text FROM gdpr.gdpr_block b UNION ALL SELECT row_to_json(p)::text FROM gdpr.gdpr_position p
            UNION ALL SELECT row_to_json(e)::text FROM gdpr.gdpr_evidence e) AS lines (line) ORDER BY line
        """;

    // Rewriting a table or its index would lock out a host that is at work.
    private const string Files = "SELECT oid, relname, relfilenode FROM pg_class WHERE relnamespace = 'gdpr'::regnamespace ORDER BY relname";

    private static readonly RetentionEvaluator Evaluator = Shop.Evaluator();
    private static readonly SqlMapping Mapping = SqlMapping.Build(map => map.DataSet(Shop.Customers));

    [PostgresFact]
    public async Task A_batch_is_refused_where_somebody_has_deleted_a_hold_until_all_facts_have_been_put_again()
    {
        await using var database = await SourceDatabase.CreateAsync(Table, ThreeDue);
        var source = database.Source(Mapping);
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        await HoldAsync(source, "s1", 7);
        var reached = await source.ReadFactsPositionAsync(CancellationToken.None);
        reached.Position.ShouldBeGreaterThan(0);
        await database.RunAsync("DELETE FROM gdpr.gdpr_block");

        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(JournalPosition.None);
        await Should.ThrowAsync<FactsBehindException>(async () =>
            await source.DisposeAsync(Evaluator.Batch(Shop.Customers) with { FactsPosition = reached }, CancellationToken.None));
        (await database.RowsAsync("SELECT count(*)::text FROM customers")).ShouldBe(["4"]);

        await source.ChangeFactsAsync([], JournalPosition.None, CancellationToken.None);
        await HoldAsync(source, "s1", 7);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(reached);
        (await source.DisposeAsync(Evaluator.Batch(Shop.Customers) with { FactsPosition = reached }, CancellationToken.None)).Records.ShouldBe(2);
    }

    [PostgresTheory]
    [InlineData("UPDATE gdpr.gdpr_block SET key = '99'")]
    [InlineData("DELETE FROM gdpr.gdpr_block; DELETE FROM gdpr.gdpr_fact_sum")]
    [InlineData("DROP TABLE gdpr.gdpr_fact_sum; CREATE OR REPLACE FUNCTION gdpr.gdpr_source_version() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 1'")]
    public async Task Facts_that_somebody_edits_or_of_which_nobody_knows_the_sum_are_put_again(string edits)
    {
        await using var database = await SourceDatabase.CreateAsync(Table, ThreeDue);
        var source = database.Source(Mapping);
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        await HoldAsync(source, "s1", 7);
        await database.RunAsync(edits);

        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);

        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(JournalPosition.None);
    }

    [PostgresFact]
    public async Task The_script_makes_what_a_source_makes_and_changes_nothing_when_run_again()
    {
        await using var made = await SourceDatabase.CreateAsync(Table, ThreeDue);
        await using var scripted = await SourceDatabase.CreateAsync(Table, PostgreSqlSourceSchema.Script());
        var source = made.Source(Mapping);
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        await HoldAsync(source, "s1");
        (await source.SweepAsync(Evaluator, Shop.Customers)).Sum(batch => batch.Records).ShouldBe(2);
        var (everything, rows, files) = (await made.RowsAsync(Everything), await made.RowsAsync(Rows), await made.RowsAsync(Files));
        everything.ShouldContain(line => line.Contains("gdpr_evidence", StringComparison.Ordinal));
        rows.Count.ShouldBeGreaterThan(2);
        (await scripted.RowsAsync(Everything)).ShouldBe(everything);

        await made.RunAsync(PostgreSqlSourceSchema.Script(), PostgreSqlSourceSchema.Script());

        (await made.RowsAsync(Everything)).ShouldBe(everything);
        (await made.RowsAsync(Rows)).ShouldBe(rows);
        (await made.RowsAsync(Files)).ShouldBe(files);
        (await source.SweepAsync(Evaluator, Shop.Customers, plan: "another")).ShouldBeEmpty("the hold stands");
    }

    [PostgresFact]
    public async Task Tables_of_a_newer_version_are_refused_by_a_source_and_by_the_script()
    {
        await using var database = await SourceDatabase.CreateAsync(Table, PostgreSqlSourceSchema.Script());
        await database.RunAsync("CREATE OR REPLACE FUNCTION gdpr.gdpr_source_version() RETURNS integer LANGUAGE sql AS 'SELECT 99'");
        var everything = await database.RowsAsync(Everything);

        var failure = await Should.ThrowAsync<SourceUnavailableException>(
            async () => await database.Source(Mapping).PrepareAsync(Evaluator.Schedule, CancellationToken.None));
        (await Should.ThrowAsync<PostgresException>(() => database.RunAsync(PostgreSqlSourceSchema.Script()))).MessageText.ShouldContain("update the library");

        failure.Message.ShouldContain("have version 99, and this version of the library knows 4: update the library");
        (await database.RowsAsync(Everything)).ShouldBe(everything);
    }

    [PostgresFact]
    public async Task A_role_that_may_not_create_is_told_what_to_run_and_works_on_a_database_that_was_prepared_for_it()
    {
        await using var database = await SourceDatabase.CreateAsync(Table, ThreeDue);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false };
        var role = $"r{Guid.NewGuid():N}";
        await database.RunAsync(
            $"CREATE ROLE {role} LOGIN", $"GRANT SELECT, UPDATE, DELETE ON customers TO {role}", "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            $"REVOKE CREATE ON DATABASE {settings.Database} FROM PUBLIC");
        try
        {
            settings.Options = $"-c role={role}";
            var source = new SqlSource("crm", new PostgreSqlDatabase(settings.ConnectionString), Mapping);
            (await Should.ThrowAsync<GdprException>(async () => await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None)))
                .Message.ShouldContain(nameof(PostgreSqlSourceSchema));

            await database.RunAsync(
                PostgreSqlSourceSchema.Script(), $"GRANT USAGE ON SCHEMA gdpr TO {role}", $"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA gdpr TO {role}");
            await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
            await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
            await HoldAsync(source, "s1");

            (await source.SurveyAsync(Evaluator, Shop.Customers, 0, CancellationToken.None)).Lines.Sum(line => line.Due).ShouldBe(2);
            (await source.SweepAsync(Evaluator, Shop.Customers)).SelectMany(batch => batch.NativeKeys).Order().ShouldBe(["2", "3"]);
            (await database.RowsAsync("SELECT id FROM customers ORDER BY id")).ShouldBe(["1", "4"]);
            (await database.RowsAsync("SELECT count(*) FROM gdpr.gdpr_evidence_record")).ShouldBe(["2"]);
            (await database.RowsAsync($"SELECT has_schema_privilege('{role}', 'gdpr', 'CREATE'), has_database_privilege('{role}', '{settings.Database}', 'CREATE')"))
                .ShouldBe(["False|False"]);
        }
        finally
        {
            await database.RunAsync($"DROP OWNED BY {role}", $"DROP ROLE {role}");
        }
    }

    private static async Task HoldAsync(SqlSource source, string person, long position = 0) => (await source.ChangeFactsAsync(
        [new FactChange("hold", Shop.Customers, new FactTarget.Subjects([person]), RecordFact.Of(RecordFlags.Hold))], position, CancellationToken.None)).ShouldBeEmpty();
}
