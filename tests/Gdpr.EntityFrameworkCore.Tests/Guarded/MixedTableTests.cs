using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Tables that hold records beside rows of other types: a reference belongs to the types that have it.</summary>
public sealed class MixedTableTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Fact]
    public async Task Rows_of_no_data_set_that_cascade_do_not_stay_with_a_cut_reference_unless_the_host_says_so()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<Mixed>.CreateAsync(GuardedPolicies.Of(others: "bills")));
        refused.Problems.ShouldHaveSingleItem().ShouldBe(
            "crm.customers: table 'Documents' refers to 'Owners' (AddresseeId) and cascades for rows of Letter, which are records of no data set in a table of records: they would neither "
            + "go with the record nor be ended by rules of their own; give Letter a data set or a table of its own, or let its rows stay: "
            + "Child(\"Documents\", ChildAction.Sever, \"AddresseeId\").");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Rows_of_no_data_set_stay_with_a_cut_reference_where_the_host_says_so(bool isPostgres)
    {
        await using var host = await GuardedHost<Stated>.CreateAsync(GuardedPolicies.Of(others: "bills"), isPostgres);
        var old = new DateOnly(2020, 1, 1);
        await host.AddAsync(new Owner { Id = 1, Person = "p1", LastContact = old });
        await host.AddAsync(new Bill { Id = 1, Person = "p1", PayerId = 1 }, new Letter { Id = 2, AddresseeId = 1 });
        (await host.Source.SweepAsync(host.Evaluator)).ShouldBe(["1"]);
        await using var context = host.Open();
        (await context.Set<Bill>().Where(bill => bill.PayerId == null).CountAsync()).ShouldBe(1);
        (await host.CountAsync("Documents")).ShouldBe(2);
    }

    [Fact]
    public async Task A_cascade_from_records_of_one_data_set_to_those_of_another_in_the_same_table_stops_the_start()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<SelfMixed>.CreateAsync(GuardedPolicies.Of(others: "firms")));
        refused.Problems.ShouldHaveSingleItem().ShouldBe(
            "crm.customers: table 'Parties' refers to 'Parties' (HeadId) and cascades: whoever deletes a record deletes records of 'crm.firms', which has rules of its own; "
            + "let the reference be optional and set to NULL: OnDelete(DeleteBehavior.SetNull).");
    }

    internal class Mixed(DbContextOptions options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Owner>().ToTable("Owners");
            modelBuilder.Entity<Document>().ToTable("Documents");
            modelBuilder.Entity<Bill>().HasOne<Owner>().WithMany().HasForeignKey(bill => bill.PayerId).OnDelete(DeleteBehavior.SetNull);
            modelBuilder.Entity<Letter>().HasOne<Owner>().WithMany().HasForeignKey(letter => letter.AddresseeId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    internal sealed class Stated(DbContextOptions<Stated> options) : Mixed(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Owner>().HasDataSet("crm.customers", owners => owners.Child("Documents", ChildAction.Sever, "AddresseeId"));
        }
    }

    internal sealed class SelfMixed(DbContextOptions<SelfMixed> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Party>().ToTable("Parties");
            modelBuilder.Entity<Head>();
            modelBuilder.Entity<Firm>().HasOne<Head>().WithMany().HasForeignKey(firm => firm.HeadId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    internal sealed class SelfMixedFree(DbContextOptions<SelfMixedFree> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Party>().ToTable("Parties");
            modelBuilder.Entity<Head>();
            modelBuilder.Entity<Firm>();
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Owner
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal abstract class Document
    {
        public int Id { get; set; }
    }

    [DataSet("crm.bills")]
    internal sealed class Bill : Document
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public int? PayerId { get; set; }
    }

    internal sealed class Letter : Document
    {
        public int AddresseeId { get; set; }
    }

    internal abstract class Party
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.customers")]
    internal sealed class Head : Party;

    [DataSet("crm.firms")]
    internal sealed class Firm : Party
    {
        public int HeadId { get; set; }
    }
}
