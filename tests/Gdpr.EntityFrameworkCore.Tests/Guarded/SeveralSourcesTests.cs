using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>A table of a context that is no source may be one of several sources' tables, in one database or another: each is asked whether it is.</summary>
public sealed class SeveralSourcesTests
{
    public static TheoryData<bool, bool> Databases => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory, MemberData(nameof(Databases))]
    public async Task Rows_with_which_the_database_deletes_records_of_any_of_the_sources_are_not_its_to_delete(bool isPostgres, bool isCrmFirst)
    {
        var folder = isPostgres ? null : Directory.CreateTempSubdirectory("gdpr-several-").FullName;
        await using var one = isPostgres ? await PostgresDatabase.CreateAsync() : null;
        await using var two = isPostgres ? await PostgresDatabase.CreateAsync() : null;
        Action<DbContextOptionsBuilder> Over(PostgresDatabase? database, string name) => options =>
            _ = database is null ? options.Unwarned().UseSqlite($"Data Source={Path.Combine(folder!, name)}") : options.Unwarned().UseNpgsql(database.ConnectionString);
        await using var services = new ServiceCollection()
            .AddDbContextFactory<Crm>((provider, options) => Over(one, "one.db")(options.UseGdpr(provider)))
            .AddDbContextFactory<Hr>((provider, options) => Over(two, "two.db")(options.UseGdpr(provider)))
            .AddDbContextFactory<Accounts>((provider, options) => Over(two, "two.db")(options.UseGdpr(provider)))
            .AddGdpr(gdpr =>
            {
                gdpr.UseInMemoryStores().UsePolicyJson(GuardedPolicies.Of(others: "workers")).AddSqlitePlatform().AddPostgreSqlPlatform();
                _ = isCrmFirst ? gdpr.AddDbContextSource<Crm>("crm").AddDbContextSource<Hr>("hr") : gdpr.AddDbContextSource<Hr>("hr").AddDbContextSource<Crm>("crm");
            })
            .BuildServiceProvider();
        await using (var crm = Open<Crm>(services))
        await using (var hr = Open<Hr>(services))
        {
            await crm.Database.EnsureCreatedAsync();
            await hr.Database.EnsureCreatedAsync();
            hr.AddRange(new User { Id = 1 }, new Worker { Id = 7, UserId = 1, Person = "p7" });
            await hr.SaveChangesAsync();
        }

        await services.GetRequiredService<IJournalStore>().PrepareAsync(CancellationToken.None);
        await using var accounts = Open<Accounts>(services);
        accounts.Remove(new User { Id = 1 });
        (await Should.ThrowAsync<GuardBypassException>(() => accounts.SaveChangesAsync())).Message.ShouldContain("'crm.workers'");
        await using var kept = Open<Hr>(services);
        (await kept.Set<User>().CountAsync()).ShouldBe(1);
        if (folder is not null)
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TContext Open<TContext>(IServiceProvider services)
        where TContext : DbContext => services.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext();

    internal sealed class Crm(DbContextOptions<Crm> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<User>().ToTable("Users").Property(user => user.Id).ValueGeneratedNever();
            modelBuilder.Entity<Customer>().ToTable("Customers").HasOne<User>().WithMany().HasForeignKey(one => one.UserId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    internal sealed class Hr(DbContextOptions<Hr> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<User>().ToTable("Users").Property(user => user.Id).ValueGeneratedNever();
            modelBuilder.Entity<Worker>().ToTable("Workers").HasOne<User>().WithMany().HasForeignKey(one => one.UserId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    internal sealed class Accounts(DbContextOptions<Accounts> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<User>().ToTable("Users").Property(user => user.Id).ValueGeneratedNever();
    }

    [NotPersonalData("numbers alone")]
    internal sealed class User
    {
        public int Id { get; set; }
    }

    internal abstract class Someone
    {
        public int Id { get; set; }

        [NotPersonalData("which account")]
        public int UserId { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.customers")]
    internal sealed class Customer : Someone;

    [DataSet("crm.workers")]
    internal sealed class Worker : Someone;
}
