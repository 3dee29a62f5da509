using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.Sources;
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

    private static async Task<ModuleHost> HrAsync(bool isPostgres)
    {
        var host = await ModuleHost.CreateAsync(Policy, isPostgres, modules => modules.Context<OtherContextTests.Hr>("hr"));
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
