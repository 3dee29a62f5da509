using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Rows of several types in the same columns: what stands in those of the one is not taken for what the others hold.</summary>
public sealed class SharedColumnTests
{
    private static readonly DateOnly Old = new(2001, 1, 1);

    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task A_date_of_rows_of_one_type_is_not_taken_from_rows_of_another_in_the_same_columns(bool isPostgres)
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<SharedCalls>.CreateAsync(GuardedPolicies.Of(), isPostgres));
        refused.Problems.ShouldHaveSingleItem().ShouldBe(
            "crm.customers: trigger 'last-contact': rows of table 'Touches' that are Memo hold something of their own in CallerId, and would be taken for Call; "
            + "give each type a column of its own, or compute the value by an expression that asks for the type; name a property that is there.");
    }

    [Fact]
    public async Task A_date_that_only_some_types_of_a_collection_have_is_not_taken_from_the_others()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<SharedDates>.CreateAsync(GuardedPolicies.Of()));
        refused.Problems.ShouldHaveSingleItem().ShouldContain("rows of table 'Touches' that are Memo hold something of their own in At, and would be taken for Call");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_date_of_rows_of_one_type_is_taken_from_their_own_reference(bool isPostgres)
    {
        await using var host = await GuardedHost<OwnCalls>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(
            new Caller { Id = 1, Person = "p1", Name = "called of late", Calls = { new Call { Id = 1, At = new DateOnly(2026, 6, 1) } } },
            new Caller { Id = 2, Person = "p2", Name = "called long ago", Calls = { new Call { Id = 2, At = Old } } });
        await host.AddAsync(new Memo { Id = 3, CallerId = 1, Written = Old }, new Memo { Id = 4, CallerId = 2, Written = new DateOnly(2026, 6, 1) });
        (await host.Source.SweepAsync(host.Evaluator)).ShouldBe(["2"]);
    }

    internal sealed class SharedCalls(DbContextOptions<SharedCalls> options) : Touching(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Caller>().HasDataSet("crm.customers", map => map.Trigger("last-contact", caller => caller.Calls.Min(call => call.At)).Child("Touches", ChildAction.Delete));
            modelBuilder.Entity<Memo>().HasOne<Caller>().WithMany().HasForeignKey(memo => memo.CallerId).OnDelete(DeleteBehavior.Cascade);
            modelBuilder.Entity<Call>().Property(call => call.CallerId).HasColumnName("CallerId");
            modelBuilder.Entity<Memo>().Property(memo => memo.CallerId).HasColumnName("CallerId");
        }
    }

    internal sealed class OwnCalls(DbContextOptions<OwnCalls> options) : Touching(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Caller>().HasDataSet("crm.customers", map => map.Trigger("last-contact", caller => caller.Calls.Max(call => call.At)));
        }
    }

    internal sealed class SharedDates(DbContextOptions<SharedDates> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Listener>().ToTable("Listeners").HasDataSet("crm.customers", map => map.Trigger("last-contact", listener => listener.Touches.Max(touch => ((Call)touch).At)))
                .HasMany(listener => listener.Touches).WithOne().HasForeignKey("ListenerId").OnDelete(DeleteBehavior.Cascade);
            modelBuilder.Entity<Touch>().ToTable("Touches");
            modelBuilder.Entity<Call>().Property(call => call.At).HasColumnName("At");
            modelBuilder.Entity<Memo>().Property(memo => memo.Written).HasColumnName("At");
        }
    }

    /// <summary>Calls and memos in one table, with their dates in one column.</summary>
    internal abstract class Touching(DbContextOptions options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Caller>().ToTable("Callers");
            modelBuilder.Entity<Touch>().ToTable("Touches").Property(touch => touch.Id).ValueGeneratedNever();
            modelBuilder.Entity<Call>().HasOne<Caller>().WithMany(caller => caller.Calls).HasForeignKey(call => call.CallerId).OnDelete(DeleteBehavior.Cascade);
            modelBuilder.Entity<Call>().Property(call => call.At).HasColumnName("At");
            modelBuilder.Entity<Memo>().Property(memo => memo.Written).HasColumnName("At");
        }
    }

    internal sealed class Caller
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        public List<Call> Calls { get; } = [];
    }

    internal sealed class Listener
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        public List<Touch> Touches { get; } = [];
    }

    internal abstract class Touch
    {
        public int Id { get; set; }
    }

    internal sealed class Call : Touch
    {
        public int? CallerId { get; set; }

        public DateOnly? At { get; set; }
    }

    internal sealed class Memo : Touch
    {
        public int? CallerId { get; set; }

        public DateOnly? Written { get; set; }
    }
}
