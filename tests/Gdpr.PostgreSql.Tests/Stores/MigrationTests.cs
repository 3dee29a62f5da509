using Gdpr.Journals;
using Gdpr.PostgreSql.Stores;
using Gdpr.PostgresServer;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>How the tables come about: by the application, or by whoever runs the database.</summary>
public sealed class MigrationTests
{
    private const string Everything = """
        SELECT string_agg(line, E'\n' ORDER BY line) FROM (
            SELECT format('%s %s %s %s %s', table_name, column_name, data_type, collation_name, is_nullable) FROM information_schema.columns WHERE table_schema = 'gdpr'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'gdpr'
            UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'gdpr'::regnamespace
            UNION ALL SELECT format('%s %s', sequencename, max_value) FROM pg_sequences WHERE schemaname = 'gdpr') AS lines (line)
        """;

    [PostgresFact]
    public async Task The_same_tables_are_made_by_many_nodes_at_once()
    {
        await using var host = await StoreHost.CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => host.OpenAsync())));

        (await host.Stores().Journal.AllAsync()).ShouldBeEmpty();
        (await host.ReadAsync("SELECT count(*) FROM gdpr.gdpr_schema")).ShouldBe(1L);
    }

    [PostgresFact]
    public async Task The_script_makes_what_the_application_makes_and_changes_nothing_when_run_again()
    {
        await using var one = await StoreHost.CreateAsync();
        await using var other = await StoreHost.CreateAsync();
        await one.OpenAsync();
        await other.RunAsync(PostgreSqlStoreMigrations.Script());
        var made = (await one.ReadAsync(Everything)).ShouldBeOfType<string>();
        made.ShouldContain("gdpr_journal");
        (await other.ReadAsync(Everything)).ShouldBe(made);

        await one.RunAsync(PostgreSqlStoreMigrations.Script());
        await (await other.OpenAsync()).Journal.AppendAsync("a", 0);
        await other.RunAsync(PostgreSqlStoreMigrations.Script());

        (await one.ReadAsync(Everything)).ShouldBe(made);
        (await other.Stores().Journal.AllAsync()).Count.ShouldBe(1);
    }

    [PostgresFact]
    public async Task A_role_that_may_not_create_is_told_what_to_run_and_works_with_what_others_made_and_granted()
    {
        await using var host = await StoreHost.CreateAsync();
        var settings = new NpgsqlConnectionStringBuilder(host.ConnectionString);
        var role = $"{settings.Database}_user";
        await host.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'Marker-Secret'; REVOKE CREATE ON DATABASE {settings.Database} FROM PUBLIC");
        try
        {
            settings.Username = role;
            settings.Password = "Marker-Secret";
            await using var stores = new PostgreSqlStores($"{settings.ConnectionString};Pooling=false");

            (await RefusalAsync(stores)).ShouldContain("PostgreSqlStoreMigrations.Script");

            await host.RunAsync(PostgreSqlStoreMigrations.Script());
            (await RefusalAsync(stores)).ShouldContain("permission denied for schema gdpr (42501). Grant the role");
            await host.RunAsync($"GRANT USAGE ON SCHEMA gdpr TO {role}; GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA gdpr TO {role}");
            var lacking = await RefusalAsync(stores);
            lacking.ShouldContain("UPDATE on gdpr_stream");
            lacking.ShouldContain("USAGE on gdpr_journal_position");
            lacking.ShouldNotContain("on gdpr_journal,", Case.Sensitive, "nobody needs to change an entry");

            await host.RunAsync($"GRANT UPDATE ON ALL TABLES IN SCHEMA gdpr TO {role}; REVOKE UPDATE ON gdpr.gdpr_journal FROM {role}");
            await host.RunAsync($"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA gdpr TO {role}");
            await stores.Journal.PrepareAsync(CancellationToken.None);
            await stores.Journal.AppendAsync("a", 0, count: 2);
            (await stores.Journal.AllAsync()).Count.ShouldBe(2);
            var checkpoint = new JournalCheckpoint(1, 2, default, Entries.Now, "k", default);
            await stores.Journal.AddCheckpointAsync(checkpoint, CancellationToken.None);
            await stores.Journal.ExpireAsync(new JournalBase(checkpoint, []), CancellationToken.None);
            await stores.State.SetKillSwitchAsync(KillSwitch.Off, CancellationToken.None);
        }
        finally
        {
            await host.RunAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [PostgresFact]
    public async Task Stores_in_two_schemas_of_one_database_know_nothing_of_each_other()
    {
        await using var host = await StoreHost.CreateAsync();
        var one = await host.OpenAsync();
        var other = await host.OpenAsync(schema: "Other \"one\"");
        await one.Journal.AppendAsync("a", 0);

        (await other.Journal.AllAsync()).ShouldBeEmpty();
        (await other.Journal.AppendAsync("a", 0)).Position.ShouldBe(1);
        await host.RunAsync(PostgreSqlStoreMigrations.Script("Other \"one\""));
    }

    private static async Task<string> RefusalAsync(PostgreSqlStores stores)
    {
        var refused = await Should.ThrowAsync<StoreException>(async () => await stores.Journal.PrepareAsync(CancellationToken.None));
        refused.Failure.ShouldBe(StoreFailure.Unavailable);
        refused.Message.ShouldNotContain("Marker-Secret");
        return refused.Message;
    }
}
