using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Hierarchies whose types have tables of their own, and each a data set.</summary>
public sealed class OwnTablesTests
{
    [PostgresTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Records_are_counted_included_and_joined_where_their_fields_are_the_base_types(bool isPostgres)
    {
        await using var host = await GuardedHost<School>.CreateAsync(GuardedPolicies.Of(others: "staff"), isPostgres);
        await host.AddAsync(
            new ClassRoom { Id = 1, Pupils = { new Pupil { Id = 1, Person = "p1", Name = "a" }, new Pupil { Id = 2, Person = "p2", Name = "b" } } },
            new Teacher { Id = 3, Person = "p1", Name = "c" }, new Teacher { Id = 4, Person = "p2", Name = "d" });
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await host.FactAsync("crm.staff", "p1", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();
        (await context.Set<Attendant>().Select(one => one.Id).Order().ToListAsync()).ShouldBe([1, 4]);
        (await context.Set<Attendant>().OfType<Teacher>().Select(one => one.Id).ToListAsync()).ShouldBe([4]);
        (await context.Set<Pupil>().Select(pupil => pupil.Id).ToListAsync()).ShouldBe([1]);
        (await context.Set<Pupil>().Select(pupil => pupil.Name).SingleAsync()).ShouldBe("a");
        (await context.Set<Teacher>().SingleAsync()).Id.ShouldBe(4);
        (await context.Set<ClassRoom>().Select(room => room.Pupils.Count).SingleAsync()).ShouldBe(1);
        (await context.Set<ClassRoom>().Include(room => room.Pupils).SingleAsync()).Pupils.Count.ShouldBe(1);
        (await (from room in context.Set<ClassRoom>() join pupil in context.Set<Pupil>() on room.Id equals EF.Property<int?>(pupil, "ClassRoomId") select pupil.Id).ToListAsync())
            .ShouldBe([1]);
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Pupil>().IgnoreQueryFilters().ToListAsync());
    }

    [Fact]
    public async Task What_is_said_of_the_base_types_members_covers_the_tables_of_each()
    {
        await using var host = await GuardedHost<School>.CreateAsync(
            GuardedPolicies.Of(others: "staff"), configure: options => options.Excuse("pupils.ClassRoomId", "which room it is"));
        await using var context = host.Open();
        (await GdprCoverage.CheckAsync(context)).Select(finding => $"{finding.Code} {finding.Place}").ShouldBeEmpty();
    }

    [PostgresTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Records_are_counted_included_and_joined_where_their_fields_are_their_own(bool isPostgres)
    {
        await using var host = await GuardedHost<Plain>.CreateAsync(GuardedPolicies.Of(others: "staff"), isPostgres);
        await host.AddAsync(new PlainRoom { Id = 1, Pupils = { new PlainPupil { Id = 1, Person = "p1", Name = "a" }, new PlainPupil { Id = 2, Person = "p2", Name = "b" } } });
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();
        (await context.Set<PlainAttendant>().Select(one => one.Id).ToListAsync()).ShouldBe([1]);
        (await context.Set<PlainPupil>().Select(pupil => pupil.Id).ToListAsync()).ShouldBe([1]);
        (await context.Set<PlainRoom>().Select(room => room.Pupils.Count).SingleAsync()).ShouldBe(1);
        (await context.Set<PlainRoom>().Include(room => room.Pupils).SingleAsync()).Pupils.Count.ShouldBe(1);
    }

    internal sealed class School(DbContextOptions<School> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Attendant>().UseTpcMappingStrategy().Property(one => one.Id).ValueGeneratedNever();
            modelBuilder.Entity<Pupil>().ToTable("pupils");
            modelBuilder.Entity<Teacher>().ToTable("teachers");
            modelBuilder.Entity<ClassRoom>().HasMany(room => room.Pupils).WithOne().OnDelete(DeleteBehavior.SetNull);
        }
    }

    [NotPersonalData("rooms")]
    internal sealed class ClassRoom
    {
        public int Id { get; set; }

        public List<Pupil> Pupils { get; } = [];
    }

    internal abstract class Attendant
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
    internal sealed class Pupil : Attendant;

    [DataSet("crm.staff")]
    internal sealed class Teacher : Attendant;

    internal sealed class Plain(DbContextOptions<Plain> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<PlainAttendant>().UseTpcMappingStrategy().Property(one => one.Id).ValueGeneratedNever();
            modelBuilder.Entity<PlainPupil>().ToTable("pupils");
            modelBuilder.Entity<PlainTeacher>().ToTable("teachers");
            modelBuilder.Entity<PlainRoom>().HasMany(room => room.Pupils).WithOne().OnDelete(DeleteBehavior.SetNull);
        }
    }

    [NotPersonalData("rooms")]
    internal sealed class PlainRoom
    {
        public int Id { get; set; }

        public List<PlainPupil> Pupils { get; } = [];
    }

    internal abstract class PlainAttendant
    {
        public int Id { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.customers")]
    internal sealed class PlainPupil : PlainAttendant
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }
    }

    [DataSet("crm.staff")]
    internal sealed class PlainTeacher : PlainAttendant
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }
    }
}
