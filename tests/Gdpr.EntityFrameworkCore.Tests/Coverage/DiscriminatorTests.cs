using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.EntityFrameworkCore.Tests.Guarded;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Gdpr.EntityFrameworkCore.Tests.Coverage;

/// <summary>What tells the types of a hierarchy apart is of whatever type the model has it, and no personal data by itself.</summary>
public sealed class DiscriminatorTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public Task Types_that_a_truth_value_tells_apart_are_data_sets(bool isPostgres) => LivesAsync<Told<bool>>(isPostgres);

    [Theory, MemberData(nameof(Databases))]
    public Task Types_that_a_guid_tells_apart_are_data_sets(bool isPostgres) => LivesAsync<Told<Guid>>(isPostgres);

    [Theory, MemberData(nameof(Databases))]
    public Task Types_that_a_character_tells_apart_are_data_sets(bool isPostgres) => LivesAsync<Told<char>>(isPostgres);

    [Theory, MemberData(nameof(Databases))]
    public Task Types_that_a_decimal_number_tells_apart_are_data_sets(bool isPostgres) => LivesAsync<Told<decimal>>(isPostgres);

    [Theory, MemberData(nameof(Databases))]
    public Task Types_that_a_text_tells_apart_are_data_sets(bool isPostgres) => LivesAsync<Told<string>>(isPostgres);

    [Theory, MemberData(nameof(Databases))]
    public Task Types_that_an_enum_tells_apart_are_data_sets(bool isPostgres) => LivesAsync<Told<Kind>>(isPostgres);

    [PostgresFact]
    public Task Types_that_an_enum_of_the_database_tells_apart_are_data_sets() => LivesAsync<Told<Kind>>(isPostgres: true, MapKind);

    [Fact]
    public async Task A_discriminator_whose_types_are_records_of_one_data_set_need_not_be_excused()
    {
        await using var host = await GuardedHost<OneSet>.CreateAsync(GuardedPolicies.Of());
        await using var context = host.Open();
        (await GdprCoverage.CheckAsync(context)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_discriminator_whose_name_gives_personal_data_away_is_asked_about()
    {
        await using var host = await GuardedHost<Telling>.CreateAsync(GuardedPolicies.Of());
        await using var context = host.Open();
        (await GdprCoverage.CheckAsync(context)).Select(found => $"{found.Code} {found.Place}").ShouldBe(["C-COV-04 Patients.Diagnosis"]);
    }

    private static void MapKind(DbContextOptionsBuilder options) =>
        options.UseNpgsql((Action<NpgsqlDbContextOptionsBuilder>)(npgsql => npgsql.MapEnum<Kind>("kind")));

    private static async Task LivesAsync<TContext>(bool isPostgres, Action<DbContextOptionsBuilder>? more = null)
        where TContext : DbContext
    {
        await using var host = await GuardedHost<TContext>.CreateAsync(GuardedPolicies.Of(others: "firms"), isPostgres, more: more);
        var old = new DateOnly(2020, 1, 1);
        await host.AddAsync(
            new Person { Id = 1, Number = "p1" }, new Person { Id = 2, Number = "p2" }, new Person { Id = 3, Number = "p3", LastContact = old },
            new Firm { Id = 4, Number = "p2" }, new Firm { Id = 5, Number = "p3", LastContact = old });
        await host.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();
        (await GdprCoverage.CheckAsync(context)).ShouldBeEmpty();
        (await context.Set<Party>().OrderBy(party => party.Id).Select(party => party.Id).ToListAsync()).ShouldBe([1, 4]);
        (await host.ExportAsync("crm.firms", "p3")).Count.ShouldBe(1);
        (await host.Source.SweepAsync(host.Evaluator)).ShouldBe(["3"]);
        (await host.Source.SweepAsync(host.Evaluator, "crm.firms")).ShouldBe(["5"]);
    }

    internal sealed class Told<T>(DbContextOptions<Told<T>> options) : DbContext(options)
    {
        private static readonly (object Person, object Firm) Values = default(T) switch
        {
            bool => (false, true),
            Guid => (Guid.Parse("a1b2c3d4-0000-4000-8000-00000000abcd"), Guid.Parse("0b000000-0000-4000-8000-00000000000a")),
            char => ('\'', 'f'),
            decimal => (1.5m, 2m),
            Kind => (Kind.Person, Kind.Firm),
            _ => ("it's", "a firm"),
        };

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Party>().ToTable("Parties")
            .HasDiscriminator<T>("Told").HasValue<Person>((T)Values.Person).HasValue<Firm>((T)Values.Firm);
    }

    internal sealed class OneSet(DbContextOptions<OneSet> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Patient>().ToTable("Patients");
            modelBuilder.Entity<Inpatient>();
        }
    }

    internal sealed class Telling(DbContextOptions<Telling> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Patient>().ToTable("Patients").HasDiscriminator<string>("Diagnosis").HasValue<Patient>("one").HasValue<Inpatient>("other");
    }

    internal enum Kind
    {
        Person,
        Firm,
    }

    internal abstract class Party
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
    internal sealed class Person : Party;

    [DataSet("crm.firms")]
    internal sealed class Firm : Party;

    [DataSet("crm.customers")]
    internal class Patient
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Number { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Inpatient : Patient;
}
