using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.PostgresServer;
using Gdpr.Relational.Coverage;
using Gdpr.Schemas;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Coverage;

public sealed class ModelCoverageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gdpr-ef-");

    [Fact]
    public async Task A_model_that_marks_everything_by_attributes_is_complete()
    {
        using var host = new CoverageHost<AccountsContext>(DatabaseSchema.Accounts);

        await host.WithAsync(context => GdprCoverage.AssertCompleteAsync(context));
        await host.Work.PrepareAsync();
    }

    [Fact]
    public async Task A_model_that_says_everything_fluently_is_complete()
    {
        using var host = new CoverageHost<MusicContext>(DatabaseSchema.Music);

        await host.WithAsync(context => GdprCoverage.AssertCompleteAsync(context));
        await host.Work.PrepareAsync();
    }

    [PostgresFact]
    public async Task Models_over_PostgreSQL_are_compared_with_its_tables_too()
    {
        await using var accounts = await PostgresDatabase.CreateAsync();
        await accounts.ExecuteAsync(DatabaseSchema.Accounts.PostgresTables);
        using var web = new CoverageHost<AccountsContext>(DatabaseSchema.Accounts, postgres: accounts.ConnectionString);
        await using var music = await PostgresDatabase.CreateAsync();
        await music.ExecuteAsync(DatabaseSchema.Music.PostgresTables);
        using var shop = new CoverageHost<MusicContext>(DatabaseSchema.Music, postgres: music.ConnectionString);

        await web.WithAsync(context => GdprCoverage.AssertCompleteAsync(context));
        await shop.WithAsync(context => GdprCoverage.AssertCompleteAsync(context));
        await music.ExecuteAsync("""create table leads (id integer primary key, email text); alter table "Artist" drop column "Name"; create table shelves (id integer primary key)""");

        (await shop.FindAsync()).ShouldBe(["C-COV-12 Artist.Name", "C-COV-01 leads", "C-COV-04 leads.email", "C-COV-11 shelves"]);
    }

    [Fact]
    public async Task What_the_database_has_and_no_model_knows_is_found()
    {
        using var host = new CoverageHost<MusicContext>(
            DatabaseSchema.Music,
            """
            create table "Leads" ("Id" integer primary key, "Email" text);
            create table "Shelves" ("Id" integer primary key, "Room" text);
            create table "Wishes" ("Id" integer primary key, "CustomerId" integer references "Customer" ("CustomerId"), "Words" text);
            alter table "Customer" add column "Nickname" text;
            alter table "Customer" add column "Points" integer;
            alter table "Album" add column "Label" text;
            """);

        (await host.FindAsync()).ShouldBe(
        [
            "C-COV-11 Album.Label", "C-COV-04 Customer.Nickname", "C-COV-02 Customer.Points", "C-COV-01 Leads", "C-COV-04 Leads.Email", "C-COV-11 Shelves", "C-COV-01 Wishes",
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task What_the_model_has_and_the_database_does_not_is_found()
    {
        using var host = new CoverageHost<MusicContext>(
            DatabaseSchema.Music, """drop table "PlaylistTrack"; drop table "InvoiceLine"; alter table "Customer" drop column "Fax"; alter table "Artist" drop column "Name";""");

        (await host.FindAsync()).ShouldBe(
            ["C-COV-12 Artist.Name", "C-COV-05 Customer.Fax", "C-COV-05 InvoiceLine", "C-COV-12 PlaylistTrack"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_left_out_with_a_reason_is_no_finding()
    {
        using var host = new CoverageHost<MusicContext>(
            DatabaseSchema.Music,
            """create table "Leads" ("Id" integer primary key, "Email" text); create table "Shelves" ("Id" integer primary key, "Room" text);""",
            source => source.Excuse("Leads.*", "Companies only.").Excuse("Shelves", "Furniture."));

        (await host.FindAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_start_fails_on_a_table_that_nobody_has_mapped()
    {
        using var host = new CoverageHost<MusicContext>(DatabaseSchema.Music, "create table leads (id integer primary key, email text)");

        var refusal = await Should.ThrowAsync<CoverageException>(() => host.Work.PrepareAsync());

        refusal.Findings.Select(finding => finding.ToString()).ShouldBe(
        [
            "C-COV-01 leads: It has columns that seem to hold personal data (email), and the table is neither mapped nor excused. "
                + "Map it as a data set or under the children of what it refers to, or excuse it with a reason.",
            "C-COV-04 leads.email: Its name says that it holds an e-mail address, and no field of the policy classifies it. "
                + "Map it to a field with a category such as contact.email, or excuse it by its own name with a reason.",
        ]);
        refusal.Findings.ShouldAllBe(finding => refusal.Message.Contains(finding.ToString()));
    }

    [Fact]
    public async Task A_start_may_be_let_go_on_uncovered_with_a_reason_and_a_test_still_finds_the_gap()
    {
        using var host = new CoverageHost<MusicContext>(
            DatabaseSchema.Music, "create table leads (id integer primary key, email text)", source => source.StartUncovered("Being mapped this spring."));

        await host.Work.PrepareAsync();
        await host.WithAsync(context => Should.ThrowAsync<CoverageException>(() => GdprCoverage.AssertCompleteAsync(context)));
    }

    [Fact]
    public async Task Known_gaps_stop_neither_the_start_nor_the_test_until_their_day_has_passed()
    {
        var clock = new SettableTime { Now = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero) };
        using var host = new CoverageHost<MusicContext>(
            DatabaseSchema.Music,
            "create table leads (id integer primary key, email text)",
            add: (gdpr, _) =>
            {
                gdpr.UseCoverageBaseline("host", Path.Combine(_folder.FullName, "gaps.json"));
                gdpr.Services.AddSingleton<TimeProvider>(clock);
            });
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "gaps.json"), """
            { "gaps": [
              { "code": "C-COV-01", "place": "leads", "owner": "sales", "mendBy": "2027-03-31" },
              { "code": "C-COV-04", "place": "leads.email", "owner": "sales", "mendBy": "2027-04-30" } ] }
            """);

        await host.Work.PrepareAsync();
        await host.WithAsync(context => GdprCoverage.AssertCompleteAsync(context));

        clock.Now = new DateTimeOffset(2027, 4, 1, 0, 30, 0, TimeSpan.FromHours(2));
        var refusal = await Should.ThrowAsync<CoverageException>(() => host.Work.PrepareAsync());
        refusal.Findings.Select(finding => finding.Place).ShouldBe(["leads"]);
        refusal.Findings[0].Message.ShouldEndWith("It was to be mended by 2027-03-31 (sales).");
    }

    [Fact]
    public async Task A_baseline_that_does_not_exist_yet_knows_no_gap_and_is_named_with_how_to_write_it()
    {
        var file = Path.Combine(_folder.FullName, "none", "gaps.json");
        using var host = new CoverageHost<MusicContext>(
            DatabaseSchema.Music, "create table leads (id integer primary key, email text)", add: (gdpr, _) => gdpr.UseCoverageBaseline("host", file));

        var refusal = await Should.ThrowAsync<CoverageException>(() => host.Work.PrepareAsync());
        refusal.Findings.Select(finding => finding.Code).ShouldBe(["C-COV-01", "C-COV-04", "C-COV-13"]);
        refusal.Findings[^1].ToString().ShouldContain("gdpr coverage --write-baseline");
        (await host.FindAsync()).ShouldBe(["C-COV-01 leads", "C-COV-04 leads.email"], "it is no gap to be recorded");

        using var covered = new CoverageHost<MusicContext>(DatabaseSchema.Music, add: (gdpr, _) => gdpr.UseCoverageBaseline("host", file));
        await covered.Work.PrepareAsync();
    }

    [Fact]
    public async Task A_line_of_the_hosts_own_records_the_gaps_of_a_model_and_its_database_and_puts_none_off()
    {
        var file = Path.Combine(_folder.FullName, "gaps.json");
        var clock = new SettableTime { Now = new DateTimeOffset(2026, 11, 22, 23, 30, 0, TimeSpan.Zero) };
        void Add(GdprBuilder gdpr, string _)
        {
            gdpr.UseCoverageBaseline("host", file);
            gdpr.Services.AddSingleton<TimeProvider>(clock);
        }

        using var host = new CoverageHost<MusicContext>(DatabaseSchema.Music, """create table leads (id integer primary key, email text); drop table "InvoiceLine" """, add: Add);
        await host.WithAsync(context => Should.ThrowAsync<CoverageException>(() => GdprCoverage.AssertCompleteAsync(context)));

        await host.WithAsync(async context => (await GdprCoverage.WriteBaselineAsync(context, file, "sales", new LocalDate(2027, 3, 31)))
            .Gaps.Select(gap => $"{gap} {gap.Owner} {gap.MendBy:uuuu-MM-dd}")
            .ShouldBe(["C-COV-05 InvoiceLine sales 2027-03-31", "C-COV-01 leads sales 2027-03-31", "C-COV-04 leads.email sales 2027-03-31"]));

        await host.WithAsync(context => GdprCoverage.AssertCompleteAsync(context));
        using var later = new CoverageHost<MusicContext>(
            DatabaseSchema.Music, "create table leads (id integer primary key, email text); create table wishes (id integer primary key, customer_id integer)", add: Add);
        await later.WithAsync(context => GdprCoverage.WriteBaselineAsync(context, file, "support", new LocalDate(2027, 6, 30)));
        var written = await File.ReadAllTextAsync(file);
        CoverageBaseline.Parse(written, new LocalDate(2026, 11, 23)).Gaps.Select(gap => $"{gap} {gap.Owner} {gap.MendBy:uuuu-MM-dd}")
            .ShouldBe(["C-COV-01 leads sales 2027-03-31", "C-COV-04 leads.email sales 2027-03-31", "C-COV-01 wishes support 2027-06-30"]);

        // At the controller it is the 23rd already.
        await later.WithAsync(context => Should.ThrowAsync<FormatException>(() => GdprCoverage.WriteBaselineAsync(context, file, "sales", new LocalDate(2026, 11, 22))));
        await host.WithAsync(context => Should.ThrowAsync<FormatException>(() => GdprCoverage.WriteBaselineAsync(context, file, " ", new LocalDate(2027, 11, 30))));
        await later.WithAsync(context => Should.ThrowAsync<FormatException>(() => GdprCoverage.WriteBaselineAsync(context, Path.Combine(later.Folder, "data.db"), "sales", new LocalDate(2027, 3, 31))));
        (await File.ReadAllTextAsync(file)).ShouldBe(written);
    }

    [Fact]
    public async Task A_known_table_that_refers_to_records_stops_no_preview_and_every_deletion_until_it_is_mapped()
    {
        const string Calls = """create table calls (id integer primary key, customer integer references "Customer" ("CustomerId") on delete cascade)""";
        var file = Path.Combine(_folder.FullName, "gaps.json");
        await File.WriteAllTextAsync(file, """{ "gaps": [ { "code": "C-COV-01", "place": "calls", "owner": "sales", "mendBy": "2026-12-31" } ] }""");
        using var unknown = new CoverageHost<MusicContext>(DatabaseSchema.Music, Calls);
        await Should.ThrowAsync<GdprException>(() => unknown.Work.PrepareAsync());
        using var host = new CoverageHost<MusicContext>(DatabaseSchema.Music, Calls, add: (gdpr, _) =>
        {
            gdpr.UseCoverageBaseline("host", file);
            gdpr.Services.AddSingleton<TimeProvider>(new SettableTime { Now = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero) });
        });

        await host.Work.PrepareAsync();
        var source = host.Source;
        var evaluator = host.Evaluator;
        var dataSet = source.DataSets.First(path => path.Contains("customer", StringComparison.OrdinalIgnoreCase));
        (await source.SurveyAsync(evaluator, dataSet, 1, CancellationToken.None)).Records.ShouldBe(0);
        var refusal = await Should.ThrowAsync<SourceMappingException>(() => source.DisposeAsync(evaluator.Batch(dataSet), CancellationToken.None).AsTask());
        refusal.Message.ShouldContain("'calls'");
        refusal.Message.ShouldContain("under children");
    }

    [Fact]
    public async Task A_reference_that_only_the_model_knows_of_leads_to_people_too()
    {
        using var host = new CoverageHost<WithWishes>(DatabaseSchema.Music, """create table "Wishes" ("Id" integer primary key, "Whose" integer, "Text" text)""");

        IReadOnlyList<CoverageFinding> findings = [];
        await host.WithAsync(async context => findings = await GdprCoverage.CheckAsync(context));
        findings.ShouldContain(finding => finding.Code == "C-COV-01" && finding.Place == "Wishes" && finding.Message.Contains("Wishes(Whose) -> Customer"));
    }

    [Fact]
    public async Task A_table_whose_columns_name_people_is_found_without_a_foreign_key()
    {
        using var host = new CoverageHost<MusicContext>(DatabaseSchema.Music, """
            create table audit_log (id integer primary key, customer_id integer, payload text);
            create table events (id integer primary key, "UserId" text, what text);
            create table prices (id integer primary key, currency_id integer, amount integer);
            """);

        (await host.FindAsync()).Where(finding => finding.StartsWith("C-COV-01", StringComparison.Ordinal)).ShouldBe(["C-COV-01 audit_log", "C-COV-01 events"]);
    }

    [Fact]
    public async Task Two_contexts_over_one_database_cover_it_together()
    {
        using var host = new CoverageHost<MusicContext>(DatabaseSchema.Music, """alter table "Genre" add column "Mood" text""", add: (gdpr, connectionString) =>
        {
            gdpr.Services.AddDbContext<SalesContext>(options => options.Unwarned().UseSqlite(connectionString));
            gdpr.AddDbContextSource<SalesContext>("sales");
        });

        await host.Work.PrepareAsync();
        (await host.FindAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_SQL_source_over_the_same_database_counts_as_knowing_its_tables()
    {
        using var host = new CoverageHost<MusicContext>(
            DatabaseSchema.Music,
            "create table employees (id integer primary key, subject text, left_on text)",
            add: (gdpr, connectionString) => gdpr.AddSqlSource("beside", connectionString, mapping => mapping.Excuse("employees", "Test machines.")));

        (await host.FindAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_context_that_no_container_made_is_refused_with_what_to_do()
    {
        await using var context = new MusicContext(new DbContextOptionsBuilder<MusicContext>().Unwarned().UseSqlite("Data Source=:memory:").Options);

        (await Should.ThrowAsync<InvalidOperationException>(() => GdprCoverage.AssertCompleteAsync(context))).Message.ShouldContain("AddDbContextSource");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed class WithWishes(DbContextOptions<WithWishes> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            MusicContext.Customers(modelBuilder);
            modelBuilder.Entity<Wish>().ToTable("Wishes").HasOne<Customer>().WithMany().HasForeignKey(wish => wish.Whose).IsRequired(false).OnDelete(DeleteBehavior.Restrict);
        }
    }

    private sealed class Wish
    {
        public int Id { get; set; }

        public int? Whose { get; set; }

        public string? Text { get; set; }
    }

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
