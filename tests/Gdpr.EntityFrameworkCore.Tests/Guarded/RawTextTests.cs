using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Texts of SQL, by themselves and within queries, that would see or change records past their guards.</summary>
public sealed class RawTextTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task A_text_of_sql_that_is_composed_on_is_refused_like_one_that_is_not(bool isPostgres)
    {
        await using var host = await Clinic.CreateAsync(isPostgres);
        await using var context = host.Open();
        const string Names = """SELECT "Name" AS "Value" FROM "People" """;

        await Should.ThrowAsync<GuardBypassException>(() => context.Database.SqlQueryRaw<string>(Names).ToListAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Database.SqlQueryRaw<string>(Names).Where(name => name != "").ToListAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Database.SqlQueryRaw<string>($"{Names}WHERE \"Id\" = 2").SingleAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Database.SqlQuery<int>($"SELECT count(*) AS \"Value\" FROM \"People\"").FirstOrDefaultAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Database.SqlQueryRaw<string>(Names).CountAsync());
    }

    [Fact]
    public async Task A_text_of_sql_within_a_query_of_something_else_is_refused()
    {
        await using var host = await Clinic.CreateAsync();
        await using var context = host.Open();
        const string Names = """SELECT "Name" AS "Value" FROM "People" """;

        await Should.ThrowAsync<GuardBypassException>(
            () => context.Set<Clinic.Ward>().SelectMany(ward => context.Database.SqlQueryRaw<string>(Names)).ToListAsync());
        await Should.ThrowAsync<GuardBypassException>(
            () => context.Set<Clinic.Patient>().SelectMany(patient => context.Database.SqlQueryRaw<string>(Names), (patient, name) => new { patient.Id, name }).ToListAsync());
    }

    [Fact]
    public async Task A_text_of_sql_on_an_entity_type_that_is_no_record_is_refused_whatever_is_composed_on_it()
    {
        await using var host = await Clinic.CreateAsync();
        await using var context = host.Open();
        const string Names = """SELECT "Id", "Name" AS "Title" FROM "People" """;

        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Clinic.Ward>().FromSqlRaw(Names).ToListAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Clinic.Ward>().FromSqlRaw(Names).Where(ward => ward.Id == 2).Select(ward => ward.Title).ToListAsync());
    }

    [Fact]
    public async Task A_text_of_sql_on_records_is_filtered_and_one_on_other_tables_runs()
    {
        await using var host = await Clinic.CreateAsync();
        await using var context = host.Open();

        (await context.Set<Clinic.Person>().FromSqlRaw("""SELECT * FROM "People" """).Select(person => person.Name).OrderBy(name => name).ToListAsync()).ShouldBe(["Doc", "One"]);
        (await context.Set<Clinic.Ward>().FromSqlRaw("""SELECT * FROM "Ward" """).SingleAsync(ward => ward.Id == 1)).Title.ShouldBe("w");
        (await context.Database.SqlQueryRaw<string>("""SELECT "Title" AS "Value" FROM "Ward" """).SingleAsync()).ShouldBe("w");
    }

    [Fact]
    public async Task A_text_of_sql_that_is_composed_on_runs_where_the_host_only_wants_to_be_warned()
    {
        await using var host = await Clinic.CreateAsync(use: gdpr => gdpr.Bypasses = BypassReaction.Warn);
        await using var context = host.Open();
        (await context.Database.SqlQueryRaw<string>("""SELECT "Name" AS "Value" FROM "People" WHERE "Id" = 2""").SingleAsync()).ShouldBe("Two");
    }

    [PostgresTheory]
    [InlineData("""INSERT INTO "People" ("Id", "Discriminator", "Number", "LastContact") VALUES (2, 'Patient', 'p2', '2026-06-01') ON CONFLICT ("Id") DO UPDATE SET "Name" = NULL""")]
    [InlineData("""ALTER TABLE "People" DROP COLUMN "Name" """)]
    [InlineData("""ALTER TABLE "People" ADD COLUMN "More" text, DROP "Name" """)]
    [InlineData("""ALTER TABLE "People" ALTER COLUMN "Name" TYPE text USING NULL""")]
    [InlineData("""ALTER TABLE "People" RENAME TO "Others" """)]
    [InlineData("""DELETE FROM "People" AS p WHERE p."Id" = 2""")]
    [InlineData("""UPDATE "Ward" SET "Title" = 'x'; WITH a AS (SELECT 1) UPDATE "People" SET "Name" = 'x'""")]
    public async Task Raw_sql_that_changes_records_in_whatever_words_is_refused(string text)
    {
        await using var host = await Clinic.CreateAsync(isPostgres: true);
        await using var context = host.Open();
        await Should.ThrowAsync<GuardBypassException>(() => context.Database.ExecuteSqlRawAsync(text));
    }

    [PostgresTheory]
    [InlineData("""INSERT INTO "People" ("Id", "Discriminator", "Number", "LastContact") VALUES (9, 'Patient', 'p9', '2026-06-01') ON CONFLICT ("Id") DO NOTHING""")]
    [InlineData("""INSERT INTO "Ward" ("Id", "Title") SELECT 1, max("Name") FROM "People" WHERE false ON CONFLICT ("Id") DO UPDATE SET "Title" = 'x'""")]
    [InlineData("""ALTER TABLE "People" ADD COLUMN "More" text""")]
    [InlineData("""ALTER TABLE "People" ALTER COLUMN "Name" DROP NOT NULL""")]
    [InlineData("""ALTER TABLE "Ward" DROP COLUMN "Title" """)]
    public async Task Raw_sql_that_takes_no_content_of_records_runs(string text)
    {
        await using var host = await Clinic.CreateAsync(isPostgres: true);
        await using var context = host.Open();
        await Should.NotThrowAsync(() => context.Database.ExecuteSqlRawAsync(text));
    }
    [Fact]
    public async Task A_column_that_is_called_like_a_table_of_records_is_read_from_another_table()
    {
        await using var host = await GuardedHost<Called>.CreateAsync(GuardedPolicies.Of());
        await using var context = host.Open();
        (await context.Database.SqlQueryRaw<string>("SELECT Contact AS Value FROM Firms").ToListAsync()).ShouldBeEmpty();
        (await context.Database.SqlQueryRaw<string>("SELECT max(Contact) AS Value FROM Firms").ToListAsync()).Count.ShouldBe(1);
        (await context.Database.SqlQueryRaw<string>("SELECT Contact || ', ' || Id AS Value FROM Firms ORDER BY Id, Contact").ToListAsync()).ShouldBeEmpty();
        foreach (var text in (string[])[
            "SELECT c.Name AS Value FROM Firms f, Contact c", "SELECT c.Name AS Value FROM Firms f JOIN Firms g ON f.Id = max(g.Id, 1), Contact c",
            "SELECT c.Name AS Value FROM unnest(1) WITH ORDINALITY AS u(id, n), Contact c WHERE c.Id = u.id ORDER BY u.n",
            "SELECT c.Name AS Value FROM Firms f JOIN Firms s ON s.set = f.Id, Contact c",
            "SELECT Name AS Value FROM (Contact JOIN Firms)", "SELECT Name AS Value FROM (SELECT 1) one, ((Contact))"])
        {
            await Should.ThrowAsync<GuardBypassException>(() => context.Database.SqlQueryRaw<string>(text).ToListAsync());
        }
    }


    internal sealed class Called(DbContextOptions<Called> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<GivenAwayTests.Customer>().ToTable("Contact");
            modelBuilder.Entity<Firm>().ToTable("Firms");
        }
    }

    [NotPersonalData("firms")]
    internal sealed class Firm
    {
        public int Id { get; set; }

        public string? Contact { get; set; }
    }
}
