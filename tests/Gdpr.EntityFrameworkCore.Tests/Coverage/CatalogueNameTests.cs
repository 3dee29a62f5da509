using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Tests.Guarded;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Gdpr.EntityFrameworkCore.Tests.Coverage;

/// <summary>PostgreSQL tells names apart by case, and finds those without a schema along a search path of each connection's own.</summary>
public sealed class CatalogueNameTests
{
    private const string Columns = """("Id" integer PRIMARY KEY, "Person" text NOT NULL, "Name" text, "LastContact" date NOT NULL)""";

    [PostgresFact]
    public async Task A_table_whose_name_differs_from_a_mapped_one_in_case_alone_is_another_table()
    {
        await using var host = await GuardedHost<Crm>.CreateAsync(GuardedPolicies.Of(), isPostgres: true);
        await host.ExecuteAsync("CREATE TABLE public.Customers (Id integer PRIMARY KEY, Person text, Name text, LastContact date)");
        (await FindAsync(host)).ShouldBe(["C-COV-01 customers"]);
    }

    [PostgresFact]
    public async Task A_column_whose_name_differs_from_a_mapped_one_in_case_alone_is_another_column()
    {
        await using var host = await GuardedHost<Crm>.CreateAsync(GuardedPolicies.Of(), isPostgres: true);
        await host.ExecuteAsync("""ALTER TABLE "Customers" ADD COLUMN Name text""");
        (await FindAsync(host)).ShouldBe(["C-COV-02 Customers.name"]);
    }

    [PostgresFact]
    public async Task What_is_excused_in_another_case_is_still_excused()
    {
        await using var host = await GuardedHost<Crm>.CreateAsync(
            GuardedPolicies.Of(), isPostgres: true, options => options.Excuse("public.customers.REMARK", "said of the goods").Excuse("shelves", "things alone"));
        await host.ExecuteAsync("""ALTER TABLE "Customers" ADD COLUMN "Remark" text; CREATE TABLE public."Shelves" (id integer PRIMARY KEY, person text)""");
        (await FindAsync(host)).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_model_whose_rows_carry_the_databases_own_version_is_covered()
    {
        await using var host = await GuardedHost<Versioned>.CreateAsync(GuardedPolicies.Of(), isPostgres: true);
        (await FindAsync(host)).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_table_of_the_schema_public_is_meant_where_the_model_says_so_and_another_comes_first_on_the_search_path()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await database.ExecuteAsync($"""
            CREATE SCHEMA tenant;
            CREATE TABLE tenant."Customers" {Columns};
            CREATE TABLE public."Customers" {Columns};
            INSERT INTO tenant."Customers" VALUES (1, 'p1', 'the tenant''s', '2000-01-01');
            INSERT INTO public."Customers" VALUES (2, 'p1', 'ours', '2000-01-01');
            """);
        await using var provider = Container(In(database, "tenant,public"), ("crm", typeof(InPublic)));

        (await Source(provider, "crm").SweepAsync(provider.GetRequiredService<GdprPolicies>().EvaluateNow())).ShouldBe(["2"]);

        (await CountAsync(database, """tenant."Customers" """)).ShouldBe(1);
        (await CountAsync(database, """public."Customers" """)).ShouldBe(0);
    }

    [PostgresFact]
    public async Task Contents_are_shown_by_the_models_conversion_whether_or_not_it_states_the_schema()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await database.ExecuteAsync($"""
            CREATE TABLE "Customers" {Columns};
            INSERT INTO "Customers" VALUES (1, 'p1', 'ENO', '2026-06-01');
            """);
        await using var provider = Container(database.ConnectionString, ("crm", typeof(InPublic)));
        var source = Source(provider, "crm");
        await source.PrepareAsync(provider.GetRequiredService<GdprPolicies>().EvaluateNow().Schedule, CancellationToken.None);

        var record = await source.ExportAsync("crm.customers", ["p1"], CancellationToken.None).SingleAsync();

        record.Fields["name"].GetString().ShouldBe("ONE");
    }

    [PostgresFact]
    public async Task Contexts_that_look_in_schemas_of_their_own_cover_their_database_together()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await database.ExecuteAsync($"""
            CREATE SCHEMA sales;
            CREATE SCHEMA hr;
            CREATE TABLE sales."Customers" {Columns};
            CREATE TABLE hr."Staff" {Columns};
            """);
        await using var provider = Container(database.ConnectionString, ("sales", typeof(Crm)), ("hr", typeof(Hr)));
        foreach (var source in provider.GetServices<IPersonalDataSource>().OfType<DbContextSource>())
        {
            await source.PrepareAsync(provider.GetRequiredService<GdprPolicies>().EvaluateNow().Schedule, CancellationToken.None);
        }

        await using var crm = await provider.GetRequiredService<IDbContextFactory<Crm>>().CreateDbContextAsync();
        (await GdprCoverage.CheckAsync(crm)).Select(finding => $"{finding.Code} {finding.Place}").ShouldBeEmpty();

        await database.ExecuteAsync("""ALTER TABLE hr."Staff" ADD COLUMN "Remark" text""");
        (await GdprCoverage.CheckAsync(crm)).Select(finding => $"{finding.Code} {finding.Place}").ShouldBe(["C-COV-02 hr.Staff.Remark"]);
    }

    private static async Task<string[]> FindAsync<TContext>(GuardedHost<TContext> host)
        where TContext : DbContext
    {
        await using var context = host.Open();
        return [.. (await GdprCoverage.CheckAsync(context)).Select(finding => $"{finding.Code} {finding.Place}")];
    }

    private static ServiceProvider Container(string connectionString, params (string Name, Type Context)[] contexts)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Instant.FromUtc(2026, 6, 15, 12, 0)));
        services.AddDbContextFactory<Crm>((_, options) => options.Unwarned().UseNpgsql(In(connectionString, "sales")));
        services.AddDbContextFactory<Hr>((_, options) => options.Unwarned().UseNpgsql(In(connectionString, "hr")));
        services.AddDbContextFactory<InPublic>((_, options) => options.Unwarned().UseNpgsql(connectionString));
        services.AddGdpr(gdpr =>
        {
            gdpr.UseInMemoryStores().UsePolicyJson(GuardedPolicies.Of(others: contexts.Length > 1 ? ["staff"] : [])).AddPostgreSqlPlatform();
            foreach (var (name, context) in contexts)
            {
                _ = context == typeof(Crm) ? gdpr.AddDbContextSource<Crm>(name) : context == typeof(Hr) ? gdpr.AddDbContextSource<Hr>(name) : gdpr.AddDbContextSource<InPublic>(name);
            }
        });
        return services.BuildServiceProvider();
    }

    private static DbContextSource Source(ServiceProvider provider, string name) =>
        provider.GetServices<IPersonalDataSource>().OfType<DbContextSource>().Single(source => source.Name == name);

    private static string In(PostgresDatabase database, string searchPath) => In(database.ConnectionString, searchPath);

    private static string In(string connectionString, string searchPath) => new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = searchPath }.ConnectionString;

    private static async Task<long> CountAsync(PostgresDatabase database, string table)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    internal sealed class Crm(DbContextOptions<Crm> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Customer>().ToTable("Customers");
    }

    internal sealed class InPublic(DbContextOptions<InPublic> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Customer>().ToTable("Customers", "public").Property(customer => customer.Name)
            .HasConversion(name => new string(name!.Reverse().ToArray()), stored => new string(stored.Reverse().ToArray()));
    }

    internal sealed class Versioned(DbContextOptions<Versioned> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Customer>().ToTable("Customers").Property<uint>("Version").IsRowVersion();
    }

    internal sealed class Hr(DbContextOptions<Hr> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Employee>().ToTable("Staff");
    }

    [DataSet("crm.customers")]
    internal sealed class Customer : Person;

    [DataSet("crm.staff")]
    internal sealed class Employee : Person;

    internal abstract class Person
    {
        public int Id { get; set; }

        [DataSubjectId]
        [System.ComponentModel.DataAnnotations.Schema.Column("Person")]
        public string Number { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; }
    }
}
