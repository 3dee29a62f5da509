using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>What is known of a person is not lost by giving the person's records to another id.</summary>
public sealed class GivenAwayTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task A_held_record_is_given_to_nobody_else(bool isPostgres)
    {
        await using var host = await GuardedHost<Crm>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Customer { Id = 1, Person = "p1", Name = "One" });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        (await context.Set<Customer>().SingleAsync()).Person = "p1-merged";
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());

        host.Clock.Set(Instant.FromUtc(2032, 1, 1, 0, 0));
        await host.Source.SweepAsync(host.Evaluator);
        (await host.CountAsync("Customers")).ShouldBe(1);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_held_record_is_given_to_nobody_else_where_the_name_of_its_table_has_a_dot(bool isPostgres)
    {
        await using var host = await GuardedHost<Dotted>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Customer { Id = 1, Person = "p1", Name = "One" }, new Customer { Id = 2, Person = "p2", Name = "Two" });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        (await context.Set<Customer>().SingleAsync(one => one.Id == 2)).Person = "p2-merged";
        (await context.SaveChangesAsync()).ShouldBe(1);
        (await context.Set<Customer>().SingleAsync(one => one.Id == 1)).Person = "p1-merged";
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    [Fact]
    public async Task Whatever_else_of_a_held_record_is_changed_is_saved_and_records_of_others_are_given_away()
    {
        await using var host = await GuardedHost<Crm>.CreateAsync(GuardedPolicies.Of());
        await host.AddAsync(new Customer { Id = 1, Person = "p1", Name = "One" }, new Customer { Id = 2, Person = "p2", Name = "Two" });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        var (held, free) = (await context.Set<Customer>().SingleAsync(one => one.Id == 1), await context.Set<Customer>().SingleAsync(one => one.Id == 2));
        held.Name = "Uno";
        free.Person = "p2-merged";
        (await context.SaveChangesAsync()).ShouldBe(2);
    }

    [Theory]
    [InlineData("owned")]
    [InlineData("complex")]
    public async Task A_held_record_whose_person_stands_in_a_part_of_it_is_given_to_nobody_else(string part)
    {
        await using var host = await GuardedHost<Parts>.CreateAsync(GuardedPolicies.Of(others: "staff"));
        await host.AddAsync(new Owning { Id = 1, Who = { Number = "p1", Town = "Lund" } }, new Composed { Id = 1, Who = new Who { Number = "p1", Town = "Lund" } });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await host.FactAsync("crm.staff", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        var who = part == "owned" ? (await context.Set<Owning>().SingleAsync()).Who : (await context.Set<Composed>().SingleAsync()).Who;
        who.Town = "Malmö";
        (await context.SaveChangesAsync()).ShouldBe(1);
        who.Number = "p2";
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_held_record_that_comes_back_from_a_form_with_its_person_unchanged_is_saved(bool isPostgres)
    {
        await using var host = await GuardedHost<GivenAwayTests.Crm>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new GivenAwayTests.Customer { Id = 1, Person = "p1", Name = "One" });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();

        // What is changed is not known of an object that was not read: all of it is written.
        context.Update(new GivenAwayTests.Customer { Id = 1, Person = "p1", Name = "Uno" });
        (await context.SaveChangesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_ticket_is_assigned_to_another_agent_while_its_author_has_an_open_request()
    {
        await using var host = await GuardedHost<Desk>.CreateAsync(
            GuardedPolicies.Of(""" "name": "identity.name", "agent-note": "free-text" """), configure: options => options.Map<Ticket>("crm.customers", map => map
            .Owner("author", ticket => ticket.Author, "name")
            .Mentions("agent", ticket => ticket.Agent, "agent-note")));
        await host.AddAsync(new Ticket { Id = 1, Author = "anna", Name = "Anna" });
        await host.FactAsync("crm.customers", "anna", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        (await context.Set<Ticket>().SingleAsync()).Agent = "agent 7";
        (await context.SaveChangesAsync()).ShouldBe(1);
        (await context.Set<Ticket>().SingleAsync()).Author = "bo";
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    [Fact]
    public async Task A_part_that_is_replaced_by_one_with_the_same_person_is_saved()
    {
        await using var host = await GuardedHost<Parts>.CreateAsync(GuardedPolicies.Of(others: "staff"));
        await host.AddAsync(new Owning { Id = 1, Who = { Number = "p1", Town = "Lund" } });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();
        var owner = await context.ForAllowedUse(AllowedUse.LegalClaims).Set<Owning>().SingleAsync();
        owner.Who = new Who { Number = "p1", Town = "Malmö" };
        (await context.SaveChangesAsync()).ShouldBeGreaterThan(0);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_part_that_is_replaced_gives_the_record_to_nobody_else(bool isPostgres)
    {
        await using var host = await GuardedHost<Parts>.CreateAsync(GuardedPolicies.Of(others: "staff"), isPostgres);
        await host.AddAsync(new Owning { Id = 1, Who = { Number = "p1", Town = "Lund" } });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        (await context.Set<Owning>().SingleAsync()).Who = new Who { Number = "p2", Town = "Lund" };
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    internal sealed class Crm(DbContextOptions<Crm> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Customer>().ToTable("Customers").Property(one => one.Id).ValueGeneratedNever();
    }

    internal sealed class Dotted(DbContextOptions<Dotted> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Customer>().ToTable("dbo.Customers").Property(one => one.Id).ValueGeneratedNever();
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

    internal sealed class Parts(DbContextOptions<Parts> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Owning>().ToTable("Owning").OwnsOne(one => one.Who);
            modelBuilder.Entity<Composed>().ToTable("Composed").ComplexProperty(one => one.Who);
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Owning
    {
        public int Id { get; set; }

        public Who Who { get; set; } = new();

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.staff")]
    internal sealed class Composed
    {
        public int Id { get; set; }

        public Who Who { get; set; } = new();

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Who
    {
        [DataSubjectId]
        public string Number { get; set; } = "";

        public string? Town { get; set; }
    }

    internal sealed class Desk(DbContextOptions<Desk> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Ticket>().ToTable("Tickets");
    }

    internal sealed class Ticket
    {
        public int Id { get; set; }

        public string? Author { get; set; }

        public string? Name { get; set; }

        public string? Agent { get; set; }

        public string? AgentNote { get; set; }

        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
