using Gdpr.Disposal;
using Gdpr.Files.Sources;
using Gdpr.Files.Tests.Sources;
using Gdpr.Files.Witnesses;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Files.Tests.Life;

/// <summary>Logs in a folder, with key ring and witness in files, swept by the real container. What outlives a process is here; several may be opened over it.</summary>
internal sealed class LogWorld : IDisposable
{
    private const int Due = 5;

    private readonly TemporaryFolder _keeping = new();
    private readonly string _keyRing;

    public LogWorld()
    {
        _keyRing = _keeping["keys.json"];
        Gdpr.Files.Keys.FileKeyRing.Create(_keyRing);
        for (var i = 0; i < Due; i++)
        {
            Logs.Add(NameOf(i));
        }

        Logs.Add("web/" + Sources.Logs.NameOf(Sources.Logs.Fresh));
        Logs.Add("web/access-undated.log");
        Logs.Add("backups/old/1.bak", Sources.Logs.Old);
        Logs.Add("backups/old/2.bak", Sources.Logs.Old);
        Logs.Add("backups/fresh/1.bak", Sources.Logs.Fresh);
    }

    public TemporaryFolder Logs { get; } = new();

    public SettableClock Clock { get; } = new(Instant.FromUtc(2026, 11, 22, 12, 0));

    public FaultPoints Faults { get; } = new();

    public InMemoryJournalStore Journal { get; set; } = new();

    public InMemoryStateStore States { get; set; } = new();

    public InMemorySubjectVault Vault { get; } = new();

    /// <summary>Told of each step that the source takes; what it throws ends the process.</summary>
    public Action<string> Step { get; set; } = static _ => { };

    public bool IsDead { get; private set; }

    /// <summary>The name of one of the due logs.</summary>
    public static string NameOf(int number) => $"web/{Sources.Logs.NameOf(Sources.Logs.Old.PlusDays(number))}";

    /// <summary>What is left where everything due has gone.</summary>
    public static IReadOnlyList<string> Left(params string[] held) =>
        [.. held.Concat(["backups/fresh/1.bak", "web/access-undated.log", "web/" + Sources.Logs.NameOf(Sources.Logs.Fresh)]).Order(StringComparer.Ordinal)];

    /// <summary>Starts a process over what there is.</summary>
    public LogProcess Open()
    {
        IsDead = false;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Policy)
            .ConfigureSweep(options => options.BatchSize = 2)
            .UseKeyRingFile(_keyRing)
            .UseWitness("file", _ => Faults.Around(new FileJournalWitness(_keeping["witness.json"])))
            .UseJournalStore("world", _ => Faults.Around(Journal))
            .UseStateStore("world", _ => Faults.Around(States))
            .UseSubjectVault("world", _ => Faults.Around(Vault))
            .AddSource(Faults.Around(new FileSource("logs", Logs.Path, [Sources.Logs.ByName, Sources.Logs.Backups], step =>
            {
                if (IsDead)
                {
                    throw new InvalidOperationException("The process has ended.");
                }

                try
                {
                    Step(step);
                }
                catch
                {
                    IsDead = true;
                    throw;
                }
            }))));
        return new LogProcess(services.BuildServiceProvider(validateScopes: true));
    }

    /// <summary>What was done, by data set: as the journal has it, and as the source's evidence has it.</summary>
    public async Task<(IReadOnlyList<string> Journalled, IReadOnlyList<string> Evident, int Records)> BatchesAsync()
    {
        var source = new FileSource("logs", Logs.Path, Sources.Logs.ByName, Sources.Logs.Backups);
        await source.PrepareAsync(Gdpr.Retention.RetentionSchedule.Compile(Policy), CancellationToken.None);
        var (journalled, evident, records) = (new List<string>(), new List<string>(), 0);
        await foreach (var entry in Journal.ReadAllAsync(0, CancellationToken.None))
        {
            using var data = System.Text.Json.JsonDocument.Parse(entry.Content.Data);
            if (entry.Content.Type == "disposal-batch")
            {
                journalled.Add($"{entry.Stream} {data.RootElement.GetProperty("number").GetInt32()} {data.RootElement.GetProperty("root").GetString()}");
                records += data.RootElement.GetProperty("erased").GetInt32();
            }
            else if (entry.Content.Type == "disposal-planned")
            {
                await foreach (var batch in source.ReadEvidenceAsync(data.RootElement.GetProperty("plan").GetString()!, 0, CancellationToken.None))
                {
                    evident.Add($"disposal/{batch.Plan} {batch.Number} {batch.Root}");
                }
            }
        }

        return ([.. journalled.Order(StringComparer.Ordinal)], [.. evident.Order(StringComparer.Ordinal)], records);
    }

    public async Task ShouldVerifyAsync()
    {
        var witness = new FileJournalWitness(_keeping["witness.json"]);
        (await new JournalVerifier(Journal, Gdpr.Files.Keys.FileKeyRing.Open(_keyRing), witness, Vault).VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty();
    }

    public async Task<int> TombstonesAsync()
    {
        var count = 0;
        await foreach (var _ in Vault.ReadTombstonesAsync("example", new LocalDate(2026, 11, 22), CancellationToken.None))
        {
            count++;
        }

        return count;
    }

    public void Dispose()
    {
        Logs.Dispose();
        _keeping.Dispose();
    }

    private static GdprPolicy Policy { get; } = PolicyReader.Read("""
        { "policy": "example", "version": "1", "effective": "2026-01-01",
          "controllers": { "example": { "name": "Example AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@example.se" } },
          "systems": { "web": { "backup": { "keep": "P90D" }, "dataSets": {
            "log": { "subject": "customer", "triggers": { "written": { "whenNull": "unknown" } }, "fields": { "line": "free-text" } },
            "backups": { "subject": "customer", "triggers": { "written": { "whenNull": "unknown" } }, "fields": { "content": "free-text" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["web.log", "web.backups"],
                         "retention": { "keep": "P30D", "after": "written" } } } }
        """).Policy!;
}

/// <summary>A process over a world.</summary>
internal sealed class LogProcess(ServiceProvider provider) : IAsyncDisposable
{
    public Sweep Sweep => provider.GetRequiredService<Sweep>();

    public LegalHolds Holds => provider.GetRequiredService<LegalHolds>();

    public KillSwitchControl Switch => provider.GetRequiredService<KillSwitchControl>();

    public EvidenceVerifier Evidence => provider.GetRequiredService<EvidenceVerifier>();

    public GdprWork Work => provider.GetRequiredService<GdprWork>();

    public async Task ApproveAsync() => await Sweep.ApproveAsync(await Sweep.PreviewAsync(), "data-protection-officer");

    public Task<GdprWorkReport> PumpAsync() => Work.RunDueAsync(provider.GetRequiredService<IClock>().GetCurrentInstant(), TimeSpan.FromMinutes(5));

    public ValueTask DisposeAsync() => provider.DisposeAsync();
}
