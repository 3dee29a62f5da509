using Gdpr.EntityFrameworkCore.Hazards;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Models of every shape: what is restricted or past is seen by nobody, and a sweep takes what is due and nothing else.</summary>
public sealed class OddModelTests
{
    private static readonly DateOnly Old = new(2020, 1, 1);

    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task A_hierarchy_in_one_table_is_judged_by_the_data_set_of_each_type(bool isPostgres)
    {
        await using var host = await GuardedHost<Hierarchy>.CreateAsync(GuardedPolicies.Of(others: "firms"), isPostgres);
        await host.AddAsync(
            new Private { Id = 1, Person = "p1", Name = "a" }, new Private { Id = 2, Person = "p2", Name = "b" }, new Private { Id = 3, Person = "p3", LastContact = Old },
            new Firm { Id = 4, Person = "p2", Name = "c" }, new Firm { Id = 5, Person = "p5", LastContact = Old }, new Other { Id = 6, LastContact = Old });
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();

        (await context.Set<Party>().OrderBy(party => party.Id).Select(party => party.Id).ToListAsync()).ShouldBe([1, 4, 6]);
        (await context.Set<Private>().Select(party => party.Id).ToListAsync()).ShouldBe([1]);
        (await context.Set<Party>().OfType<Firm>().Select(party => party.Id).ToListAsync()).ShouldBe([4]);
        (await context.Set<Party>().Where(party => party is Private).CountAsync()).ShouldBe(1);
        (await host.Source.SweepAsync(host.Evaluator)).ShouldBe(["3"]);
        (await host.Source.SweepAsync(host.Evaluator, "crm.firms")).ShouldBe(["5"]);
        (await host.CountAsync("Parties")).ShouldBe(4);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_hierarchy_in_several_tables_is_judged_by_the_data_set_of_each_type(bool isPostgres)
    {
        await using var host = await GuardedHost<Concrete>.CreateAsync(GuardedPolicies.Of(others: "firms"), isPostgres);
        await host.AddAsync(
            new Private { Id = 1, Person = "p1", Name = "a" }, new Private { Id = 2, Person = "p2", Name = "b" }, new Private { Id = 3, Person = "p3", LastContact = Old },
            new Firm { Id = 4, Person = "p2", Name = "c" }, new Firm { Id = 5, Person = "p5", LastContact = Old });
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();

        (await context.Set<Party>().OrderBy(party => party.Id).Select(party => party.Id).ToListAsync()).ShouldBe([1, 4]);
        (await context.Set<Private>().Select(party => party.Id).ToListAsync()).ShouldBe([1]);
        (await host.Source.SweepAsync(host.Evaluator)).ShouldBe(["3"]);
        (await host.Source.SweepAsync(host.Evaluator, "crm.firms")).ShouldBe(["5"]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Odd_names_long_keys_named_filters_and_self_references_are_judged_alike(bool isPostgres)
    {
        await using var host = await GuardedHost<Odd>.CreateAsync(GuardedPolicies.Of(), isPostgres, options => options.Accept<Row>(ModelHazard.SoftDelete, "hidden rows end by the same rules"));
        Row Of(int number, string person, DateOnly? contact = null, bool isDeleted = false) =>
            new() { A = number, B = "it's", C = Guid.Parse("a1b2c3d4-0000-4000-8000-00000000abcd"), D = 4, E = "[e]", F = 6, Person = person, Name = "n", LastContact = contact ?? new(2026, 6, 1), IsDeleted = isDeleted };
        var (one, two) = (Of(1, "p1"), Of(2, "p2"));
        two.Parent = one;
        one.Tags.Add(new Tag { Id = 1, Name = "x" });
        two.Tags.Add(one.Tags[0]);
        await host.AddAsync(one, two, Of(3, "p3", Old), Of(4, "p4", isDeleted: true), Of(5, "p5"));
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.RestrictedForClaims));
        await using var context = host.Open();

        (await context.Set<Row>().OrderBy(row => row.A).Select(row => row.A).ToListAsync()).ShouldBe([1, 5]);
        (await context.Set<Row>().IgnoreQueryFilters(["soft"]).OrderBy(row => row.A).Select(row => row.A).ToListAsync()).ShouldBe([1, 4, 5]);
        (await context.Set<Tag>().Include(tag => tag.Rows).SingleAsync()).Rows.Count.ShouldBe(1);
        (await context.Set<Row>().Where(row => row.Parent!.A == 1).CountAsync()).ShouldBe(0);
        (await context.Set<Row>().SelectMany(row => row.Children).CountAsync()).ShouldBe(0);
        context.ChangeTracker.Clear();
        var stub = Of(2, "p2");
        context.Attach(stub);
        context.Remove(stub);
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
        host.Clock.Set(NodaTime.Instant.FromUtc(2030, 1, 1, 0, 0));
        (await host.Source.SweepAsync(host.Evaluator, limit: 2)).Count.ShouldBe(3, "whoever the application hides: all but the restricted one, and the one that it refers to");
    }

    internal sealed class Hierarchy(DbContextOptions<Hierarchy> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Party>().ToTable("Parties").HasDiscriminator(party => party.Kind).HasValue<Private>(Kind.Private).HasValue<Firm>(Kind.Firm).HasValue<Other>(Kind.Other);
            modelBuilder.Entity<Private>().Property(party => party.Name).HasColumnName("Name");
            modelBuilder.Entity<Firm>().Property(party => party.Name).HasColumnName("Name");
            modelBuilder.Entity<Private>().Property(party => party.Person).HasColumnName("Person");
            modelBuilder.Entity<Firm>().Property(party => party.Person).HasColumnName("Person");
        }
    }

    internal sealed class Concrete(DbContextOptions<Concrete> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Party>().UseTpcMappingStrategy().Ignore(party => party.Kind);
            modelBuilder.Entity<Party>().Property(party => party.Id).ValueGeneratedNever();
            modelBuilder.Entity<Private>().ToTable("private people");
            modelBuilder.Entity<Firm>().ToTable("firms");
        }
    }

    internal enum Kind
    {
        Other,
        Private,
        Firm,
    }

    internal abstract class Party
    {
        public int Id { get; set; }

        public Kind Kind { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.customers")]
    internal sealed class Private : Party
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }
    }

    [DataSet("crm.firms")]
    internal sealed class Firm : Party
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }
    }

    internal sealed class Other : Party;

    internal sealed class Odd(DbContextOptions<Odd> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.HasDefaultSchema("Odd \"schema\".x");
            modelBuilder.Entity<Row>(row =>
            {
                row.ToTable("Some 'rows'.y").HasKey(one => new { one.A, one.B, one.C, one.D, one.E, one.F });
                row.HasOne(one => one.Parent).WithMany(one => one.Children).OnDelete(DeleteBehavior.SetNull);
                row.HasQueryFilter("soft", one => !one.IsDeleted);
                row.HasMany(one => one.Tags).WithMany(tag => tag.Rows);
            });
            modelBuilder.Entity<Tag>().IsNotPersonalData("words");
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Row
    {
        public int A { get; set; }

        public string B { get; set; } = "";

        public Guid C { get; set; }

        public long D { get; set; }

        public string E { get; set; } = "";

        public short F { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; }

        public bool IsDeleted { get; set; }

        public Row? Parent { get; set; }

        public List<Row> Children { get; } = [];

        public List<Tag> Tags { get; } = [];
    }

    internal sealed class Tag
    {
        public int Id { get; set; }

        public string? Name { get; set; }

        public List<Row> Rows { get; } = [];
    }
}
