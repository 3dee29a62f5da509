using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Rows with which the database would delete another source's records are those of that source's database: in another, tables of the same names are the
/// context's own.</summary>
public sealed class OtherDatabaseTests
{
    private static readonly string Policy = GuardedPolicies.Of(others: "staff");

    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task Tables_of_the_same_name_in_another_database_are_the_contexts_own_to_delete_from(bool isPostgres)
    {
        await using var there = await HrAsync(isPostgres);
        await using var apart = there.Open<OtherContextTests.Hr>();
        await using var host = await HrAsync(isPostgres);
        await using var firms = Open(host, isPostgres, apart.Database.GetConnectionString()!);
        firms.AddRange(new OtherContextTests.Firm { Id = 1 }, new OtherContextTests.Firm { Id = 2 }, new OtherContextTests.Firm { Id = 3 });
        await firms.SaveChangesAsync();
        firms.Remove(await firms.Set<OtherContextTests.Firm>().SingleAsync(firm => firm.Id == 1));
        (await firms.SaveChangesAsync()).ShouldBe(1);
        (await firms.Set<OtherContextTests.Firm>().Where(firm => firm.Id == 2).ExecuteDeleteAsync()).ShouldBe(1);
        (await firms.Database.ExecuteSqlRawAsync("DELETE FROM \"Firms\"")).ShouldBe(1);

        // Contexts share what was compiled for another.
        await using var own = host.Open<OtherContextTests.Hr>();
        await using var here = Open(host, isPostgres, own.Database.GetConnectionString()!);
        await Should.ThrowAsync<GuardBypassException>(() => here.Set<OtherContextTests.Firm>().Where(firm => firm.Id == 2).ExecuteDeleteAsync());
        Should.Throw<GuardBypassException>(() => here.Set<OtherContextTests.Firm>().Where(firm => firm.Id == 2).ExecuteDelete()).Message.ShouldContain("'crm.customers'");
        await Should.ThrowAsync<GuardBypassException>(() => here.Database.ExecuteSqlRawAsync("DELETE FROM \"Firms\""));
        Should.Throw<GuardBypassException>(() => here.Database.ExecuteSqlRaw("TRUNCATE TABLE \"Firms\" CASCADE"));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Where_several_sources_keep_what_goes_with_such_rows_each_databases_is_asked_after(bool isPostgres)
    {
        await using var there = await HrAsync(isPostgres);
        await using var apart = there.Open<OtherContextTests.Hr>();
        await using var host = await ModuleHost.CreateAsync(Policy, isPostgres, modules => modules
            .Context<OtherContextTests.Hr>("hr", elsewhere: apart.Database.GetConnectionString()).Context<Agency>("agency"));
        await host.CreateTablesAsync<Agency>();
        await host.AddAsync<Agency>(new OtherContextTests.Firm { Id = 1 }, new Temp { Id = 1, FirmId = 1, Person = "p1" });
        await using var agency = host.Open<Agency>();
        await using var firms = Open(host, isPostgres, agency.Database.GetConnectionString()!);
        (await Should.ThrowAsync<GuardBypassException>(() => firms.Set<OtherContextTests.Firm>().ExecuteDeleteAsync())).Message.ShouldContain("'crm.staff'");
        firms.Remove(await firms.Set<OtherContextTests.Firm>().SingleAsync());
        (await Should.ThrowAsync<GuardBypassException>(() => firms.SaveChangesAsync())).Message.ShouldContain("'crm.staff'");
    }

    [Fact]
    public async Task Where_it_cannot_be_told_whether_databases_in_memory_are_one_such_rows_are_asked_after_by_their_table()
    {
        var shared = $"Data Source={Guid.NewGuid():N};Mode=Memory;Cache=Shared";
        await using var kept = new SqliteConnection(shared);
        await kept.OpenAsync();
        await using var host = await HrAsync(isPostgres: false, shared);
        await host.AddAsync<OtherContextTests.Hr>(new OtherContextTests.Firm { Id = 1 });
        await using var firms = Open(host, isPostgres: false, shared);
        await Should.ThrowAsync<GuardBypassException>(() => firms.Set<OtherContextTests.Firm>().ExecuteDeleteAsync());
        await Should.ThrowAsync<GuardBypassException>(() => firms.Database.ExecuteSqlRawAsync("DELETE FROM \"Firms\""));
        firms.Remove(await firms.Set<OtherContextTests.Firm>().SingleAsync());
        await Should.ThrowAsync<GuardBypassException>(() => firms.SaveChangesAsync());

        // One in a file is none of those, nor is one of another kind of database.
        await using var there = await HrAsync(isPostgres: false);
        await using var apart = there.Open<OtherContextTests.Hr>();
        await using var others = Open(host, isPostgres: false, apart.Database.GetConnectionString()!);
        (await others.Set<OtherContextTests.Firm>().ExecuteDeleteAsync()).ShouldBe(0);
        await using var server = await HrAsync(isPostgres: true);
        await using var served = server.Open<OtherContextTests.Hr>();
        await using var postgres = Open(host, isPostgres: true, served.Database.GetConnectionString()!);
        (await postgres.Set<OtherContextTests.Firm>().ExecuteDeleteAsync()).ShouldBe(0);
    }

    private static async Task<ModuleHost> HrAsync(bool isPostgres, string? elsewhere = null)
    {
        var host = await ModuleHost.CreateAsync(Policy, isPostgres, modules => modules.Context<OtherContextTests.Hr>("hr", elsewhere: elsewhere));
        await host.CreateTablesAsync<OtherContextTests.Hr>();
        return host;
    }

    private static OtherContextTests.Firms Open(ModuleHost host, bool isPostgres, string connectionString)
    {
        var options = new DbContextOptionsBuilder<OtherContextTests.Firms>();
        _ = isPostgres ? options.Unwarned().UseNpgsql(connectionString) : options.Unwarned().UseSqlite(connectionString);
        options.UseGdpr(host.Services);
        return new OtherContextTests.Firms(options.Options);
    }

    internal sealed class Agency(DbContextOptions<Agency> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<OtherContextTests.Firm>().ToTable("Firms").Property(firm => firm.Id).ValueGeneratedNever();
            modelBuilder.Entity<Temp>().ToTable("Temps").HasOne<OtherContextTests.Firm>().WithMany().HasForeignKey(temp => temp.FirmId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    [DataSet("crm.staff")]
    internal sealed class Temp
    {
        public int Id { get; set; }

        [NotPersonalData("which firm")]
        public int FirmId { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
