using Gdpr.Files.Keys;
using Gdpr.Files.Witnesses;
using Gdpr.Journals;
using Gdpr.Sqlite.Stores;

namespace Gdpr.Tool.Workplaces;

/// <summary>The journal alone, with its keys and its witness: no policy and no data.</summary>
internal sealed class JournalFiles : IDisposable
{
    private readonly SqliteStores _stores;

    private JournalFiles(SqliteStores stores, IKeyRing keys, IJournalWitness witness)
    {
        _stores = stores;
        Keys = keys;
        Witness = witness;
    }

    public IJournalStore Journal => _stores.Journal;

    public ISubjectVault Vault => _stores.Vault;

    public IStateStore States => _stores.State;

    public IKeyRing Keys { get; }

    public IJournalWitness Witness { get; }

    /// <summary>Opens what is there, and creates nothing.</summary>
    /// <exception cref="BadInputException">The journal or its key ring is not there.</exception>
    public static async Task<JournalFiles> OpenAsync(Places places, CancellationToken cancellation)
    {
        if (!File.Exists(places.Journal))
        {
            throw new BadInputException($"{places.Journal}: there is no such journal. Name it with --journal.");
        }

        KeepingFiles.RequireKeys(places.Keys, hasJournal: true);
        var keys = FileKeyRing.Open(Path.GetFullPath(places.Keys));
        var stores = new SqliteStores(Workplace.ConnectionStringOf(places.Journal));
        try
        {
            await stores.Journal.PrepareAsync(cancellation).ConfigureAwait(false);
            await stores.State.PrepareAsync(cancellation).ConfigureAwait(false);
            return new JournalFiles(stores, keys, new FileJournalWitness(Path.GetFullPath(places.Witness)));
        }
        catch
        {
            stores.Dispose();
            throw;
        }
    }

    public void Dispose() => _stores.Dispose();
}
