using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.Policies;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Coverage;

/// <summary>Two contexts over one database, of which one reads the other's records as something else.</summary>
public sealed class OtherContextTests
{
    [Fact]
    public async Task An_entity_type_over_a_table_of_another_contexts_records_is_a_gap_until_it_is_excused()
    {
        (await FindingsAsync<Billing>()).ShouldBe(["C-COV-14 Billing.Payer"]);
        (await FindingsAsync<Counting>()).ShouldBeEmpty();
    }

    private static async Task<string[]> FindingsAsync<TOther>()
        where TOther : DbContext
    {
        var folder = Directory.CreateTempSubdirectory("gdpr-guarded-").FullName;
        var connectionString = $"Data Source={Path.Combine(folder, "data.db")}";
        var services = new ServiceCollection();
        services.AddDbContextFactory<Crm>((provider, options) => options.Unwarned().UseSqlite(connectionString).UseGdpr(provider));
        services.AddDbContextFactory<TOther>((provider, options) => options.Unwarned().UseSqlite(connectionString).UseGdpr(provider));
        services.AddGdpr(gdpr => gdpr.UseInMemoryStores().UsePolicyJson(Guarded.GuardedPolicies.Of()).AddSqlitePlatform()
            .AddDbContextSource<Crm>("crm").AddDbContextSource<TOther>("other"));
        try
        {
            await using var provider = services.BuildServiceProvider();
            await using (var crm = await provider.GetRequiredService<IDbContextFactory<Crm>>().CreateDbContextAsync())
            {
                await crm.Database.EnsureCreatedAsync();
            }

            await using var other = await provider.GetRequiredService<IDbContextFactory<TOther>>().CreateDbContextAsync();
            return [.. (await GdprCoverage.CheckAsync(other)).Select(finding => $"{finding.Code} {finding.Place}")];
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    internal sealed class Crm(DbContextOptions<Crm> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Customer>().ToTable("Customers");
    }

    internal sealed class Billing(DbContextOptions<Billing> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Payer>().ToTable("Customers");
    }

    internal sealed class Counting(DbContextOptions<Counting> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Counted>().ToTable("Customers");
    }

    [DataSet("crm.customers")]
    internal sealed class Customer
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; }
    }

    internal sealed class Payer
    {
        public int Id { get; set; }

        public string? Name { get; set; }
    }

    [NotPersonalData("a number that means nothing")]
    internal sealed class Counted
    {
        public int Id { get; set; }
    }
}
