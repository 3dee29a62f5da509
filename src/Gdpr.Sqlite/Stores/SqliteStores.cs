using Gdpr.Journals;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Stores;

/// <summary>Journal, vault and state store in one SQLite database, in tables whose names begin with <c>gdpr_</c>.</summary>
/// <remarks>
/// <para>Opens the file with a write-ahead log, <c>synchronous = FULL</c> and <c>secure_delete = ON</c>: a commit is on the disk before anybody is told,
/// and what was erased is overwritten. After the vault has erased, its bytes are gone from the write-ahead log too; what a file system, a snapshot
/// or a backup keeps of earlier states is out of its reach.</para>
/// <para>Safe to use from several threads and, on one machine, from several processes. Whatever goes wrong with the file is a
/// <see cref="StoreException"/>. How long to wait for another process's lock is the connection string's <c>Default Timeout</c>, in seconds.</para>
/// </remarks>
public sealed class SqliteStores : IDisposable
{
    private readonly StoreFile _file;

    /// <summary>Describes the stores. The file is opened, and created where it is missing, when a store is first used.</summary>
    /// <param name="connectionString">The connection string of Microsoft.Data.Sqlite, such as <c>Data Source=gdpr.db</c>. A relative path is taken, as
    /// everywhere in that package, from the current directory: from the one of this call. A database in memory is refused.</param>
    /// <param name="sharesHostDatabase">Whether the file is the host's own database, so that the journal can append in transactions of the host's.</param>
    /// <exception cref="ArgumentException">The connection string names no file.</exception>
    public SqliteStores(string connectionString, bool sharesHostDatabase = false)
        : this(connectionString, sharesHostDatabase, null)
    {
    }

    internal SqliteStores(string connectionString, bool sharesHostDatabase, Action<SqliteConnection>? opened)
    {
        _file = new StoreFile(connectionString, opened);
        Journal = new SqliteJournalStore(_file, sharesHostDatabase);
        Vault = new SqliteSubjectVault(_file);
        State = new SqliteStateStore(_file);
    }

    /// <summary>The full path of the database's file.</summary>
    public string Path => _file.Name;

    /// <summary>The journal.</summary>
    public IJournalStore Journal { get; }

    /// <summary>The vault.</summary>
    public ISubjectVault Vault { get; }

    /// <summary>The state store.</summary>
    public IStateStore State { get; }

    /// <summary>Closes the file. To be called when nobody uses the stores any more.</summary>
    public void Dispose() => _file.Dispose();
}
