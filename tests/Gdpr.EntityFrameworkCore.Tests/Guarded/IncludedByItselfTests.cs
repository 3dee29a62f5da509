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

    [Theory, MemberData(nameof(Databases))]
    public async Task What_is_made_of_columns_alone_is_read_past_the_hosts_own_filter(bool isPostgres)
    {
        await using var host = await GuardedHost<School>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new House { Id = 5, Rooms = { new Room { Id = 1, Tenant = 2, Pupils = { new Pupil { Id = 1, Person = "p1", Name = "One" } } } } });
        await using var context = host.Open();
        var rooms = context.Set<Room>().IgnoreQueryFilters();
        (await rooms.Select(room => new RoomLine { Id = room.Id, House = room.House!.Id }).SingleAsync()).ShouldBe(new RoomLine { Id = 1, House = 5 });
        (await rooms.Where(room => room.Tenant == 2).Select(room => new RoomLine { Id = room.Id, Inner = room.Tenant > 1 ? new RoomLine { Id = room.Tenant } : null })
            .OrderBy(line => line.Id).Take(5).ToListAsync()).ShouldHaveSingleItem().Inner!.Id.ShouldBe(2);
        (await rooms.Join(context.Set<House>(), room => room.House!.Id, house => house.Id, (room, house) => new RoomLine { Id = room.Id, House = house.Id })
            .ToListAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_made_of_an_object_itself_or_by_its_own_code_brings_what_the_model_includes()
    {
        await using var host = await GuardedHost<School>.CreateAsync(GuardedPolicies.Of());
        await host.AddAsync(new Room { Id = 1, Tenant = 1, Pupils = { new Pupil { Id = 1, Person = "p1", Name = "One" } } });
        await using var context = host.Open();
        var rooms = context.Set<Room>().IgnoreQueryFilters();
        await ShouldBeRefusedAsync(rooms.Select(room => new RoomLine { Id = room.Id, Whole = room }));
        await ShouldBeRefusedAsync(rooms.Select(room => new RoomLine { Id = room.Id, Inner = Of(room) }));
        await ShouldBeRefusedAsync(rooms.Select(room => new RoomLine { Id = room.Crowd }));
        await ShouldBeRefusedAsync(rooms.Select(room => new RoomLine { Id = ((Headcount)room).Count }));
        await ShouldBeRefusedAsync(rooms.Select(room => Of(room)));
        await ShouldBeRefusedAsync(rooms.Select(room => (IPlace)room));
        await ShouldBeRefusedAsync(context.Set<House>().IgnoreQueryFilters().Select(house => new RoomLine { Id = house.Id, Rooms = house.Rooms.Count }));
        (await context.Set<Room>().Select(room => new RoomLine { Id = room.Crowd }).SingleAsync()).Id.ShouldBe(1, "EF Core does include for the object's own code");

        async Task ShouldBeRefusedAsync<T>(IQueryable<T> query) => await Should.ThrowAsync<GuardBypassException>(() => query.ToListAsync());
    }

    private static RoomLine Of(Room room) => new() { Id = room.Pupils.Count };

    internal sealed record RoomLine
    {
        public int Id { get; init; }

        public int House { get; init; }

        public int Rooms { get; init; }

        public RoomLine? Inner { get; init; }

        public Room? Whole { get; init; }
    }

    internal sealed record Headcount(int Count)
    {
        public static explicit operator Headcount(Room room) => new(room.Pupils.Count);
    }

    internal interface IPlace
    {
        int Id { get; }
    }

    internal sealed class School(DbContextOptions<School> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Room>().ToTable("Rooms").HasMany(room => room.Pupils).WithOne().OnDelete(DeleteBehavior.SetNull);
            modelBuilder.Entity<Room>().HasQueryFilter(room => room.Tenant == 1);
            modelBuilder.Entity<Room>().Navigation(room => room.Pupils).AutoInclude();
            modelBuilder.Entity<Pupil>().ToTable("Pupils");
            modelBuilder.Entity<House>().ToTable("Houses").HasMany(house => house.Rooms).WithOne(room => room.House).OnDelete(DeleteBehavior.SetNull);
        }
    }

    [NotPersonalData("places")]
    internal sealed class House
    {
        public int Id { get; set; }

        public List<Room> Rooms { get; } = [];
    }

    [NotPersonalData("places")]
    internal sealed class Room : IPlace
    {
        public int Id { get; set; }

        public House? House { get; set; }

        public int Crowd => Pupils.Count;

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
