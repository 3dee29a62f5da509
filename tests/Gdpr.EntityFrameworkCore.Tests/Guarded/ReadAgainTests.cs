using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Objects that records own are read again through them; filters are ignored on no base type of records.</summary>
public sealed class ReadAgainTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task An_owned_object_is_read_again_unless_its_record_is_hidden(bool isPostgres)
    {
        await using var host = await GuardedHost<Forum>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Post { Id = 1, Author = "p1", Name = "question", Place = new Place { Town = "Lund" }, Links = { new Link { Id = 7, Url = "u" } } });
        await using var context = host.Open();
        var post = await context.Set<Post>().SingleAsync();
        post.Place!.Town = "Malmö";
        await context.Entry(post).Reference(one => one.Place).TargetEntry!.ReloadAsync();
        post.Place.Town.ShouldBe("Lund");
        (await context.Entry(post.Links[0]).GetDatabaseValuesAsync())!["Url"].ShouldBe("u");

        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Restricted));
        (await context.Entry(post.Links[0]).GetDatabaseValuesAsync()).ShouldBeNull();
        (await context.Entry(post).GetDatabaseValuesAsync()).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Filters_are_not_ignored_on_a_base_type_whose_types_have_tables_of_their_own(bool isPostgres)
    {
        await using var host = await GuardedHost<School>.CreateAsync(GuardedPolicies.Of(others: "staff"), isPostgres);
        await host.AddAsync(new Pupil { Id = 1, Person = "p1", Name = "a" }, new Pupil { Id = 2, Person = "p2", Name = "b" });
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();
        (await context.Set<Attendant>().Select(one => one.Id).ToListAsync()).ShouldBe([1]);
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Attendant>().IgnoreQueryFilters().Select(one => one.Id).ToListAsync());
        (await context.ForAllowedUse(AllowedUse.LegalClaims).Set<Attendant>().IgnoreQueryFilters().Select(one => one.Id).ToListAsync()).Count.ShouldBe(2);
    }

    internal sealed class Forum(DbContextOptions<Forum> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Post>().ToTable("Posts").Property(post => post.Id).ValueGeneratedNever();
            modelBuilder.Entity<Post>().OwnsOne(post => post.Place);
            modelBuilder.Entity<Post>().OwnsMany(post => post.Links, links => links.ToTable("Links").Property(link => link.Id).ValueGeneratedNever());
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Post
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Author { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public Place? Place { get; set; }

        public List<Link> Links { get; } = [];
    }

    internal sealed class Place
    {
        public string? Town { get; set; }
    }

    internal sealed class Link
    {
        public int Id { get; set; }

        public string? Url { get; set; }
    }

    internal sealed class School(DbContextOptions<School> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Attendant>().UseTpcMappingStrategy().Property(one => one.Id).ValueGeneratedNever();
            modelBuilder.Entity<Pupil>().ToTable("pupils");
            modelBuilder.Entity<Teacher>().ToTable("teachers");
        }
    }

    internal abstract class Attendant
    {
        public int Id { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.customers")]
    internal sealed class Pupil : Attendant
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }
    }

    [DataSet("crm.staff")]
    internal sealed class Teacher : Attendant
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }
    }
}
