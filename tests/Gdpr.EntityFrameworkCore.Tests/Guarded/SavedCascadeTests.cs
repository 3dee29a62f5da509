using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Records that the database deletes with others, of the same data set or another, over any number of rows, are asked after when the first is deleted.</summary>
public sealed class SavedCascadeTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task Records_of_the_same_data_set_that_the_database_deletes_too_are_asked_after(bool isPostgres)
    {
        await using var host = await GuardedHost<Forum>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(
            new Post { Id = 1, Author = "p1", Name = "question" },
            new Post { Id = 2, Author = "p2", Name = "answer", ParentId = 1 },
            new Post { Id = 3, Author = "p3", Name = "answer to the answer", ParentId = 2 },
            new Post { Id = 4, Author = "p4", Name = "another question" });
        await host.FactAsync("crm.customers", "p3", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        context.Remove(await context.Set<Post>().SingleAsync(post => post.Id == 1));
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
        (await host.CountAsync("Posts")).ShouldBe(4);

        context.ChangeTracker.Clear();
        context.Remove(await context.Set<Post>().SingleAsync(post => post.Id == 4));
        (await context.SaveChangesAsync()).ShouldBe(1);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Records_beneath_a_tree_of_something_else_are_asked_after_however_deep_it_is(bool isPostgres)
    {
        await using var host = await GuardedHost<Forum>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(
            new Board { Code = "a", Boards = { new Board { Code = "b", Boards = { new Board { Code = "c" } } } } }, new Board { Code = "d" },
            new Post { Id = 1, Author = "p1", BoardCode = "c" });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        context.Remove(await context.Set<Board>().SingleAsync(board => board.Code == "a"));
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
        (await host.CountAsync("Boards")).ShouldBe(4);

        context.ChangeTracker.Clear();
        context.Remove(await context.Set<Board>().SingleAsync(board => board.Code == "d"));
        (await context.SaveChangesAsync()).ShouldBe(1);
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Board>().ExecuteDeleteAsync());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Records_of_which_the_database_deletes_an_owned_part_are_asked_after(bool isPostgres)
    {
        await using var host = await GuardedHost<Forum>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(
            new Site { Id = 1 }, new Site { Id = 2 }, new Post { Id = 1, Author = "p1", Links = { new Link { Id = 7, SiteId = 1 } } },
            new Post { Id = 2, Author = "p2", Links = { new Link { Id = 8, SiteId = 2 } } });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        context.Remove(await context.Set<Site>().SingleAsync(site => site.Id == 1));
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
        (await host.CountAsync("Links")).ShouldBe(2);

        context.ChangeTracker.Clear();
        context.Remove(await context.Set<Site>().SingleAsync(site => site.Id == 2));
        (await context.SaveChangesAsync()).ShouldBe(1);
        (await host.CountAsync("Links")).ShouldBe(1);
    }

    [PostgresFact]
    public async Task Records_that_differ_by_a_fraction_of_a_second_in_their_key_are_each_asked_after()
    {
        await using var host = await GuardedHost<Lab>.CreateAsync(GuardedPolicies.Of(), isPostgres: true);
        var at = new DateTime(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);
        await host.AddAsync(
            new Device { Id = 1 },
            new Reading { DeviceId = 1, At = at, Person = "p1", Name = "One" },
            new Reading { DeviceId = 1, At = at.AddMilliseconds(500), Person = "p2", Name = "Two" });
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        context.Remove(await context.Set<Device>().SingleAsync());
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    internal sealed class Forum(DbContextOptions<Forum> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Post>().ToTable("Posts").Property(post => post.Id).ValueGeneratedNever();
            modelBuilder.Entity<Post>().HasOne<Post>().WithMany().HasForeignKey(post => post.ParentId).OnDelete(DeleteBehavior.Cascade);
            modelBuilder.Entity<Post>().HasOne<Board>().WithMany().HasForeignKey(post => post.BoardCode).OnDelete(DeleteBehavior.Cascade);
            modelBuilder.Entity<Post>().OwnsMany(post => post.Links, links =>
            {
                links.ToTable("Links").Property(link => link.Id).ValueGeneratedNever();
                links.HasOne<Site>().WithMany().HasForeignKey(link => link.SiteId).OnDelete(DeleteBehavior.Cascade);
            });
            modelBuilder.Entity<Board>().ToTable("Boards").HasKey(board => board.Code);
            modelBuilder.Entity<Board>().Property(board => board.Code).IsFixedLength().HasMaxLength(4);
            modelBuilder.Entity<Board>().HasMany(board => board.Boards).WithOne().OnDelete(DeleteBehavior.Cascade);
            modelBuilder.Entity<Site>().Property(site => site.Id).ValueGeneratedNever();
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Post
    {
        public int Id { get; set; }

        public int? ParentId { get; set; }

        public string? BoardCode { get; set; }

        [DataSubjectId]
        public string Author { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public List<Link> Links { get; } = [];
    }

    internal sealed class Link
    {
        public int Id { get; set; }

        public int SiteId { get; set; }
    }

    [NotPersonalData("places")]
    internal sealed class Board
    {
        public string Code { get; set; } = "";

        public List<Board> Boards { get; } = [];
    }

    [NotPersonalData("places")]
    internal sealed class Site
    {
        public int Id { get; set; }
    }

    internal sealed class Lab(DbContextOptions<Lab> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Device>().ToTable("Devices");
            modelBuilder.Entity<Reading>().ToTable("Readings").HasKey(reading => new { reading.DeviceId, reading.At });
            modelBuilder.Entity<Reading>().HasOne<Device>().WithMany().HasForeignKey(reading => reading.DeviceId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    [NotPersonalData("things")]
    internal sealed class Device
    {
        public int Id { get; set; }
    }

    [DataSet("crm.customers")]
    internal sealed class Reading
    {
        public int DeviceId { get; set; }

        public DateTime At { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
