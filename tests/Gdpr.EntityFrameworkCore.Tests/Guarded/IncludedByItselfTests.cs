using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>What the model includes by itself with what a query asks for is asked for as well.</summary>
public sealed class IncludedByItselfTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task What_is_included_by_itself_is_not_shown_past_the_filter(bool isPostgres)
    {
        await using var host = await GuardedHost<School>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Room
        {
            Id = 1,
            Tenant = 1,
            Pupils = { new Pupil { Id = 1, Person = "p1", Name = "One" }, new Pupil { Id = 2, Person = "p2", Name = "Two" } },
        });
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();
        (await context.Set<Room>().SingleAsync()).Pupils.Count.ShouldBe(1);
        context.ChangeTracker.Clear();
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Room>().IgnoreQueryFilters().SingleAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<House>().IgnoreQueryFilters().Include(house => house.Rooms).ToListAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<House>().IgnoreQueryFilters().Include("Rooms").ToListAsync());
        (await context.ForAllowedUse(AllowedUse.LegalClaims).Set<Room>().IgnoreQueryFilters().SingleAsync()).Pupils.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_includes_nothing_is_read_past_the_hosts_own_filter()
    {
        await using var host = await GuardedHost<School>.CreateAsync(GuardedPolicies.Of());
        await host.AddAsync(new Room { Id = 1, Tenant = 2, Pupils = { new Pupil { Id = 1, Person = "p1", Name = "One" } } });
        await using var context = host.Open();
        (await context.Set<Room>().IgnoreQueryFilters().Select(room => room.Id).ToListAsync()).ShouldBe([1]);
        (await context.Set<Room>().IgnoreQueryFilters().CountAsync()).ShouldBe(1);
        var room = await context.Set<Room>().IgnoreAutoIncludes().IgnoreQueryFilters().SingleAsync();
        room.Pupils.ShouldBeEmpty();
        await context.Entry(room).ReloadAsync();
        context.Entry(room).State.ShouldBe(EntityState.Unchanged);
    }

    internal sealed class School(DbContextOptions<School> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Room>().ToTable("Rooms").HasMany(room => room.Pupils).WithOne().OnDelete(DeleteBehavior.SetNull);
            modelBuilder.Entity<Room>().HasQueryFilter(room => room.Tenant == 1);
            modelBuilder.Entity<Room>().Navigation(room => room.Pupils).AutoInclude();
            modelBuilder.Entity<Pupil>().ToTable("Pupils");
            modelBuilder.Entity<House>().ToTable("Houses").HasMany(house => house.Rooms).WithOne().OnDelete(DeleteBehavior.SetNull);
        }
    }

    [NotPersonalData("places")]
    internal sealed class House
    {
        public int Id { get; set; }

        public List<Room> Rooms { get; } = [];
    }

    [NotPersonalData("places")]
    internal sealed class Room
    {
        public int Id { get; set; }

        public int Tenant { get; set; }

        public List<Pupil> Pupils { get; } = [];
    }

    [DataSet("crm.customers")]
    internal sealed class Pupil
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
