using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>What several types of one data set call alike, and what several members are marked as: all of it is asked, or it is refused.</summary>
public sealed class AlikeMembersTests
{
    private static readonly DateOnly Old = new(2001, 1, 1);

    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task A_person_of_several_types_in_a_column_for_each_is_refused(bool isPostgres)
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<Kinds>.CreateAsync(GuardedPolicies.Of(), isPostgres));
        refused.Problems.ShouldHaveSingleItem().ShouldStartWith(
            "crm.customers: the subject: several types of Human have a 'Person' of their own, in different columns (Humans.");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_person_of_several_types_in_one_column_is_found_and_held(bool isPostgres)
    {
        await using var host = await GuardedHost<SharedKinds>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Adult { Id = 1, Person = "p1", Name = "One", LastContact = Old }, new Child { Id = 2, Person = "p1", Name = "Two", LastContact = Old });
        (await host.ExportAsync("crm.customers", "p1")).Count.ShouldBe(2);
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        (await host.Source.SweepAsync(host.Evaluator)).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_date_of_several_types_in_a_column_for_each_is_refused(bool isPostgres)
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<Dated>.CreateAsync(GuardedPolicies.Of(), isPostgres));
        refused.Problems.ShouldHaveSingleItem().ShouldContain("trigger 'last-contact': several types of Stranger have a 'LastContact' of their own");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_date_of_several_types_in_one_column_is_found(bool isPostgres)
    {
        await using var host = await GuardedHost<SharedDated>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Guest { Id = 1, Person = "p1", Name = "One", LastContact = Old }, new Visitor { Id = 2, Person = "p2", Name = "Two", LastContact = Old });
        (await host.Source.SweepAsync(host.Evaluator)).Order().ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_reference_of_several_types_in_columns_of_their_own_is_refused()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<Referring>.CreateAsync(GuardedPolicies.Of()));
        refused.Problems.ShouldHaveSingleItem().ShouldContain("several types of Paper have a 'Client' of their own, in different columns");
    }

    [Fact]
    public async Task Two_ids_of_which_each_is_marked_as_the_persons_are_refused()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<Mail>.CreateAsync(GuardedPolicies.Of()));
        refused.Problems.ShouldHaveSingleItem().ShouldBe(
            "crm.customers: Recipient and Sender are each marked as the id of the person of Letter, and only one would be asked; "
            + "mark one; or, where a record concerns several people, name each where the data set is mapped: Owner, Mentions.");
    }

    internal class Kinds(DbContextOptions options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Human>().ToTable("Humans").HasDataSet("crm.customers");
            modelBuilder.Entity<Adult>();
            modelBuilder.Entity<Child>();
        }
    }

    internal sealed class SharedKinds(DbContextOptions<SharedKinds> options) : Kinds(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Adult>().Property(adult => adult.Person).HasColumnName("Person");
            modelBuilder.Entity<Child>().Property(child => child.Person).HasColumnName("Person");
        }
    }

    internal abstract class Human
    {
        public int Id { get; set; }

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Adult : Human
    {
        [DataSubjectId]
        public string Person { get; set; } = "";
    }

    internal sealed class Child : Human
    {
        [DataSubjectId]
        public string Person { get; set; } = "";
    }

    internal class Dated(DbContextOptions options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Stranger>().ToTable("Strangers").HasDataSet("crm.customers");
            modelBuilder.Entity<Guest>();
            modelBuilder.Entity<Visitor>();
        }
    }

    internal sealed class SharedDated(DbContextOptions<SharedDated> options) : Dated(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Guest>().Property(guest => guest.LastContact).HasColumnName("LastContact");
            modelBuilder.Entity<Visitor>().Property(visitor => visitor.LastContact).HasColumnName("LastContact");
        }
    }

    internal abstract class Stranger
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }
    }

    internal sealed class Guest : Stranger
    {
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Visitor : Stranger
    {
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Referring(DbContextOptions<Referring> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Client>().ToTable("Clients");
            modelBuilder.Entity<Paper>().ToTable("Papers").HasDataSet("crm.customers", map => map.Subject("Client.Number"));
            modelBuilder.Entity<Offer>().HasOne(offer => offer.Client).WithMany().HasForeignKey("OfferedTo").OnDelete(DeleteBehavior.Restrict);
            modelBuilder.Entity<Claim>().HasOne(claim => claim.Client).WithMany().HasForeignKey("ClaimedBy").OnDelete(DeleteBehavior.Restrict);
        }
    }

    [NotPersonalData("in the register")]
    internal sealed class Client
    {
        public int Id { get; set; }

        public string Number { get; set; } = "";
    }

    internal abstract class Paper
    {
        public int Id { get; set; }

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Offer : Paper
    {
        public Client? Client { get; set; }
    }

    internal sealed class Claim : Paper
    {
        public Client? Client { get; set; }
    }

    internal sealed class Mail(DbContextOptions<Mail> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Letter>().ToTable("Letters");
    }

    [DataSet("crm.customers")]
    internal sealed class Letter
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Sender { get; set; } = "";

        [DataSubjectId]
        public string Recipient { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
