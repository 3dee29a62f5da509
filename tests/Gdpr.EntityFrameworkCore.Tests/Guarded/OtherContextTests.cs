using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>A context that is no source, for reading or of another module, is judged by the source whose records it has, or refused.</summary>
public sealed class OtherContextTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task It_sees_what_the_source_says_may_be_seen(bool isPostgres)
    {
        await using var host = await TwoCustomersAsync(isPostgres);
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Restricted));
        await using var reports = Open<Reports>(host);
        (await reports.Set<GivenAwayTests.Customer>().Select(one => one.Id).ToListAsync()).ShouldBe([2]);
        (await reports.ForPurpose("service-provision").Set<GivenAwayTests.Customer>().Select(one => one.Id).ToListAsync()).ShouldBe([2]);
        (await reports.ForAllowedUse(AllowedUse.LegalClaims).Set<GivenAwayTests.Customer>().CountAsync()).ShouldBe(2);
        await Should.ThrowAsync<GuardBypassException>(() => reports.Set<GivenAwayTests.Customer>().IgnoreQueryFilters().CountAsync());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task It_destroys_nothing_that_the_source_keeps(bool isPostgres)
    {
        await using var host = await TwoCustomersAsync(isPostgres);
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var reports = Open<Reports>(host);
        reports.Remove(await reports.Set<GivenAwayTests.Customer>().SingleAsync(one => one.Id == 1));
        await Should.ThrowAsync<RecordBlockedException>(() => reports.SaveChangesAsync());
        reports.ChangeTracker.Clear();
        (await reports.Set<GivenAwayTests.Customer>().SingleAsync(one => one.Id == 1)).Person = "p3";
        await Should.ThrowAsync<RecordBlockedException>(() => reports.SaveChangesAsync());
        reports.ChangeTracker.Clear();
        reports.Remove(await reports.Set<GivenAwayTests.Customer>().SingleAsync(one => one.Id == 2));
        (await reports.SaveChangesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_said_where_the_source_is_added_holds_for_it_too()
    {
        await using var host = await GuardedHost<Plain>.CreateAsync(GuardedPolicies.Of(), configure: source => source
            .Map<Person>("crm.customers", map => map.Subject(one => one.Number).Trigger("last-contact", one => one.Last).Field("name", one => one.Name)));
        await host.AddAsync(new Person { Id = 1, Number = "p1" }, new Person { Id = 2, Number = "p2" });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Restricted));
        await using var other = Open<PlainToo, Plain>(host);
        (await other.Set<Person>().Select(one => one.Id).ToListAsync()).ShouldBe([2]);
    }

    [Fact]
    public async Task Where_it_has_the_records_in_another_table_or_by_another_key_it_is_refused()
    {
        await using var host = await TwoCustomersAsync();
        await using var elsewhere = Open<OtherTable>(host);
        (await Should.ThrowAsync<InvalidOperationException>(() => elsewhere.Set<GivenAwayTests.Customer>().CountAsync())).Message
            .ShouldBe("OtherTable has the records of 'crm.customers' in Clients (Id), and the source 'shop', which knows what may be seen of them, in Customers (Id): "
                + "map them as the source's context does, or give them a data set of their own and add the context with AddDbContextSource.");
        await using var otherwise = Open<OtherKey>(host);
        await Should.ThrowAsync<InvalidOperationException>(() => otherwise.Set<GivenAwayTests.Customer>().CountAsync());
    }

    [Fact]
    public async Task Where_a_type_of_it_that_is_no_record_stands_in_rows_of_records_it_is_refused_unless_it_is_excused()
    {
        await using var host = await TwoCustomersAsync();
        await using var bare = Open<Bare>(host);
        (await Should.ThrowAsync<InvalidOperationException>(() => bare.Set<Line>().CountAsync())).Message
            .ShouldBe("Line of Bare is read from 'Customers', where rows are records of the source 'shop', and says nothing of it: everybody would see all of them. "
                + "Name their data set with [DataSet] or HasDataSet, or say why it is no personal data with IsNotPersonalData.");
        await using var view = Open<Viewing>(host);
        await Should.ThrowAsync<InvalidOperationException>(() => view.Set<Line>().CountAsync());
        await using var excused = Open<Excused>(host);
        (await excused.Set<Line>().CountAsync()).ShouldBe(2);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Over_another_database_it_is_refused(bool isPostgres)
    {
        await using var host = await TwoCustomersAsync(isPostgres);
        await using var other = await TwoCustomersAsync(isPostgres);
        await using var there = other.Open();
        await using var reports = Open<Reports>(there.Database, host.Services);
        (await Should.ThrowAsync<InvalidOperationException>(() => reports.Set<GivenAwayTests.Customer>().CountAsync())).Message
            .ShouldBe("Reports is over another database than the source 'shop', which knows what may be seen of 'crm.customers': nothing is shown of them. "
                + "Add the context with AddDbContextSource, with data sets of its own.");
        await using var customers = host.Open();
        (await customers.Set<GivenAwayTests.Customer>().CountAsync()).ShouldBe(2);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Rows_with_which_the_database_deletes_records_that_it_does_not_have_are_not_its_to_delete(bool isPostgres)
    {
        await using var host = await GuardedHost<Hr>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Firm { Id = 1 }, new Worker { Id = 1, FirmId = 1, Person = "p1", Name = "One" });
        await using var firms = Open<Firms, Hr>(host);
        firms.Remove(new Firm { Id = 1 });
        (await Should.ThrowAsync<GuardBypassException>(() => firms.SaveChangesAsync())).Message.ShouldContain("'crm.customers'");
        await Should.ThrowAsync<GuardBypassException>(() => firms.Set<Firm>().ExecuteDeleteAsync());
        await Should.ThrowAsync<GuardBypassException>(() => firms.Database.ExecuteSqlRawAsync("DELETE FROM \"Firms\""));
        (await host.CountAsync("Workers")).ShouldBe(1);
        firms.ChangeTracker.Clear();
        firms.Add(new Firm { Id = 2 });
        (await firms.SaveChangesAsync()).ShouldBe(1);
        await using var known = Open<HrToo, Hr>(host);
        known.Remove(new Firm { Id = 1 });
        (await known.SaveChangesAsync()).ShouldBe(1, "it has the records, and nothing forbids it");
    }

    [PostgresFact]
    public async Task Rows_of_a_table_of_the_same_name_in_another_schema_are_its_own()
    {
        await using var host = await GuardedHost<HrApart>.CreateAsync(GuardedPolicies.Of(), isPostgres: true);
        await host.AddAsync(new Firm { Id = 1 }, new Worker { Id = 1, FirmId = 1, Person = "p1", Name = "One" });
        await host.ExecuteAsync("""
            CREATE SCHEMA billing;
            CREATE TABLE billing."Firms" ("Id" integer PRIMARY KEY);
            CREATE TABLE billing."Workers" ("Id" integer PRIMARY KEY);
            INSERT INTO billing."Firms" VALUES (1);
            """);
        await using var billing = Open<Billing, HrApart>(host);
        (await billing.Set<Line>().CountAsync()).ShouldBe(0, "no row of it is a record");
        billing.Remove(new Firm { Id = 1 });
        (await billing.SaveChangesAsync()).ShouldBe(1, "nothing of the source goes with it");
        await using var firms = Open<FirmsApart, HrApart>(host);
        firms.Remove(new Firm { Id = 1 });
        await Should.ThrowAsync<GuardBypassException>(() => firms.SaveChangesAsync());
        await using var unsaid = Open<Firms, HrApart>(host);
        unsaid.Remove(new Firm { Id = 1 });
        await Should.ThrowAsync<GuardBypassException>(() => unsaid.SaveChangesAsync(), "which table it is depends on the search path");
    }

    private static async Task<GuardedHost<GivenAwayTests.Crm>> TwoCustomersAsync(bool isPostgres = false)
    {
        var host = await GuardedHost<GivenAwayTests.Crm>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new GivenAwayTests.Customer { Id = 1, Person = "p1", Name = "One" }, new GivenAwayTests.Customer { Id = 2, Person = "p2", Name = "Two" });
        return host;
    }

    private static TContext Open<TContext>(GuardedHost<GivenAwayTests.Crm> host)
        where TContext : DbContext => Open<TContext, GivenAwayTests.Crm>(host);

    private static TContext Open<TContext, TSource>(GuardedHost<TSource> host)
        where TContext : DbContext
        where TSource : DbContext
    {
        using var source = host.Open();
        return Open<TContext>(source.Database, host.Services);
    }

    private static TContext Open<TContext>(DatabaseFacade database, IServiceProvider services)
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        _ = database.IsNpgsql() ? options.Unwarned().UseNpgsql(database.GetConnectionString()) : options.Unwarned().UseSqlite(database.GetConnectionString());
        options.UseGdpr(services);
        return (TContext)Activator.CreateInstance(typeof(TContext), options.Options)!;
    }

    internal sealed class Reports(DbContextOptions<Reports> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<GivenAwayTests.Customer>().ToTable("Customers");
    }

    internal sealed class OtherTable(DbContextOptions<OtherTable> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<GivenAwayTests.Customer>().ToTable("Clients");
    }

    internal sealed class OtherKey(DbContextOptions<OtherKey> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<GivenAwayTests.Customer>().ToTable("Customers").HasKey(one => one.Person);
    }

    internal sealed class Bare(DbContextOptions<Bare> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Line>().ToTable("Customers");
    }

    internal sealed class Viewing(DbContextOptions<Viewing> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Line>().HasNoKey().ToView("CustomerLines");
    }

    internal sealed class Excused(DbContextOptions<Excused> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Line>().ToTable("Customers").IsNotPersonalData("numbers alone");
    }

    internal sealed class Line
    {
        public int Id { get; set; }
    }

    internal sealed class Plain(DbContextOptions<Plain> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Person>().ToTable("People").Property(one => one.Id).ValueGeneratedNever();
    }

    internal sealed class PlainToo(DbContextOptions<PlainToo> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Person>().ToTable("People");
    }

    internal sealed class Person
    {
        public int Id { get; set; }

        public string Number { get; set; } = "";

        public string? Name { get; set; }

        public DateOnly Last { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Hr(DbContextOptions<Hr> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => Map(modelBuilder);

        public static void Map(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Firm>().ToTable("Firms").Property(firm => firm.Id).ValueGeneratedNever();
            modelBuilder.Entity<Worker>().ToTable("Workers").Property(worker => worker.Id).ValueGeneratedNever();
            modelBuilder.Entity<Worker>().HasOne<Firm>().WithMany().HasForeignKey(worker => worker.FirmId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    internal sealed class HrToo(DbContextOptions<HrToo> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => Hr.Map(modelBuilder);
    }

    internal sealed class Firms(DbContextOptions<Firms> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Firm>().ToTable("Firms").Property(firm => firm.Id).ValueGeneratedNever();
    }

    internal sealed class HrApart(DbContextOptions<HrApart> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => Hr.Map(modelBuilder.HasDefaultSchema("hr"));
    }

    internal sealed class FirmsApart(DbContextOptions<FirmsApart> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Firm>().ToTable("Firms", "hr");
    }

    internal sealed class Billing(DbContextOptions<Billing> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.HasDefaultSchema("billing").Entity<Firm>().ToTable("Firms");
            modelBuilder.Entity<Line>().ToTable("Workers");
        }
    }

    [NotPersonalData("firms")]
    internal sealed class Firm
    {
        public int Id { get; set; }
    }

    [DataSet("crm.customers")]
    internal sealed class Worker
    {
        public int Id { get; set; }

        [NotPersonalData("which firm")]
        public int FirmId { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
