using System.ComponentModel.DataAnnotations.Schema;
using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Ways into a table of records that do not go through the records' own entity type.</summary>
public sealed class SidewaysReadTests
{
    private static Task<GuardedHost<Context>> HostAsync(bool isPostgres = false) => GuardedHost<Context>.CreateAsync(GuardedPolicies.Of(), isPostgres);

    private static async Task FillAsync(GuardedHost<Context> host)
    {
        await using (var context = host.Open())
        {
            await context.Database.ExecuteSqlRawAsync("""CREATE VIEW "CustomerNames" AS SELECT "Name" FROM "Customers" """);
        }

        await host.AddAsync(
            new Tenant { Id = 1 },
            new Customer { Id = 1, Person = "p1", Name = "One", TenantId = 1, Details = new Details { Phone = "phone 1" } },
            new Customer { Id = 2, Person = "p2", Name = "Two", TenantId = 1, Details = new Details { Phone = "phone 2" } });
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
    }

    [Fact]
    public async Task An_entity_type_that_shares_the_rows_of_records_sees_no_more_than_they_do()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        (await context.Set<Details>().Select(details => details.Phone).ToListAsync()).ShouldBe(["phone 1"]);
    }

    [Fact]
    public async Task A_type_that_is_read_through_a_view_is_a_gap_until_it_is_excused()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using (var context = host.Open())
        {
            (await GdprCoverage.CheckAsync(context)).Where(finding => finding.Code == "C-COV-14").Select(finding => finding.Place).ShouldBe(["Counted", "CustomerNames"]);
        }

        await using var excused = await GuardedHost<Context>.CreateAsync(
            GuardedPolicies.Of(), configure: options => options.Excuse<Counted>("sums").Excuse("CustomerNames", "of firms"));
        await FillAsync(excused);
        await using var other = excused.Open();
        (await GdprCoverage.CheckAsync(other)).ShouldNotContain(finding => finding.Code == "C-COV-14");
    }

    [Fact]
    public async Task Raw_sql_that_reads_records_is_refused()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        await Should.ThrowAsync<GuardBypassException>(() => context.Database.SqlQueryRaw<string>("""SELECT "Name" AS "Value" FROM "Customers" """).ToListAsync());
    }

    [Fact]
    public async Task Raw_sql_that_deletes_and_returns_records_is_refused()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        await Should.ThrowAsync<GuardBypassException>(() => context.Database.SqlQueryRaw<string>("""DELETE FROM "Customers" RETURNING "Name" AS "Value" """).ToListAsync());
    }

    [Fact]
    public async Task A_projection_into_an_array_ignores_no_filter()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        (await context.Set<Customer>().IgnoreQueryFilters().Select(c => new object[] { c.Id, c.Name! }).ToListAsync()).ShouldHaveSingleItem()[1].ShouldBe("One");
    }

    [Fact]
    public async Task A_stub_is_not_filled_with_what_is_restricted()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        var stub = new Customer { Id = 2, Person = "?" };
        context.Attach(stub);
        await context.Entry(stub).ReloadAsync();
        stub.Name.ShouldBeNull();
    }

    [Fact]
    public async Task The_filter_is_ignored_by_no_list_of_names()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        var names = new List<string> { VisibilityFilter.Name };
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Customer>().IgnoreQueryFilters(names).ToListAsync());
        string[] array = [VisibilityFilter.Name];
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Tenant>().Where(t => context.Set<Customer>().IgnoreQueryFilters(array).Any(c => c.Id == 2)).ToListAsync());
        var compiled = EF.CompileAsyncQuery((Context c) => c.Set<Customer>().IgnoreQueryFilters(array).Count());
        await Should.ThrowAsync<GuardBypassException>(() => compiled(context));
        var second = EF.CompileAsyncQuery((Context c) => c.Set<Customer>().IgnoreQueryFilters(new[] { "Gdpr" }).Count());
        await Should.ThrowAsync<GuardBypassException>(() => second(context));
    }

    [Fact]
    public async Task Changes_through_joins_and_of_owned_objects_are_refused()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Tenant>().SelectMany(t => t.Customers).ExecuteDeleteAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Tenant>().Join(context.Set<Customer>(), t => t.Id, c => c.TenantId, (t, c) => new { t, c })
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.c.Name, "x")));
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Details>().ExecuteUpdateAsync(s => s.SetProperty(p => p.Phone, "x")));
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Customer>().SelectMany(c => c.Addresses).ExecuteDeleteAsync());
    }

    [Fact]
    public async Task Changes_of_complex_properties_are_refused()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Customer>().Select(c => c.Home).ExecuteUpdateAsync(s => s.SetProperty(p => p.Street, "x")));
    }

    [Fact]
    public async Task Deletions_from_which_the_database_goes_on_to_records_are_refused()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Tenant>().ExecuteDeleteAsync());
    }

    [Fact]
    public async Task Saving_asks_after_the_records_that_the_database_would_delete_too()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        context.Remove(new Tenant { Id = 1 });
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    [Fact]
    public async Task Raw_sql_from_which_the_database_goes_on_to_records_is_refused()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        await Should.ThrowAsync<GuardBypassException>(() => context.Database.ExecuteSqlRawAsync("DELETE FROM \"Tenants\""));
        await Should.ThrowAsync<GuardBypassException>(() => context.Database.ExecuteSqlRawAsync("DELETE FROM \"Addresses\""));
    }

    [Fact]
    public async Task A_stub_of_a_restricted_record_is_not_deleted()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        await using var context = host.Open();
        context.Remove(new Customer { Id = 2, Person = "?" });
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    [Fact]
    public async Task A_model_that_was_made_without_filters_is_refused()
    {
        await using var host = await HostAsync();
        await FillAsync(host);
        var builder = new DbContextOptionsBuilder<Context>().Unwarned().UseSqlite("Data Source=:memory:");
        Microsoft.EntityFrameworkCore.Metadata.IModel model;
        await using (var plain = new Context(builder.Options))
        {
            model = plain.Model;
        }

        await using var other = await GuardedHost<Context>.CreateAsync(GuardedPolicies.Of(), more: options => options.UseModel(model));
        await using var context = other.Open();
        await Should.ThrowAsync<InvalidOperationException>(() => context.Set<Customer>().ToListAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Queries_of_every_shape_see_only_what_may_be_seen(bool isPostgres)
    {
        await using var host = await HostAsync(isPostgres);
        await FillAsync(host);
        await using var context = host.Open();
        (await context.Set<Tenant>().Select(t => new { t.Id, N = t.Customers.Select(c => c.Name).ToArray() }).SingleAsync()).N.ShouldBe(["One"]);
        (await context.Set<Tenant>().Select(t => new[] { t.Customers.Count(), t.Customers.Any(c => c.Id == 2) ? 1 : 0 }).SingleAsync()).ShouldBe([1, 0]);
        (await context.Set<Tenant>().GroupJoin(context.Set<Customer>(), t => t.Id, c => c.TenantId, (t, cs) => new { t.Id, cs }).SelectMany(x => x.cs.DefaultIfEmpty(), (x, c) => c!.Name).ToListAsync()).ShouldBe(["One"]);
        (await context.Set<Customer>().GroupBy(c => c.TenantId).Select(g => g.Count()).ToListAsync()).ShouldBe([1]);
        (await context.Set<Tenant>().Include(t => t.Customers).ThenInclude(c => c.Details).AsSplitQuery().SingleAsync()).Customers.Count.ShouldBe(1);
        context.ChangeTracker.Clear();
        (await context.Set<Customer>().FindAsync(2)).ShouldBeNull();
        (await context.Set<Customer>().FromSqlRaw("SELECT * FROM \"Customers\"").ToListAsync()).Count.ShouldBe(1);
        (await context.Set<Customer>().Select(c => EF.Property<string>(c, "Name")).MaxAsync()).ShouldBe("One");
        (await context.Set<Customer>().Select(c => c.Name).Concat(context.Set<Customer>().Select(c => c.Person)).CountAsync()).ShouldBe(2);
        (await context.Set<Customer>().Where(c => new[] { 1, 2 }.Contains(c.Id)).Select(c => c.Id).ToListAsync()).ShouldBe([1]);
        (await context.Set<Customer>().OrderBy(c => c.Id).Take(1).Select(c => c.Tenant!.Customers.Count).SingleAsync()).ShouldBe(1);
        (await context.Set<Tenant>().Select(t => t.Customers.OrderByDescending(c => c.Id).FirstOrDefault()!.Name).SingleAsync()).ShouldBe("One");
        (await context.Set<Customer>().Select(c => new { c.Name, Text = "gdpr_visible('" }).CountAsync()).ShouldBe(1);
        var odd = "it's -- [ gdpr_visible(";
        (await context.Set<Customer>().Where(c => c.Name != odd && c.Name != "it's [" && c.Name != "back\\slash' \"").CountAsync()).ShouldBe(1);
    }

    internal sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Customer>(customer =>
            {
                customer.ToTable("Customers").HasOne(one => one.Details).WithOne().HasForeignKey<Details>(details => details.Id);
                customer.Navigation(one => one.Details).IsRequired();
                customer.OwnsMany(one => one.Addresses, addresses => addresses.ToTable("Addresses"));
                customer.ComplexProperty(one => one.Home);
            });
            modelBuilder.Entity<Details>().ToTable("Customers");
            modelBuilder.Entity<Tenant>().ToTable("Tenants");
            modelBuilder.Entity<NameOnly>().HasNoKey().ToView("CustomerNames");
            modelBuilder.Entity<Counted>().HasNoKey().ToSqlQuery("SELECT count(*) AS Number FROM Customers");
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

        public int TenantId { get; set; }

        public Tenant? Tenant { get; set; }

        public Details Details { get; set; } = new();

        public Home Home { get; set; } = new();

        public List<Address> Addresses { get; } = [];
    }

    internal sealed class Details
    {
        public int Id { get; set; }

        public string? Phone { get; set; }
    }

    internal sealed class Home
    {
        public string? Street { get; set; }
    }

    internal sealed class Address
    {
        public string? Street { get; set; }
    }

    internal sealed class NameOnly
    {
        public string? Name { get; set; }
    }

    internal sealed class Counted
    {
        public int Number { get; set; }
    }

    [NotPersonalData("firms")]
    internal sealed class Tenant
    {
        public int Id { get; set; }

        public List<Customer> Customers { get; } = [];
    }
}
