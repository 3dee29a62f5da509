using Gdpr.Disposal;
using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.Files.Keys;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Relational.Coverage;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>What docs/ef-core-postgresql.md says, step by step, with the page's own policy.</summary>
public sealed class FirstPreviewTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-ef-").FullName;

    [PostgresFact]
    public async Task An_application_with_old_rows_and_a_forgotten_table_comes_to_its_first_preview_and_nothing_is_deleted()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        var baseline = Path.Combine(_folder, "gdpr-coverage.json");
        FileKeyRing.Create(Path.Combine(_folder, "keys.json"));
        var services = new ServiceCollection();
        services.AddDbContext<ShopContext>(options => options.Unwarned().UseNpgsql(database.ConnectionString));
        services.AddGdpr(gdpr => gdpr
            .UsePolicyJson(PolicyOfThePage())
            .UsePostgreSql(database.ConnectionString)
            .UseKeyRingFile(Path.Combine(_folder, "keys.json"))
            .AddDbContextSource<ShopContext>("shop")
            .UseCoverageBaseline("shop", baseline));
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        await using var scope = provider.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        await context.Database.EnsureCreatedAsync();
        await database.ExecuteAsync("create table calls (id integer primary key, customer integer, phone text)");
        context.AddRange(
            new Customer { PersonId = "a", Name = "A", AccountClosed = new DateOnly(2020, 1, 1) },
            new Customer { PersonId = "b", Name = "B", LastLogin = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) },
            new Customer { PersonId = "c", Name = "C" });
        await context.SaveChangesAsync();

        await File.WriteAllTextAsync(baseline, CoverageBaseline.Empty.ToJson());
        var findings = await GdprCoverage.CheckAsync(context);
        findings.Select(finding => finding.Place).ShouldContain("calls.phone");
        (await Should.ThrowAsync<CoverageException>(() => provider.GetRequiredService<GdprWork>().PrepareAsync())).Message.ShouldContain("C-COV-04 calls.phone");
        var today = provider.GetRequiredService<IClock>().GetCurrentInstant().InUtc().Date;
        await File.WriteAllTextAsync(baseline, CoverageBaseline.Record(findings, "shop team", today.PlusMonths(6), today).ToJson());
        await provider.GetRequiredService<GdprWork>().PrepareAsync();
        var preview = await provider.GetRequiredService<Sweep>().PreviewAsync();

        var customers = preview.DataSets.ShouldHaveSingleItem();
        customers.Survey!.Lines.Select(line => $"{line.Fate} {line.Rule} {line.Records} {line.Due}").Order(StringComparer.Ordinal)
            .ShouldBe(["Erase shopping 2 2", "Undetermined shopping 1 0"]);
        customers.NeedsApproval.ShouldBeTrue();
        (await context.Customers.CountAsync()).ShouldBe(3);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string PolicyOfThePage()
    {
        using var reader = new StreamReader(typeof(FirstPreviewTests).Assembly.GetManifestResourceStream("ef-core-postgresql.md")!);
        return reader.ReadToEnd().Split("```jsonc policy")[1].Split("```")[0];
    }

    [DataSet("shop.customers")]
    private sealed class Customer
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string PersonId { get; set; } = "";

        [DataCategory("identity.name", Erased = "-")]
        public string Name { get; set; } = "";

        [DataCategory("contact.email")]
        public string? Email { get; set; }

        [RetentionTrigger("account-closed")]
        public DateOnly? AccountClosed { get; set; }

        [RetentionTrigger("last-login")]
        public DateTimeOffset? LastLogin { get; set; }

        [NotPersonalData("the shop's own code of a colour")]
        public string? Colour { get; set; }
    }

    private sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
    {
        public DbSet<Customer> Customers => Set<Customer>();
    }
}
