using Gdpr.Core.Tests.Rights;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Model;

/// <summary>The two traders in the real container, which can be started anew over the stores and the data that there are.</summary>
internal sealed class Traders : IAsyncDisposable
{
    public const string Officer = "data-protection-officer";

    private readonly RightsStores _stores = new();
    private ServiceProvider _provider = null!;

    private Traders()
    {
    }

    public SettableClock Clock { get; } = new(Instant.FromUtc(2026, 1, 12, 9, 0));

    /// <summary>The sources: each holds tables of both traders.</summary>
    public IReadOnlyList<BackedUpSource> Sources { get; } =
    [
        BackedUpSource.Empty("trade", [TradersPolicy.Customers, TradersPolicy.Orders, TradersPolicy.Invoices]),
        BackedUpSource.Empty("web", [TradersPolicy.Visits]),
    ];

    public Instant Now => Clock.GetCurrentInstant();

    public static async Task<Traders> OpenAsync()
    {
        var traders = new Traders();
        await traders.StartAsync();
        await traders.Get<Sweep>().ApproveAsync(await traders.Get<Sweep>().PreviewAsync(), Officer);
        return traders;
    }

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    /// <summary>The rows of a table, by its path.</summary>
    public InMemoryRecords<Row> RowsOf(string path) => Sources.Select(source => source.Rows.GetValueOrDefault(path)).OfType<InMemoryRecords<Row>>().Single();

    public Task<DataSubject> PersonAsync(string controller, string person) =>
        Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost(person)) { Controller = controller });

    /// <summary>Ends the process and begins another; it may have lost everything that was folded.</summary>
    public async Task RestartAsync(bool forgetsStates = false)
    {
        await _provider.DisposeAsync();
        if (forgetsStates)
        {
            _stores.States = new InMemoryStateStore();
        }

        await StartAsync();
    }

    public async Task<JournalReport> VerifyAsync() => await Get<JournalVerifier>().VerifyAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private async Task StartAsync()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddGdpr(gdpr =>
        {
            gdpr.UsePolicy(TradersPolicy.Policy)
                .UseJournalStore("world", _ => _stores.Journal).UseStateStore("world", _ => _stores.States).UseSubjectVault("world", _ => _stores.Vault)
                .UseWitness("world", _ => _stores.Witness).UseKeyRing("world", _ => _stores.Keys);
            foreach (var source in Sources)
            {
                gdpr.AddSource(source);
            }
        });
        _provider = services.BuildServiceProvider();
        await Get<GdprWork>().PrepareAsync();
    }
}
