using System.Text.Json;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Tests.Guarded;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Gdpr.EntityFrameworkCore.Tests.Visibility;

/// <summary>On PostgreSQL the tables themselves refuse what blocks forbid, whoever asks.</summary>
public sealed class BlockTriggerTests
{
    [PostgresFact]
    public async Task A_blocked_row_is_deleted_and_changed_by_no_client_and_the_librarys_sweep_passes()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var container = Container<Shop>(database.ConnectionString, ShopHost.Policy);
        await using var context = await container.GetRequiredService<IDbContextFactory<Shop>>().CreateDbContextAsync();
        await context.Database.EnsureCreatedAsync();
        var past = new DateOnly(2020, 1, 1);
        context.AddRange(
            new Customer { Id = 1, Person = "p1" }, new Customer { Id = 2, Person = "p2" }, new Customer { Id = 3, Person = "p3", Ended = past }, new Customer { Id = 4, Person = "p4", Ended = past });
        await context.SaveChangesAsync();
        var source = (DbContextSource)container.GetServices<IPersonalDataSource>().Single();
        var evaluator = container.GetRequiredService<GdprPolicies>().EvaluateNow();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.ChangeFactsAsync(
            [
                new FactChange("1", "crm.customers", new FactTarget.Subjects(["P1"]), RecordFact.Of(RecordFlags.Hold)),
                new FactChange("2", "crm.customers", new FactTarget.Records(["3"]), RecordFact.Of(RecordFlags.Restricted)),
                new FactChange("3", "crm.customers", new FactTarget.Records(["4"]), RecordFact.Of(RecordFlags.Hold)),
            ],
            1,
            CancellationToken.None);
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await RefusedAsync(database, """DELETE FROM "Customers" WHERE "Id" = 1""");
        await RefusedAsync(database, """UPDATE "Customers" SET "Name" = 'x' WHERE "Id" = 4""");
        await RefusedAsync(database, """DELETE FROM "Customers" WHERE "Id" = 3""");
        await RefusedAsync(database, """TRUNCATE "Customers" CASCADE""");
        (await RunAsync(database, """UPDATE "Customers" SET "Name" = 'x' WHERE "Id" = 2""")).ShouldBe(1);

        // What is contested is restricted, and corrected then.
        var right = new Dictionary<string, JsonElement> { ["name"] = JsonSerializer.SerializeToElement("right") };
        (await source.RectifyAsync(new Rectification("crm.customers", "3", ["p3"], right), CancellationToken.None)).ShouldBeTrue();

        // A restriction while something is examined ends at expiry; a hold does not.
        (await source.SweepAsync(evaluator)).ShouldBe(["3"]);
        (await RunAsync(database, """DELETE FROM "Customers" WHERE "Id" = 2""")).ShouldBe(1);
        await RefusedAsync(database, """DELETE FROM "Customers" WHERE "Id" = 4""");
    }

    [PostgresFact]
    public async Task A_partition_with_a_blocked_row_is_not_emptied_by_itself()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await database.ExecuteAsync("""
            CREATE TABLE "Customers" ("Id" integer NOT NULL, "Person" text NOT NULL, "Name" text, "LastContact" date NOT NULL, PRIMARY KEY ("Id", "LastContact"))
                PARTITION BY RANGE ("LastContact");
            CREATE TABLE customers_old PARTITION OF "Customers" FOR VALUES FROM ('2000-01-01') TO ('2025-01-01') PARTITION BY RANGE ("LastContact");
            CREATE TABLE customers_2020 PARTITION OF customers_old FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE TABLE customers_new PARTITION OF "Customers" FOR VALUES FROM ('2025-01-01') TO ('2030-01-01');
            INSERT INTO "Customers" VALUES (1, 'p1', 'One', '2020-01-01');
            """);
        await using var container = Container<Parted>(database.ConnectionString, GuardedPolicies.Of());
        var source = await PreparedAsync(container);
        await source.ChangeFactsAsync([new FactChange("1", "crm.customers", new FactTarget.Subjects(["p1"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);

        foreach (var statement in new[] { "DELETE FROM customers_2020", """TRUNCATE "Customers" """, "TRUNCATE customers_old", "TRUNCATE customers_2020" })
        {
            await RefusedAsync(database, statement);
        }

        await database.ExecuteAsync("CREATE TABLE customers_next PARTITION OF \"Customers\" FOR VALUES FROM ('2030-01-01') TO ('2035-01-01')");
        await PreparedAsync(container);
        await RefusedAsync(database, "TRUNCATE customers_next");
    }

    [PostgresFact]
    public async Task A_block_on_the_records_of_one_data_set_does_not_refuse_those_of_another_in_the_same_table()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var container = Container<Clinic>(database.ConnectionString, GuardedPolicies.Of(others: "staff"));
        await using (var context = await container.GetRequiredService<IDbContextFactory<Clinic>>().CreateDbContextAsync())
        {
            await context.Database.EnsureCreatedAsync();
            context.AddRange(new Clinic.Patient { Id = 1, Number = "p1", Name = "as patient" }, new Clinic.Doctor { Id = 2, Number = "p1", Name = "as doctor" });
            await context.SaveChangesAsync();
        }

        var source = await PreparedAsync(container);
        await source.ChangeFactsAsync([new FactChange("1", "crm.customers", new FactTarget.Subjects(["p1"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);

        await RefusedAsync(database, """UPDATE "People" SET "Name" = 'x' WHERE "Id" = 1""");
        (await RunAsync(database, """UPDATE "People" SET "Name" = 'x' WHERE "Id" = 2""")).ShouldBe(1, "nothing is said of doctors");
        await RefusedAsync(database, """TRUNCATE "People" """);
    }

    [PostgresFact]
    public async Task A_row_whose_person_stands_in_another_table_is_guarded_by_what_is_known_of_the_person()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var container = Container<Shop>(database.ConnectionString, ShopHost.Policy);
        await using (var context = await container.GetRequiredService<IDbContextFactory<Shop>>().CreateDbContextAsync())
        {
            await context.Database.EnsureCreatedAsync();
            context.AddRange(
                new Customer { Id = 1, Person = "p1", Orders = { new Order { Number = 1, Note = "held", Ordered = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) } } },
                new Customer { Id = 2, Person = "p2", Orders = { new Order { Number = 2, Note = "free", Ordered = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) } } });
            await context.SaveChangesAsync();
        }

        var source = await PreparedAsync(container);
        await source.ChangeFactsAsync([new FactChange("1", "crm.orders", new FactTarget.Subjects(["p1"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);
        var role = $"loader_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"""CREATE ROLE {role}; GRANT SELECT, UPDATE, DELETE ON "Orders" TO {role}""");
        try
        {
            var loader = $"SET ROLE {role}; SET search_path = pg_temp, public; ";
            await RefusedAsync(database, loader + """UPDATE "Orders" SET "Note" = 'x' WHERE "Number" = 1""");
            (await RunAsync(database, loader + """UPDATE "Orders" SET "Note" = 'x' WHERE "Number" = 2""")).ShouldBe(1);
            (await RunAsync(database, loader + """DELETE FROM "Orders" WHERE "Number" = 2""")).ShouldBe(1);
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [PostgresFact]
    public async Task Another_clients_role_changes_what_nothing_forbids_without_a_right_to_the_librarys_tables()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var container = Container<Clinic>(database.ConnectionString, GuardedPolicies.Of(others: "staff"));
        await using (var context = await container.GetRequiredService<IDbContextFactory<Clinic>>().CreateDbContextAsync())
        {
            await context.Database.EnsureCreatedAsync();
            context.AddRange(new Clinic.Patient { Id = 1, Number = "p1", Name = "held" }, new Clinic.Patient { Id = 2, Number = "p2", Name = "free" });
            await context.SaveChangesAsync();
        }

        var source = await PreparedAsync(container);
        await source.ChangeFactsAsync([new FactChange("1", "crm.customers", new FactTarget.Subjects(["p1"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);
        var role = $"loader_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"""CREATE ROLE {role}; GRANT SELECT, UPDATE, DELETE, TRUNCATE ON "People" TO {role}""");
        try
        {
            // A table of the session's own that is called like the library's stands for nothing.
            var loader = $"SET ROLE {role}; CREATE TEMPORARY TABLE gdpr_block (LIKE \"People\"); ";
            (await RunAsync(database, loader + """UPDATE "People" SET "Name" = 'x' WHERE "Id" = 2""")).ShouldBe(1);
            (await RunAsync(database, loader + """DELETE FROM "People" WHERE "Id" = 2""")).ShouldBe(1);
            await RefusedAsync(database, loader + """UPDATE "People" SET "Name" = 'x' WHERE "Id" = 1""");
            await RefusedAsync(database, loader + """TRUNCATE "People" """);

            // What runs with the library's rights runs on tables that the library has put it on, whatever else the role may do.
            await database.ExecuteAsync($"GRANT USAGE ON SCHEMA gdpr TO {role}");
            var function = (string)(await database.ReadAsync("SELECT proname::text FROM pg_proc WHERE prosecdef AND proname LIKE 'gdpr\\_guard\\_%' LIMIT 1"))!;
            (await Should.ThrowAsync<PostgresException>(() => RunAsync(
                database, $"SET ROLE {role}; CREATE TEMPORARY TABLE mine (a int); CREATE TRIGGER t BEFORE DELETE ON mine FOR EACH ROW EXECUTE FUNCTION gdpr.{function}()")))
                .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    private static ServiceProvider Container<TContext>(string connectionString, string policy)
        where TContext : DbContext
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Instant.FromUtc(2026, 6, 15, 12, 0)));
        services.AddDbContextFactory<TContext>((provider, options) => options.Unwarned().UseNpgsql(connectionString).UseGdpr(provider));
        services.AddGdpr(gdpr => gdpr.UsePolicyJson(policy).AddPostgreSqlPlatform(guardTables: true).AddDbContextSource<TContext>("shop"));
        return services.BuildServiceProvider();
    }

    private static async Task<DbContextSource> PreparedAsync(ServiceProvider container)
    {
        var source = (DbContextSource)container.GetServices<IPersonalDataSource>().Single();
        await source.PrepareAsync(container.GetRequiredService<GdprPolicies>().EvaluateNow().Schedule, CancellationToken.None);
        return source;
    }

    private static async Task RefusedAsync(PostgresDatabase database, string statement) =>
        (await Should.ThrowAsync<PostgresException>(() => RunAsync(database, statement))).SqlState.ShouldBe(PostgreSqlBlockTrigger.SqlState);

    private static async Task<int> RunAsync(PostgresDatabase database, string statement)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteNonQueryAsync();
    }

    internal sealed class Parted(DbContextOptions<Parted> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Customer>().ToTable("Customers").HasKey(one => new { one.Id, one.LastContact });

        [DataSet("crm.customers")]
        internal sealed class Customer
        {
            public int Id { get; set; }

            [DataSubjectId]
            public string Person { get; set; } = "";

            [DataCategory("identity.name")]
            public string? Name { get; set; }

            [RetentionTrigger("last-contact")]
            public DateOnly LastContact { get; set; }
        }
    }

    internal sealed class Clinic(DbContextOptions<Clinic> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Person>().ToTable("People").Property(person => person.Id).ValueGeneratedNever();
            modelBuilder.Entity<Patient>();
            modelBuilder.Entity<Doctor>();
        }

        internal abstract class Person
        {
            public int Id { get; set; }

            [DataSubjectId]
            public string Number { get; set; } = "";

            [DataCategory("identity.name")]
            public string? Name { get; set; }

            [RetentionTrigger("last-contact")]
            public DateOnly LastContact { get; set; } = new(2026, 6, 1);
        }

        [DataSet("crm.customers")]
        internal sealed class Patient : Person;

        [DataSet("crm.staff")]
        internal sealed class Doctor : Person;
    }
}
