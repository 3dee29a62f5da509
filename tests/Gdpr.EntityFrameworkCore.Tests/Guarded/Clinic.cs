using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>A clinic: two kinds of people in one table, each a data set of its own, beneath a base type that is none.</summary>
internal sealed class Clinic(DbContextOptions<Clinic> options) : DbContext(options)
{
    /// <summary>A ward with the patients p1 and p2, of whom p2 is restricted, and the doctor d1.</summary>
    public static async Task<GuardedHost<Clinic>> CreateAsync(
        bool isPostgres = false, Action<DbContextOptionsBuilder>? more = null, Action<GdprContextOptions>? use = null)
    {
        var host = await GuardedHost<Clinic>.CreateAsync(GuardedPolicies.Of(others: "staff"), isPostgres, use: use, more: more);
        await host.AddAsync(new Ward
        {
            Id = 1,
            Title = "w",
            People =
            {
                new Patient { Id = 1, Number = "p1", Name = "One" },
                new Patient { Id = 2, Number = "p2", Name = "Two" },
                new Doctor { Id = 3, Number = "d1", Name = "Doc" },
            },
        });
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        return host;
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Ward>().HasMany(ward => ward.People).WithOne().OnDelete(DeleteBehavior.SetNull);
        modelBuilder.Entity<Person>().ToTable("People").Property(person => person.Id).ValueGeneratedNever();
        modelBuilder.Entity<Patient>();
        modelBuilder.Entity<Doctor>();
    }

    [NotPersonalData("places")]
    internal sealed class Ward
    {
        public int Id { get; set; }

        public string? Title { get; set; }

        public List<Person> People { get; } = [];
    }

    internal abstract class Person
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Number { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.customers")]
    internal sealed class Patient : Person;

    [DataSet("crm.staff")]
    internal sealed class Doctor : Person;
}
