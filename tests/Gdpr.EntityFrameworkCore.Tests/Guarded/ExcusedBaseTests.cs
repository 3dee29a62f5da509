using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>What a base type is excused for takes no guard from the records beneath it.</summary>
public sealed class ExcusedBaseTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task Records_are_neither_deleted_nor_changed_nor_seen_by_way_of_an_excused_base_type(bool isPostgres)
    {
        await using var host = await GuardedHost<Visits>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Guest { Id = 1, Person = "p1", Name = "One" }, new Guest { Id = 2, Person = "p2", Name = "Two" }, new Robot { Id = 3 });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();

        (await context.Set<Visitor>().OrderBy(visitor => visitor.Id).Select(visitor => visitor.Id).ToListAsync()).ShouldBe([1, 3]);
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Visitor>().IgnoreQueryFilters().CountAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Visitor>().Where(visitor => visitor.Id == 1).ExecuteDeleteAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Visitor>().ExecuteUpdateAsync(set => set.SetProperty(visitor => visitor.Door, "back")));
        (await host.CountAsync("Visitors")).ShouldBe(3);
    }

    [Fact]
    public async Task Objects_of_a_type_beside_the_records_are_read_again_and_removed()
    {
        await using var host = await GuardedHost<Visits>.CreateAsync(GuardedPolicies.Of());
        await host.AddAsync(new Guest { Id = 1, Person = "p1", Name = "One" }, new Robot { Id = 3 });
        await using var context = host.Open();
        var robot = await context.Set<Robot>().SingleAsync();
        await context.Entry(robot).ReloadAsync();
        context.Remove(robot);
        await context.SaveChangesAsync();
        (await host.CountAsync("Visitors")).ShouldBe(1);
    }

    internal sealed class Visits(DbContextOptions<Visits> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Visitor>().ToTable("Visitors").IsNotPersonalData("only what all visitors have in common").Property(visitor => visitor.Id).ValueGeneratedNever();
            modelBuilder.Entity<Guest>();
            modelBuilder.Entity<Robot>().IsNotPersonalData("machines");
        }
    }

    internal abstract class Visitor
    {
        public int Id { get; set; }

        public string? Door { get; set; }
    }

    internal sealed class Robot : Visitor;

    [DataSet("crm.customers")]
    internal sealed class Guest : Visitor
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
