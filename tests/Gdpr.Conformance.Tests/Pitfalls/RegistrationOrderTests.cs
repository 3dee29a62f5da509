using Gdpr.Disposal;
using Gdpr.Files.Keys;
using Gdpr.Files.Sources;
using Gdpr.Journals;
using Gdpr.Relational.Values;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Conformance.Tests.Pitfalls;

/// <summary>The packages in one container, in whatever order a host names them.</summary>
public sealed class RegistrationOrderTests : IDisposable
{
    private const int Parts = 7;
    private const string Policy = """
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": {
            "crm": { "dataSets": { "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } },
            "logs": { "dataSets": { "days": { "subject": "customer", "triggers": { "written": { "whenNull": "unknown" } }, "fields": { "content": "log.event" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "ended" } },
            "logging": { "purpose": "security", "basis": { "contract": {} }, "data": ["logs.days"], "retention": { "keep": "P30D", "after": "written" } } } }
        """;

    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 11, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-order-").FullName;

    /// <summary>An order turned round and round, and each of those backwards: every part comes first, last, before and after every other; and some by chance.</summary>
    public static TheoryData<string> Orders
    {
        get
        {
            var chance = new Random(11);
            var turned = Enumerable.Range(0, Parts).Select(first => Enumerable.Range(0, Parts).Select(i => (first + i) % Parts).ToArray()).ToList();
            IEnumerable<int[]> mixed = Enumerable.Range(0, 10).Select(_ =>
            {
                int[] order = [.. Enumerable.Range(0, Parts)];
                chance.Shuffle(order);
                return order;
            });
            return [.. turned.Concat(turned.Select(order => order.Reverse().ToArray())).Concat(mixed).Select(order => string.Concat(order)).Distinct()];
        }
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory, MemberData(nameof(Orders))]
    public async Task A_host_starts_and_sweeps_alike_in_whatever_order_the_packages_are_named(string order)
    {
        Fill();
        await using var host = Open(order);
        host.GetRequiredService<IStartupValidator>().Validate();
        await host.GetRequiredService<GdprWork>().PrepareAsync();

        var result = await host.GetRequiredService<Sweep>().RunAsync();

        result.DataSets.Select(dataSet => $"{dataSet.DataSet} of {dataSet.Source}: {dataSet.Status}, {dataSet.Done.Batches} batches, {dataSet.Done.Erased} erased")
            .ShouldBe(["crm.customers of crm: Completed, 2 batches, 2 erased", "logs.days of logs: Completed, 2 batches, 2 erased"]);
        Customers().ShouldBe(["3"]);
        Directory.EnumerateFiles(Of("logs"), "day-*.log").Select(Path.GetFileName).ShouldBe(["day-2026-11-20.log"]);
        var report = await host.GetRequiredService<JournalVerifier>().VerifyAsync(CancellationToken.None);
        report.IsIntact.ShouldBeTrue();
        report.Entries.ShouldBeGreaterThan(0);
    }

    private ServiceProvider Open(string order)
    {
        Action<GdprBuilder>[] parts =
        [
            gdpr => gdpr.UsePolicyJson(Policy),
            gdpr => gdpr.UseSqlite($"Data Source={Of("journal.db")}"),
            gdpr => gdpr.UseKeyRingFile(Of("keys")),
            gdpr => gdpr.UseWitnessFile(Of("witness")),
            gdpr => gdpr.AddSqlSource("crm", $"Data Source={Of("crm.db")}", map => map.DataSet("crm.customers", set => set
                .Table("customers", "id").Trigger("ended", "ended", StorageForm.Iso).Field("name", "name"))),
            gdpr => gdpr.AddFileSource("logs", Of("logs"), new FileDataSetMapping
            {
                DataSet = "logs.days",
                Pattern = "day-*.log",
                Triggers = new Dictionary<string, FileTrigger> { ["written"] = new FileTrigger.InName(@"day-(?<date>\d{4}-\d{2}-\d{2})\.log", "uuuu-MM-dd") },
            }),
            gdpr => gdpr.ConfigureSweep(options => (options.RequireApproval, options.BatchSize) = (false, 1)),
        ];
        parts.Length.ShouldBe(Parts);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Now));
        foreach (var part in order)
        {
            // One call each: calls add up.
            services.AddGdpr(parts[part - '0']);
        }

        return services.BuildServiceProvider(validateScopes: true);
    }

    private void Fill()
    {
        FileKeyRing.Create(Of("keys"));
        Directory.CreateDirectory(Of("logs"));
        foreach (var day in new[] { "2026-01-01", "2026-01-02", "2026-11-20" })
        {
            File.WriteAllText(Path.Combine(Of("logs"), $"day-{day}.log"), "x");
        }

        using var connection = new SqliteConnection($"Data Source={Of("crm.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, ended TEXT);
            INSERT INTO customers VALUES (1, 'A', '2020-01-01'), (2, 'B', '2026-01-01'), (3, 'C', '2026-11-01');
            """;
        command.ExecuteNonQuery();
    }

    private List<string> Customers()
    {
        using var connection = new SqliteConnection($"Data Source={Of("crm.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM customers ORDER BY id";
        using var reader = command.ExecuteReader();
        var ids = new List<string>();
        while (reader.Read())
        {
            ids.Add(reader.GetString(0));
        }

        return ids;
    }

    private string Of(string name) => Path.Combine(_folder, name);
}
