using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Rows that refer to records more than once: what is said of the one reference is not taken for the other.</summary>
public sealed class ReferringRowsTests
{
    private static readonly DateOnly Old = new(2001, 1, 1);

    public static TheoryData<bool> Databases => [false, true];

    [Fact]
    public async Task What_is_said_of_a_table_alone_is_refused_where_the_model_says_something_else_of_one_of_its_references()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<Desk>.CreateAsync(GuardedPolicies.Of()));
        refused.Problems.ShouldHaveSingleItem().ShouldBe(
            "crm.customers: Child(\"Tickets\", ChildAction.Delete) is said of several references from 'Tickets' (AgentId; AuthorId), of which the model does not say the same: "
            + "rows of one person would go, or stay, with the record of another; say it of each by its columns, such as Child(\"Tickets\", ChildAction.Delete, \"AgentId\").");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Rows_that_go_with_one_person_only_lose_their_reference_to_another(bool isPostgres)
    {
        await using var host = await GuardedHost<StatedDesk>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(
            new Account { Id = 1, Person = "author", Name = "a" }, new Account { Id = 2, Person = "agent", Name = "b", LastContact = Old },
            new Account { Id = 3, Person = "former", Name = "c", LastContact = Old });
        await host.AddAsync(new Ticket { Id = 1, AuthorId = 1, AgentId = 2, Words = "it does not work" }, new Ticket { Id = 2, AuthorId = 3, AgentId = 1, Words = "nor this" });
        (await host.Source.SweepAsync(host.Evaluator)).Order().ShouldBe(["2", "3"]);
        await using var context = host.Open();
        var left = await context.Set<Ticket>().SingleAsync();
        (left.Id, left.AuthorId, left.AgentId).ShouldBe((1, 1, null));
    }

    [Fact]
    public async Task What_is_said_of_a_reference_that_is_not_there_is_refused()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<Misstated>.CreateAsync(GuardedPolicies.Of()));
        refused.Problems.ShouldContain("crm.customers: table 'Tickets' (Author) is said to refer to its records, and in the model does not; take it out, or add the foreign key to the model.");
    }

    [PostgresFact]
    public async Task A_child_table_in_the_default_schema_is_named_without_it()
    {
        await using var host = await GuardedHost<Public>.CreateAsync(GuardedPolicies.Of(), isPostgres: true);
        await host.AddAsync(new Buyer { Id = 1, Person = "p1", LastContact = Old });
        (await host.Source.SweepAsync(host.Evaluator)).ShouldBe(["1"]);
    }

    internal sealed class Desk(DbContextOptions<Desk> options) : Tickets(options, accounts => accounts.Child("Tickets", ChildAction.Delete));

    internal sealed class StatedDesk(DbContextOptions<StatedDesk> options)
        : Tickets(options, accounts => accounts.Child("Tickets", ChildAction.Delete, "AuthorId").Child("Tickets", ChildAction.Sever, "AgentId"));

    internal sealed class Misstated(DbContextOptions<Misstated> options) : Tickets(options, accounts => accounts.Child("Tickets", ChildAction.Delete, "Author"));

    internal abstract class Tickets(DbContextOptions options, Action<EntityFrameworkCore.Mapping.RecordMapBuilder<Account>> say) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Account>().ToTable("Accounts").HasDataSet("crm.customers", say);
            modelBuilder.Entity<Ticket>().ToTable("Tickets").HasOne<Account>().WithMany().HasForeignKey(ticket => ticket.AuthorId).OnDelete(DeleteBehavior.Cascade);
            modelBuilder.Entity<Ticket>().HasOne<Account>().WithMany().HasForeignKey(ticket => ticket.AgentId).OnDelete(DeleteBehavior.SetNull);
        }
    }

    internal sealed class Account
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Ticket
    {
        public int Id { get; set; }

        public int AuthorId { get; set; }

        public int? AgentId { get; set; }

        public string? Words { get; set; }
    }

    internal sealed class Public(DbContextOptions<Public> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.HasDefaultSchema("public");
            modelBuilder.Entity<Buyer>().ToTable("Buyers").HasDataSet("crm.customers", map => map.Child("Visits", ChildAction.Delete));
            modelBuilder.Entity<Visit>().ToTable("Visits").HasOne<Buyer>().WithMany().HasForeignKey(visit => visit.BuyerId).OnDelete(DeleteBehavior.Restrict);
        }
    }

    internal sealed class Visit
    {
        public int Id { get; set; }

        public int BuyerId { get; set; }
    }

    internal sealed class Buyer
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
