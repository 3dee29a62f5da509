using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Two modules over one database, each with a source of its own, read the same customers: one of the sources keeps them, and the other says so.</summary>
public sealed class KeptElsewhereTests
{
    private static readonly string Policy = GuardedPolicies.Of(others: "bills");

    public static TheoryData<bool> Databases => [false, true];

    [Fact]
    public async Task A_data_set_of_two_contexts_is_refused_with_the_words_that_mend_it()
    {
        await using var host = await ModuleHost.CreateAsync(Policy, isPostgres: false, modules => modules.Context<GivenAwayTests.Crm>("crm").Context<Billing>("billing"));
        Should.Throw<SourceInventoryException>(() => host.Services.GetRequiredService<SourceInventory>()).Problems.ShouldBe(
            [
                "Data set 'crm.customers' is claimed by the sources 'crm' and 'billing': map it in one of them, and where an EF Core context that is a source has the class too, "
                    + "say there KeptElsewhere of it.",
            ]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_host_of_both_starts_and_its_database_is_covered(bool isPostgres)
    {
        await using var host = await CreateAsync(isPostgres);
        await host.StartAsync();
        var inventory = host.Services.GetRequiredService<SourceInventory>();
        (inventory.Find("crm.customers")?.Name, inventory.Find("crm.bills")?.Name).ShouldBe(("crm", "billing"));
        inventory.Sources.Single(source => source.Name == "billing").DataSets.ShouldBe(["crm.bills"]);
        await using var billing = host.Open<Billing>();
        await GdprCoverage.AssertCompleteAsync(billing);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_other_context_sees_what_the_source_says_may_be_seen(bool isPostgres)
    {
        await using var host = await StartedAsync(isPostgres);
        await host.FactAsync("crm", "crm.customers", "p1", RecordFact.Of(RecordFlags.Restricted));
        await using var billing = host.Open<Billing>();
        (await billing.Set<GivenAwayTests.Customer>().Select(one => one.Id).ToListAsync()).ShouldBe([2]);
        (await billing.ForPurpose("service-provision").Set<GivenAwayTests.Customer>().Select(one => one.Id).ToListAsync()).ShouldBe([2]);
        (await billing.ForAllowedUse(AllowedUse.LegalClaims).Set<GivenAwayTests.Customer>().CountAsync()).ShouldBe(2);
        (await billing.Set<Bill>().Select(one => one.Id).ToListAsync()).ShouldBe([1], "its own are judged by its own source");
        await Should.ThrowAsync<GuardBypassException>(() => billing.Set<GivenAwayTests.Customer>().IgnoreQueryFilters().CountAsync());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_other_context_destroys_nothing_that_the_source_keeps(bool isPostgres)
    {
        await using var host = await StartedAsync(isPostgres);
        await host.FactAsync("crm", "crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var billing = host.Open<Billing>();
        billing.Remove(await billing.Set<GivenAwayTests.Customer>().SingleAsync(one => one.Id == 1));
        billing.Remove(await billing.Set<Bill>().SingleAsync());
        await Should.ThrowAsync<RecordBlockedException>(() => billing.SaveChangesAsync());
        billing.ChangeTracker.Clear();
        (await billing.Set<GivenAwayTests.Customer>().SingleAsync(one => one.Id == 1)).Person = "p3";
        await Should.ThrowAsync<RecordBlockedException>(() => billing.SaveChangesAsync());
        billing.ChangeTracker.Clear();
        await Should.ThrowAsync<GuardBypassException>(() => billing.Set<GivenAwayTests.Customer>().ExecuteDeleteAsync());
        await Should.ThrowAsync<GuardBypassException>(() => billing.Database.ExecuteSqlRawAsync("DELETE FROM \"Customers\""));
        billing.Remove(await billing.Set<GivenAwayTests.Customer>().SingleAsync(one => one.Id == 2));
        billing.Remove(await billing.Set<Bill>().SingleAsync());
        (await billing.SaveChangesAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task What_the_other_source_says_where_it_is_added_is_said_of_the_class_here_too()
    {
        await using var host = await ModuleHost.CreateAsync(GuardedPolicies.Of(), isPostgres: false, modules => modules
            .Context<OtherContextTests.Plain>("crm", source => source.Map<OtherContextTests.Person>("crm.customers", map => map
                .Subject(one => one.Number).Trigger("last-contact", one => one.Last).Field("name", one => one.Name)))
            .Context<OtherContextTests.PlainToo>("billing", source => source.KeptElsewhere<OtherContextTests.Person>()));
        await host.CreateTablesAsync<OtherContextTests.Plain>();
        await host.StartAsync();
        await host.AddAsync<OtherContextTests.Plain>(new OtherContextTests.Person { Id = 1, Number = "p1" }, new OtherContextTests.Person { Id = 2, Number = "p2" });
        await host.FactAsync("crm", "crm.customers", "p1", RecordFact.Of(RecordFlags.Restricted));
        await using var billing = host.Open<OtherContextTests.PlainToo>();
        (await billing.Set<OtherContextTests.Person>().Select(one => one.Id).ToListAsync()).ShouldBe([2]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_is_said_of_a_base_type_is_said_of_the_records_of_each_type_that_derives_from_it(bool isPostgres)
    {
        await using var host = await ModuleHost.CreateAsync(GuardedPolicies.Of(others: "staff"), isPostgres, modules => modules
            .Context<Clinic>("clinic", source => source.Excuse("People.WardId", "where they lie")).Context<Roster>("roster", source => source.KeptElsewhere<Clinic.Person>()));
        await host.CreateTablesAsync<Clinic>();
        await host.StartAsync();
        await host.AddAsync<Clinic>(new Clinic.Patient { Id = 1, Number = "p1" }, new Clinic.Doctor { Id = 2, Number = "d1" }, new Clinic.Doctor { Id = 3, Number = "d2" });
        await host.FactAsync("clinic", "crm.customers", "p1", RecordFact.Of(RecordFlags.Restricted));
        await host.FactAsync("clinic", "crm.staff", "d1", RecordFact.Of(RecordFlags.Hold));
        await using var roster = host.Open<Roster>();
        host.Services.GetRequiredService<SourceInventory>().Sources.Single(source => source.Name == "roster").DataSets.ShouldBeEmpty();
        (await roster.Set<Clinic.Person>().OrderBy(one => one.Id).Select(one => one.Id).ToListAsync()).ShouldBe([2, 3]);
        roster.Remove(await roster.Set<Clinic.Doctor>().SingleAsync(one => one.Id == 2));
        await Should.ThrowAsync<RecordBlockedException>(() => roster.SaveChangesAsync());
        await GdprCoverage.AssertCompleteAsync(roster);
    }

    [Fact]
    public async Task Where_no_other_source_keeps_them_the_start_is_refused()
    {
        await using var host = await ModuleHost.CreateAsync(Policy, isPostgres: false, modules => modules
            .Context<Billing>("billing", source => source.KeptElsewhere<GivenAwayTests.Customer>()));
        (await Should.ThrowAsync<SourceMappingException>(host.StartAsync)).Problems.ShouldBe(
            [
                "crm.customers: Customer of Billing is said to be kept elsewhere (KeptElsewhere), and no other context's source keeps the data set: nobody would; "
                    + "add the context that keeps it with AddDbContextSource, or take KeptElsewhere out and let this source keep it.",
            ]);
    }

    [Fact]
    public async Task Where_each_says_that_the_other_keeps_them_the_start_is_refused()
    {
        await using var host = await ModuleHost.CreateAsync(Policy, isPostgres: false, modules => modules
            .Context<GivenAwayTests.Crm>("crm", source => source.KeptElsewhere<GivenAwayTests.Customer>())
            .Context<Billing>("billing", source => source.KeptElsewhere<GivenAwayTests.Customer>()));
        (await Should.ThrowAsync<SourceMappingException>(host.StartAsync)).Message.ShouldContain("no other context's source keeps the data set");
    }

    [Fact]
    public async Task Where_the_source_keeps_them_in_another_table_the_start_is_refused()
    {
        await using var host = await ModuleHost.CreateAsync(Policy, isPostgres: false, modules => modules
            .Context<OtherContextTests.OtherTable>("crm").Context<Billing>("billing", source => source.KeptElsewhere<GivenAwayTests.Customer>()));
        (await Should.ThrowAsync<SourceMappingException>(host.StartAsync)).Message.ShouldContain(
            "Billing has the records of 'crm.customers' in Customers (Id), and the source 'crm', which knows what may be seen of them, in Clients (Id)");
    }

    [Fact]
    public async Task What_is_the_records_of_no_data_set_cannot_be_kept_elsewhere()
    {
        await using var host = await ModuleHost.CreateAsync(Policy, isPostgres: false, modules => modules
            .Context<GivenAwayTests.Crm>("crm", source => source.KeptElsewhere<Bill>()));
        (await Should.ThrowAsync<GdprSetupException>(() => host.Services.GetRequiredService<GdprWork>().PrepareAsync())).Message.ShouldContain(
            "Bill is said to be kept elsewhere (KeptElsewhere), and is the records of no data set in the model");
    }

    [Fact]
    public async Task Over_another_database_the_other_context_is_shown_nothing_and_its_table_is_covered_by_nobody()
    {
        await using var there = await ModuleHost.CreateAsync(Policy, isPostgres: false, modules => modules.Context<GivenAwayTests.Crm>("crm"));
        await there.CreateTablesAsync<GivenAwayTests.Crm>();
        await using var apart = there.Open<GivenAwayTests.Crm>();
        await using var host = await CreateAsync(isPostgres: false, apart.Database.GetConnectionString());
        await using var billing = host.Open<Billing>();
        await billing.Database.ExecuteSqlRawAsync("CREATE TABLE \"Bills\" (\"Id\" INTEGER PRIMARY KEY, \"Person\" TEXT NOT NULL, \"Name\" TEXT, \"LastContact\" TEXT NOT NULL)");
        (await Should.ThrowAsync<InvalidOperationException>(() => billing.Set<GivenAwayTests.Customer>().CountAsync())).Message
            .ShouldEndWith("nothing is shown of them. Take KeptElsewhere out, and give its records a data set of their own.");
        (await GdprCoverage.CheckAsync(billing)).Select(finding => finding.Place).ShouldContain("Customers");
    }

    [Fact]
    public void What_is_said_last_of_a_class_counts()
    {
        var options = new DbContextSourceOptions();
        options.Map<GivenAwayTests.Customer>("crm.customers").KeptElsewhere<GivenAwayTests.Customer>();
        (options.Statements.Count, options.ElsewhereKept.Count).ShouldBe((0, 1));
        options.Excuse<GivenAwayTests.Customer>("nobody");
        (options.Statements.Count, options.ElsewhereKept.Count).ShouldBe((1, 0));
    }

    private static async Task<ModuleHost> CreateAsync(bool isPostgres, string? billing = null)
    {
        var host = await ModuleHost.CreateAsync(Policy, isPostgres, modules => modules
            .Context<GivenAwayTests.Crm>("crm").Context<Billing>("billing", source => source.KeptElsewhere<GivenAwayTests.Customer>(), billing));
        await host.CreateTablesAsync<GivenAwayTests.Crm>();
        if (billing is null)
        {
            await host.CreateTablesAsync<Billing>();
        }

        return host;
    }

    private static async Task<ModuleHost> StartedAsync(bool isPostgres)
    {
        var host = await CreateAsync(isPostgres);
        await host.StartAsync();
        await host.AddAsync<GivenAwayTests.Crm>(
            new GivenAwayTests.Customer { Id = 1, Person = "p1", Name = "One" }, new GivenAwayTests.Customer { Id = 2, Person = "p2", Name = "Two" });
        await host.AddAsync<Billing>(new Bill { Id = 1, Person = "p1", Name = "One" });
        return host;
    }

    internal sealed class Billing(DbContextOptions<Billing> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<GivenAwayTests.Customer>().ToTable("Customers", table => table.ExcludeFromMigrations());
            modelBuilder.Entity<Bill>().ToTable("Bills").Property(bill => bill.Id).ValueGeneratedNever();
        }
    }

    internal sealed class Roster(DbContextOptions<Roster> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Clinic.Person>().ToTable("People");
            modelBuilder.Entity<Clinic.Patient>();
            modelBuilder.Entity<Clinic.Doctor>();
        }
    }

    [DataSet("crm.bills")]
    internal sealed class Bill
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
