using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>A part of a row is replaced, or goes, where the database would go on from the row to records.</summary>
public sealed class ReplacedPartTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory]
    [InlineData(false, "replaced")]
    [InlineData(true, "replaced")]
    [InlineData(false, "taken away")]
    [InlineData(true, "taken away")]
    [InlineData(false, "of a document")]
    [InlineData(true, "of a document")]
    [InlineData(false, "document")]
    [InlineData(true, "document")]
    [InlineData(false, "of one's own post")]
    public async Task A_part_in_the_row_is_replaced_where_records_that_would_go_with_the_row_are_held(bool isPostgres, string what)
    {
        await using var host = await GuardedHost<Business>.CreateAsync(GuardedPolicies.Of(others: "posts"), isPostgres);
        await host.AddAsync(
            new Firm { Id = 1, Seat = new Place { Town = "Lund" }, Branches = { new Place { Town = "Malmö" }, new Place { Town = "Ystad" } }, Site = new Place { Town = "Kiel" } },
            new Worker { Id = 1, FirmId = 1, Person = "p1", Name = "One" },
            new Post { Id = 1, Person = "p2", Name = "question", Where = new Place { Town = "Lund" } }, new Post { Id = 2, Person = "p1", Name = "answer", ParentId = 1 });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await host.FactAsync("crm.posts", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        var firm = await context.Set<Firm>().SingleAsync();
        switch (what)
        {
            case "replaced":
                firm.Seat = new Place { Town = "Umeå" };
                break;
            case "taken away":
                firm.Seat = null;
                break;
            case "of a document":
                firm.Branches.RemoveAt(0);
                break;
            case "document":
                firm.Site = null;
                break;
            default:
                (await context.Set<Post>().SingleAsync(post => post.Id == 1)).Where = new Place { Town = "Umeå" };
                break;
        }

        (await context.SaveChangesAsync()).ShouldBeGreaterThan(0);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_row_with_a_document_is_deleted(bool isPostgres)
    {
        await using var host = await GuardedHost<Business>.CreateAsync(GuardedPolicies.Of(others: "posts"), isPostgres);
        await host.AddAsync(new Firm { Id = 1, Seat = new Place { Town = "Lund" }, Branches = { new Place { Town = "Malmö" } }, Site = new Place { Town = "Kiel" } });
        await using var context = host.Open();
        context.Remove(await context.Set<Firm>().SingleAsync());
        (await context.SaveChangesAsync()).ShouldBeGreaterThan(0);
    }

    internal sealed class Business(DbContextOptions<Business> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Firm>().ToTable("Firms").OwnsOne(firm => firm.Seat);
            modelBuilder.Entity<Firm>().Property(firm => firm.Id).ValueGeneratedNever();
            modelBuilder.Entity<Firm>().OwnsMany(firm => firm.Branches, branches => branches.ToJson("Branches"));
            modelBuilder.Entity<Firm>().OwnsOne(firm => firm.Site, site => site.ToJson("Site"));
            modelBuilder.Entity<Worker>().ToTable("Workers").HasOne<Firm>().WithMany().HasForeignKey(worker => worker.FirmId).OnDelete(DeleteBehavior.Cascade);
            modelBuilder.Entity<Post>().ToTable("Posts").OwnsOne(post => post.Where);
            modelBuilder.Entity<Post>().Property(post => post.Id).ValueGeneratedNever();
            modelBuilder.Entity<Post>().HasOne<Post>().WithMany().HasForeignKey(post => post.ParentId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    [NotPersonalData("firms")]
    internal sealed class Firm
    {
        public int Id { get; set; }

        public Place? Seat { get; set; }

        public Place? Site { get; set; }

        public List<Place> Branches { get; } = [];
    }

    internal sealed class Place
    {
        public string? Town { get; set; }
    }

    [DataSet("crm.customers")]
    internal sealed class Worker
    {
        public int Id { get; set; }

        public int FirmId { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.posts")]
    internal sealed class Post
    {
        public int Id { get; set; }

        public int? ParentId { get; set; }

        public Place? Where { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
