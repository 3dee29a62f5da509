using Gdpr.Disposal;
using Gdpr.Files.Keys;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Samples.Data;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Samples.Acting;

/// <summary>The library in a container, as a host sets it up: policy, data, journal, keys, witness.</summary>
internal sealed class Host : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    private Host(ServiceProvider provider, string journal)
    {
        _provider = provider;
        JournalFile = journal;
    }

    /// <summary>The journal's file.</summary>
    public string JournalFile { get; }

    public Sweep Sweep => _provider.GetRequiredService<Sweep>();

    public LegalHolds Holds => _provider.GetRequiredService<LegalHolds>();

    public IJournalStore Journal => _provider.GetRequiredService<IJournalStore>();

    public IKeyRing Keys => _provider.GetRequiredService<IKeyRing>();

    public IJournalWitness Witness => _provider.GetRequiredService<IJournalWitness>();

    public JournalCheckpoints Checkpoints => _provider.GetRequiredService<JournalCheckpoints>();

    public JournalVerifier Verifier => _provider.GetRequiredService<JournalVerifier>();

    /// <summary>Sets the library up for a database, beside which it keeps its files under the names that the <c>gdpr</c> command looks for.</summary>
    public static async Task<Host> OpenAsync(SampleDatabase database, GdprPolicy policy, Instant at, CancellationToken cancellation)
    {
        var file = database.File;
        var mapping = new SqlMapping { DataSets = database.Tables.ToDictionary(table => table.Path, table => table.ToMapping(), StringComparer.Ordinal) };
        await File.WriteAllTextAsync($"{file}.mapping.json", mapping.ToJson(), cancellation);
        FileKeyRing.Create($"{file}.keys.json");

        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new StillTime(at));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(policy)
            .UseSqlite(ConnectionString($"{file}.gdpr.db"))
            .UseKeyRingFile($"{file}.keys.json")
            .UseWitnessFile($"{file}.witness.json")
            .AddSqlSource("data", ConnectionString(file), mapping)
            .ConfigureSweep(options => (options.Examples, options.CountKept) = (1, true)));
        var host = new Host(services.BuildServiceProvider(), $"{file}.gdpr.db");
        await host._provider.GetRequiredService<GdprWork>().PrepareAsync(cancellation);
        await host.PutFactsAsync(database, cancellation);
        return host;
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    /// <summary>Puts beside the data what the organisation knows of its people, so that the transaction that destroys sees it.</summary>
    private async Task PutFactsAsync(SampleDatabase database, CancellationToken cancellation)
    {
        var source = _provider.GetServices<IPersonalDataSource>().OfType<IDisposalSource>().Single();
        FactChange[] changes =
        [
            .. from known in database.Facts
               from dataSet in source.DataSets
               select new FactChange($"known/{known.Fact}", dataSet, new FactTarget.Subjects(known.Subjects), KnownFact.Read(known.Fact)),
        ];
        await source.ChangeFactsAsync(changes, await source.ReadFactsPositionAsync(cancellation), cancellation);
    }

    // Without pooling the files are closed, and can be deleted, as soon as nobody uses them.
    private static string ConnectionString(string file) => new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString();
}
