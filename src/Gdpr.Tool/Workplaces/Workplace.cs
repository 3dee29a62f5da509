using Gdpr.Consents;
using Gdpr.Disposal;
using Gdpr.Files.Keys;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Json;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sqlite.Stores;
using Gdpr.Tool.Policies;
using Gdpr.Tool.Terminals;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Tool.Workplaces;

/// <summary>The library, put together for one policy, one database, and what is kept about them.</summary>
/// <remarks>One that only looks leaves every file as it is: the database is opened for reading, and what follows from the journal is worked out in memory.</remarks>
internal sealed class Workplace : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly SqliteStores? _stores;

    private Workplace(ServiceProvider provider, SqliteStores? stores, bool hasJournal)
    {
        _provider = provider;
        _stores = stores;
        HasJournal = hasJournal;
    }

    /// <summary>Whether there was a journal, or is one now.</summary>
    public bool HasJournal { get; }

    public RetentionSchedule Schedule => Get<RetentionSchedule>();

    /// <summary>The zone of the policy's first controller.</summary>
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[Schedule.Policy.Controllers.Values.First().TimeZone];

    public IClock Clock => Get<IClock>();

    public Sweep Sweep => Get<Sweep>();

    public LegalHolds Holds => Get<LegalHolds>();

    public ConsentImport ConsentImport => Get<ConsentImport>();

    public EvidenceVerifier Evidence => Get<EvidenceVerifier>();

    public SourceReplay Replay => Get<SourceReplay>();

    public KillSwitchControl Switch => Get<KillSwitchControl>();

    public JournalVerifications Verifications => Get<JournalVerifications>();

    public JournalCheckpoints Checkpoints => Get<JournalCheckpoints>();

    public IJournalStore Journal => Get<IJournalStore>();

    public IJournalWitness Witness => Get<IJournalWitness>();

    /// <summary>Puts everything together, and has the mapping checked.</summary>
    /// <param name="places">Where everything is.</param>
    /// <param name="examples">How many examples a survey gives of each line.</param>
    /// <param name="dataSets">The data sets that the command line names.</param>
    /// <param name="isLooking">Whether nothing may be changed.</param>
    /// <param name="terminal">Takes messages.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="BadInputException">Something is not there, or does not fit; of a mapping, everything at once.</exception>
    public static async Task<Workplace> OpenAsync(
        Places places, int examples, IReadOnlyList<string> dataSets, bool isLooking, Terminal terminal, CancellationToken cancellation)
    {
        var connectionString = DataDatabase.ConnectionString(places.Database, isLooking);
        var (policy, earlier) = ScheduleFiles.ReadUsable(places.Policy, places.Earlier, terminal.Now, terminal.Error);
        var schedule = RetentionSchedule.Compile(policy, earlier);
        RefuseUnknown(dataSets, schedule);

        // Everything is looked at before the first file is created or changed.
        var mapping = await DataDatabase.MappingAsync(places, schedule, cancellation).ConfigureAwait(false);
        await DataDatabase.CheckAsync(places, mapping, schedule, cancellation).ConfigureAwait(false);
        var hasJournal = File.Exists(places.Journal);
        if (!hasJournal && await DataDatabase.HasTracesAsync(places, cancellation).ConfigureAwait(false))
        {
            throw new BadInputException($"{places.Journal}: this journal is not there, and there must be one: the database holds evidence or facts of it. Name it with --journal, or restore it.");
        }

        if (!isLooking)
        {
            KeepingFiles.CreateMissing(places, hasJournal, terminal.Error);
        }

        var stores = hasJournal || !isLooking ? new SqliteStores(ConnectionStringOf(places.Journal)) : null;
        var states = stores is null ? new InMemoryStateStore()
            : isLooking ? await StatesToLook.CopyAsync(stores.State, cancellation).ConfigureAwait(false)
            : stores.State;
        var workplace = new Workplace(Build(places, policy, earlier, mapping, connectionString, stores, states, examples, terminal.Time), stores, stores is not null);
        try
        {
            var work = workplace.Get<GdprWork>();
            await (isLooking ? work.PrepareToLookAsync(cancellation) : work.PrepareAsync(cancellation)).ConfigureAwait(false);
            return workplace;
        }
        catch
        {
            await workplace.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The connection string of the journal's file.</summary>
    public static string ConnectionStringOf(string journal) => new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(journal) }.ToString();

    /// <summary>How the kill switch stands; it is no part of the journal.</summary>
    public async Task<KillSwitch> ReadKillSwitchAsync(CancellationToken cancellation) =>
        _stores is null ? KillSwitch.Off : await _stores.State.ReadKillSwitchAsync(cancellation).ConfigureAwait(false);

    /// <summary>Commits to what the journal holds, and has the witness remember it.</summary>
    public async Task<JournalCheckpoint?> WitnessAsync() => await Checkpoints.MakeAsync(CancellationToken.None).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync().ConfigureAwait(false);
        _stores?.Dispose();
    }

    private T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    private static void RefuseUnknown(IReadOnlyList<string> dataSets, RetentionSchedule schedule)
    {
        string[] known = [.. schedule.DataSets.Select(dataSet => dataSet.Path)];
        string[] problems = [.. dataSets.Where(path => schedule.Find(path) is null).Select(path =>
            NearestWord.To(path, known) is { } nearest
                ? $"--data-set: the policy has no data set '{path}'. Did you mean '{nearest}'?"
                : $"--data-set: the policy has no data set '{path}'. It has {string.Join(", ", known)}.")];
        if (problems.Length > 0)
        {
            throw new BadInputException(string.Join(Environment.NewLine, problems));
        }
    }

    private static ServiceProvider Build(
        Places places, GdprPolicy policy, IReadOnlyList<SupersededPolicy> earlier, SqlMapping mapping, string connectionString, SqliteStores? stores, IStateStore states,
        int examples, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddGdpr(gdpr =>
        {
            gdpr.UsePolicy(policy).ConfigureSweep(options => (options.Examples, options.CountKept) = (examples, true));
            foreach (var version in earlier)
            {
                gdpr.AfterVersion(version);
            }

            gdpr.AddSqlSource(places.Source, connectionString, mapping)
                .UseWitnessFile(Path.GetFullPath(places.Witness))
                .UseKeyRing(places.Keys, _ => File.Exists(places.Keys) ? FileKeyRing.Open(Path.GetFullPath(places.Keys)) : InMemoryKeyRing.WithRandomKey())
                .UseJournalStore(places.Journal, _ => stores?.Journal ?? new InMemoryJournalStore())
                .UseSubjectVault(places.Journal, _ => stores?.Vault ?? new InMemorySubjectVault())
                .UseStateStore(places.Journal, _ => states);
        });
        return services.BuildServiceProvider();
    }
}
