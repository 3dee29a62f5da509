using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Parts of records in tables of their own are not deleted while the record may not be.</summary>
public sealed class DeletedPartTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task Parts_of_a_held_record_in_a_table_of_their_own_are_not_deleted_by_saving(bool isPostgres)
    {
        await using var host = await GuardedHost<Ward>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Patient { Id = 1, Person = "p1", Name = "One", Notes = { new Note { Id = 1, Words = "ill" } } });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        (await context.Set<Patient>().SingleAsync()).Notes.Clear();
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_part_of_a_held_record_is_replaced_by_another(bool isPostgres)
    {
        await using var host = await GuardedHost<Ward>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(
            new Patient { Id = 1, Person = "p1", Name = "One", Bed = new Bed { Place = "window" } },
            new Patient { Id = 2, Person = "p2", Name = "Two", Notes = { new Note { Id = 1, Words = "well" } } });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        (await context.Set<Patient>().SingleAsync(patient => patient.Id == 1)).Bed = new Bed { Place = "door" };
        (await context.Set<Patient>().SingleAsync(patient => patient.Id == 2)).Notes.Clear();
        (await context.SaveChangesAsync()).ShouldBeGreaterThan(1);
        (await context.Set<Patient>().SingleAsync(patient => patient.Id == 1)).Bed = null;
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Parts_of_a_record_that_the_law_keeps_are_deleted_and_the_record_is_not(bool isPostgres)
    {
        var policy = GuardedPolicies.Of().Replace("""
            "activities": {
            """, """
            "activities": {
              "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.customers"],
                "retention": { "keep": "P7Y", "after": "last-contact", "law": "SFS 1999:1078 7:2" } },
            """, StringComparison.Ordinal);
        await using var host = await GuardedHost<Ward>.CreateAsync(policy, isPostgres);
        await host.AddAsync(new Patient { Id = 1, Person = "p1", Name = "One", Notes = { new Note { Id = 1, Words = "ill" } } });
        await using var context = host.Open();
        var patient = await context.Set<Patient>().SingleAsync();
        patient.Notes.Clear();
        (await context.SaveChangesAsync()).ShouldBe(1);
        context.Remove(patient);
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
    }

    internal sealed class Ward(DbContextOptions<Ward> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Patient>().ToTable("Patients").Property(patient => patient.Id).ValueGeneratedNever();
            modelBuilder.Entity<Patient>().OwnsMany(patient => patient.Notes, notes => notes.ToTable("Notes").Property(note => note.Id).ValueGeneratedNever());
            modelBuilder.Entity<Patient>().OwnsOne(patient => patient.Bed, bed => bed.ToTable("Beds"));
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Patient
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public Bed? Bed { get; set; }

        public List<Note> Notes { get; } = [];
    }

    internal sealed class Note
    {
        public int Id { get; set; }

        public string? Words { get; set; }
    }

    internal sealed class Bed
    {
        public string? Place { get; set; }
    }
}
