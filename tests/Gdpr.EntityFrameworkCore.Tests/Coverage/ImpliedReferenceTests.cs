using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.Relational.Mapping;
using Gdpr.Schemas;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Coverage;

/// <summary>What a model does with rows that refer to a record when that is deleted says nothing of what they hold: somebody has to.</summary>
public sealed class ImpliedReferenceTests
{
    private const string Tables = """
        create table "Letters" ("Id" integer primary key, "From" integer not null references "Customer" on delete cascade, "Text" text);
        create table "Gifts" ("Id" integer primary key, "For" integer references "Customer" on delete set null, "What" text);
        """;

    [Fact]
    public async Task A_table_whose_rows_the_model_deletes_or_cuts_off_is_found_until_somebody_says_a_word_about_it()
    {
        using var host = new CoverageHost<Silent>(DatabaseSchema.Music, Tables);

        var findings = await FindAsync(host);

        findings.ShouldContain(finding => finding.Code == "C-COV-01" && finding.Place == "Letters" && finding.Message.Contains("Letters(From) -> Customer"));
        findings.ShouldContain(finding => finding.Code == "C-COV-01" && finding.Place == "Gifts" && finding.Message.Contains("Gifts(For) -> Customer"));
    }

    [Fact]
    public async Task Said_to_go_or_to_stay_with_the_record_or_excused_it_is_no_finding()
    {
        using var host = new CoverageHost<Said>(DatabaseSchema.Music, Tables);

        var findings = await FindAsync(host);

        findings.ShouldNotContain(finding => finding.Place.StartsWith("Letters", StringComparison.Ordinal) || finding.Place.StartsWith("Gifts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_person_in_a_row_is_found_until_somebody_says_what_the_reference_is()
    {
        using var host = new CoverageHost<Silent>(DatabaseSchema.Music, Tables);
        using var said = new CoverageHost<Said>(DatabaseSchema.Music, Tables);

        (await FindAsync(host)).ShouldContain(finding => finding.Code == "C-COV-03" && finding.Place.StartsWith("Customer(SupportRepId)", StringComparison.Ordinal));
        (await FindAsync(said)).ShouldNotContain(finding => finding.Code == "C-COV-03" && finding.Place.StartsWith("Customer(SupportRepId)", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<CoverageFinding>> FindAsync<TContext>(CoverageHost<TContext> host)
        where TContext : DbContext
    {
        IReadOnlyList<CoverageFinding> findings = [];
        await host.WithAsync(async context => findings = await GdprCoverage.CheckAsync(context));
        return findings;
    }

    private static void Refer(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Letter>().ToTable("Letters").HasOne<Customer>().WithMany().HasForeignKey(letter => letter.From).OnDelete(DeleteBehavior.Cascade);
        modelBuilder.Entity<Gift>().ToTable("Gifts").HasOne<Customer>().WithMany().HasForeignKey(gift => gift.For).OnDelete(DeleteBehavior.SetNull);
    }

    private sealed class Silent(DbContextOptions<Silent> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            MusicContext.Employees(modelBuilder);
            MusicContext.Customers(modelBuilder).HasOne<Employee>().WithMany().HasForeignKey(row => row.SupportRepId);
            Refer(modelBuilder);
        }
    }

    private sealed class Said(DbContextOptions<Said> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            MusicContext.Employees(modelBuilder, map => map.Child("Customer", ChildAction.Sever));
            MusicContext.Customers(modelBuilder, map => map.Child("Letters", ChildAction.Delete)).HasOne<Employee>().WithMany().HasForeignKey(row => row.SupportRepId);
            Refer(modelBuilder);
            modelBuilder.Entity<Gift>().IsNotPersonalData("Which articles were wrapped.");
        }
    }

    private sealed class Letter
    {
        public int Id { get; set; }

        public int From { get; set; }

        public string? Text { get; set; }
    }

    private sealed class Gift
    {
        public int Id { get; set; }

        public int? For { get; set; }

        public string? What { get; set; }
    }
}
