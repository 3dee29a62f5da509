using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>A part of a record with an entity type of its own, in the record's row, goes without the record.</summary>
public sealed class SplitTableTests
{
    private static readonly string KeptByLaw = GuardedPolicies.Of().Replace("""
        "activities": {
        """, """
        "activities": {
          "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.customers"],
            "retention": { "keep": "P7Y", "after": "last-contact", "law": "SFS 1999:1078 7:2" } },
        """, StringComparison.Ordinal);

    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task A_part_in_the_row_of_a_record_that_the_law_keeps_is_removed_and_the_record_is_not(bool isPostgres)
    {
        await using var host = await GuardedHost<Store>.CreateAsync(KeptByLaw, isPostgres);
        await host.AddAsync(new Order { Id = 1, Person = "p1", Name = "One", Detail = new Detail { Words = "gift" } });
        await using var context = host.Open();
        var order = await context.Set<Order>().Include(one => one.Detail).SingleAsync();
        context.Remove(order.Detail!);
        (await context.SaveChangesAsync()).ShouldBe(1);
        (await host.CountAsync("Orders")).ShouldBe(1);
        context.ChangeTracker.Clear();
        order = await context.Set<Order>().Include(one => one.Detail).SingleAsync();
        (order.Name, order.Detail).ShouldBe(("One", null));
        context.Remove(order);
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_part_in_the_row_of_a_held_record_is_replaced_by_another_and_not_removed(bool isPostgres)
    {
        await using var host = await GuardedHost<Store>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Order { Id = 1, Person = "p1", Name = "One", Detail = new Detail { Words = "gift" } });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        var order = await context.Set<Order>().Include(one => one.Detail).SingleAsync();
        order.Detail = new Detail { Words = "no gift" };
        (await context.SaveChangesAsync()).ShouldBeGreaterThan(0);
        context.Remove(order.Detail);
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
        context.ChangeTracker.Clear();
        (await context.Set<Order>().Select(one => one.Detail!.Words).SingleAsync()).ShouldBe("no gift");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_record_in_the_row_of_something_else_goes_with_that_and_is_asked_after(bool isPostgres)
    {
        await using var host = await GuardedHost<Sheds>.CreateAsync(KeptByLaw, isPostgres);
        await host.AddAsync(new Shed { Id = 1, Renter = new Renter { Person = "p1", Name = "One" } });
        await using var context = host.Open();
        var shed = await context.Set<Shed>().Include(one => one.Renter).SingleAsync();
        context.Remove(shed.Renter!);
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
        context.ChangeTracker.Clear();
        context.Remove(new Shed { Id = 1 });
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
        (await host.CountAsync("Sheds")).ShouldBe(1);
    }

    internal sealed class Store(DbContextOptions<Store> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Order>().ToTable("Orders").Property(order => order.Id).ValueGeneratedNever();
            modelBuilder.Entity<Order>().HasOne(order => order.Detail).WithOne().HasForeignKey<Detail>(detail => detail.Id);
            modelBuilder.Entity<Detail>().ToTable("Orders").Property(detail => detail.Words).HasColumnName("Words");
        }
    }

    internal sealed class Sheds(DbContextOptions<Sheds> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Shed>().ToTable("Sheds").Property(shed => shed.Id).ValueGeneratedNever();
            modelBuilder.Entity<Shed>().HasOne(shed => shed.Renter).WithOne().HasForeignKey<Renter>(renter => renter.Id);
            modelBuilder.Entity<Renter>().ToTable("Sheds");
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Order
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public Detail? Detail { get; set; }
    }

    internal sealed class Detail
    {
        public int Id { get; set; }

        public string? Words { get; set; }
    }

    internal sealed class Shed
    {
        public int Id { get; set; }

        public Renter? Renter { get; set; }
    }

    [DataSet("crm.customers")]
    internal sealed class Renter
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string? Person { get; set; }

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly? LastContact { get; set; } = new(2026, 6, 1);
    }
}
