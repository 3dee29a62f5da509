using Gdpr.EntityFrameworkCore.Tests.Guarded;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Visibility;

/// <summary>On PostgreSQL, with tables in a schema of their own, what would pass by the guards of records is caught likewise.</summary>
public sealed class PostgresGuardTests
{
    [PostgresFact]
    public async Task Ignored_filters_and_set_based_changes_of_records_are_refused()
    {
        await using var host = await FilledAsync();
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();

        Should.Throw<GuardBypassException>(() => context.Customers.IgnoreQueryFilters().ToList()).Mend.ShouldContain("ForPurpose");
        Should.Throw<GuardBypassException>(() => context.Customers.IgnoreQueryFilters([VisibilityFilter.Name]).Count());
        Should.Throw<GuardBypassException>(() => context.ForPurpose("service-provision").Set<Customer>().IgnoreQueryFilters().ToList());
        (await Should.ThrowAsync<GuardBypassException>(() => context.Customers.Where(customer => customer.Id == 1).ExecuteDeleteAsync()))
            .Message.ShouldStartWith("ExecuteDelete on Customer");
        (await Should.ThrowAsync<GuardBypassException>(() => context.Customers.ExecuteUpdateAsync(set => set.SetProperty(customer => customer.Name, "x"))))
            .Code.ShouldBe("E-SRC-06");

        context.Customers.Select(customer => customer.Person).ToList().ShouldBe(["p1"], "the restricted one is hidden");
        context.ForAllowedUse(AllowedUse.LegalClaims).Set<Customer>().IgnoreQueryFilters().Select(customer => customer.Name).ToList().ShouldAllBe(name => name == "Secret");
        (await context.Products.ExecuteUpdateAsync(set => set.SetProperty(product => product.Title, "y"))).ShouldBe(1);
        (await context.Products.ExecuteDeleteAsync()).ShouldBe(1);
    }

    [PostgresTheory]
    [InlineData("DELETE FROM crm.customers WHERE \"Id\" = 1")]
    [InlineData("delete from only \"crm\".\"customers\" AS c USING crm.products p")]
    [InlineData("UPDATE crm . customers SET \"Name\" = 'x'")]
    [InlineData("TRUNCATE crm.products, crm.customers CASCADE")]
    [InlineData("DROP TABLE IF EXISTS crm.products, crm.customers")]
    [InlineData("WITH gone AS (DELETE FROM crm.customers RETURNING *) SELECT count(*) FROM gone")]
    [InlineData("MERGE INTO crm.customers c USING crm.products p ON c.\"Id\" = p.\"Id\" WHEN MATCHED THEN DELETE")]
    [InlineData("DELETE FROM public.gdpr_block")]
    [InlineData("DO $$ BEGIN DELETE FROM crm.customers; END $$")]
    [InlineData("DO $body$BEGIN UPDATE crm.customers SET \"Name\" = 'x'; END$body$")]
    [InlineData("DO $$DELETE FROM crm.customers$$")]
    [InlineData("UPDATE crm.products SET \"Title\" = $$it's$$; DELETE FROM crm.customers")]
    [InlineData("UPDATE crm.products SET \"Title\" = $a$it's $$ $a$; DELETE FROM crm.customers")]
    [InlineData("UPDATE crm.products SET \"Title\" = E'it\\'s'; DELETE FROM crm.customers")]
    [InlineData("/* /* it */ isn't */ DELETE FROM crm.customers")]
    [InlineData("/* /*/* \" */*/ */ DELETE /* /**/ */ FROM crm.customers")]
    public async Task Raw_sql_that_changes_a_table_of_records_is_refused_however_it_is_written(string text)
    {
        await using var host = await FilledAsync();
        await using var context = host.Open();

        (await Should.ThrowAsync<GuardBypassException>(() => context.Database.ExecuteSqlRawAsync(text))).Message.ShouldNotContain("'x'");

        context.Customers.Select(customer => customer.Name).ToList().ShouldBe(["Secret", "Secret"]);
        context.Products.Single().Title.ShouldBe("lamp");
    }

    [PostgresTheory]
    [InlineData("DELETE FROM crm.products WHERE \"Id\" IN (SELECT \"Id\" FROM crm.customers)")]
    [InlineData("UPDATE crm.products SET \"Title\" = 'DELETE FROM crm.customers'")]
    [InlineData("UPDATE crm.products SET \"Title\" = E'\\'; DELETE FROM crm.customers'")]
    [InlineData("UPDATE crm.products SET \"Title\" = $$it's DELETE$$")]
    [InlineData("SELECT 1 FROM crm.customers FOR UPDATE")]
    [InlineData("SELECT 1 -- DELETE FROM crm.customers")]
    [InlineData("SELECT 1 /* /* all */ DELETE FROM crm.customers */")]
    public async Task Raw_sql_that_changes_other_tables_runs(string text)
    {
        await using var host = await FilledAsync();
        await using var context = host.Open();

        await context.Database.ExecuteSqlRawAsync(text);

        context.Customers.Count().ShouldBe(2);
    }

    [PostgresFact]
    public async Task Raw_sql_that_reads_a_table_of_records_is_refused_and_a_text_on_its_entity_type_is_filtered()
    {
        await using var host = await FilledAsync();
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();

        Should.Throw<GuardBypassException>(() => context.Database.SqlQueryRaw<string>("SELECT \"Name\" AS \"Value\" FROM crm.customers").ToList());
        context.Customers.FromSqlRaw("SELECT * FROM crm.customers WHERE \"Name\" <> $$it's$$").Select(customer => customer.Person).ToList().ShouldBe(["p1"]);
        context.Customers.FromSqlRaw("SELECT * FROM crm.customers WHERE \"Name\" <> E'it\\'s'").Select(customer => customer.Person).ToList().ShouldBe(["p1"]);
    }

    private static async Task<GuardedHost<Context>> FilledAsync()
    {
        var host = await GuardedHost<Context>.CreateAsync(GuardedPolicies.Of(), isPostgres: true);
        await host.AddAsync(
            new Customer { Id = 1, Person = "p1", Name = "Secret" }, new Customer { Id = 2, Person = "p2", Name = "Secret" }, new Product { Id = 1, Title = "lamp" });
        return host;
    }

    internal sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        public DbSet<Customer> Customers => Set<Customer>();

        public DbSet<Product> Products => Set<Product>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Customer>().ToTable("customers", "crm").Property(customer => customer.Id).ValueGeneratedNever();
            modelBuilder.Entity<Product>().ToTable("products", "crm").Property(product => product.Id).ValueGeneratedNever();
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Customer
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [NotPersonalData("what is sold")]
    internal sealed class Product
    {
        public int Id { get; set; }

        public string? Title { get; set; }
    }
}
