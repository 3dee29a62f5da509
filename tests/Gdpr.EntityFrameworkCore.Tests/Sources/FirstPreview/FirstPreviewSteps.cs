using Gdpr.Disposal;
using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.Files.Keys;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Relational.Coverage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

#pragma warning disable MA0045, MA0048, SA1402, SA1649, CA1849 // The code is that of the page.

namespace Gdpr.EntityFrameworkCore.Tests.Sources.FirstPreview;

[DataSet("shop.customers")]
public sealed class Customer
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

public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Customer> Customers => Set<Customer>();
}

/// <summary>The code of docs/ef-core-postgresql.md, line by line, with the test's own places: <see cref="FirstPreviewTests"/> runs it, and compares it with the
/// page.</summary>
internal static class FirstPreviewSteps
{
    public static ServiceCollection Application(PostgresDatabase database, string policy, string keys, string baseline)
    {
        FileKeyRing.Create(keys);                         // once, on the very first start

        var services = new ServiceCollection();
        services.AddDbContext<ShopContext>(options => options.Unwarned().UseNpgsql(database.ConnectionString));
        services.AddGdpr(gdpr => gdpr
            .UsePolicyFile(policy)
            .UsePostgreSql(database.ConnectionString)
            .UseKeyRingFile(keys)
            .AddDbContextSource<ShopContext>("shop")
            .UseCoverageBaseline("shop", baseline));
        return services;
    }

    public static async Task WriteBaselineAsync(DbContext context, string path, LocalDate today)
    {
        var findings = await GdprCoverage.CheckAsync(context);
        File.WriteAllText(path, CoverageBaseline.Record(findings, "shop team", today.PlusMonths(6), today).ToJson());
    }

    public static async Task PreviewAsync(IServiceProvider provider)
    {
        await provider.GetRequiredService<GdprWork>().PrepareAsync();          // says at once what does not fit
        SweepPreview preview = await provider.GetRequiredService<Sweep>().PreviewAsync();
        foreach (var line in preview.DataSets.SelectMany(dataSet => dataSet.Survey?.Lines ?? []))
        {
            Console.WriteLine($"{line.Fate} by {line.Rule}: {line.Records} records, {line.Due} due");
        }
    }

    /// <summary>Where the page's lines go.</summary>
    public static class Console
    {
        public static List<string> Lines { get; } = [];

        public static void WriteLine(string line) => Lines.Add(line);
    }
}
