using Gdpr.Journals;
using Npgsql;

namespace Gdpr.PostgreSql.Stores;

/// <summary>Journal, vault and state store in one PostgreSQL database, in tables of a schema of their own.</summary>
/// <remarks>
/// <para>Safe to use from several threads, processes and machines at once. Appenders to different streams of the journal do not wait for one another, and
/// a reader that follows misses no entry, however late it is committed.</para>
/// <para>Whatever goes wrong with the database is a <see cref="StoreException"/>, which names the host, the port and the database.</para>
/// </remarks>
public sealed class PostgreSqlStores : IDisposable, IAsyncDisposable
{
    private readonly StoreDatabase _database;

    /// <summary>Describes the stores. The server is asked for the first time when a store is first used.</summary>
    /// <param name="connectionString">The connection string of Npgsql, such as <c>Host=db;Database=app;Username=app</c>.</param>
    /// <param name="schema">The schema of the tables. It is created where it is missing and the role may.</param>
    /// <param name="sharesHostDatabase">Whether the database is the host's own, so that the journal can append in transactions of the host's.</param>
    /// <exception cref="ArgumentException">The connection string names no host, or the schema's name is none that PostgreSQL keeps as it is.</exception>
    public PostgreSqlStores(string connectionString, string schema = "gdpr", bool sharesHostDatabase = false)
        : this(Open(connectionString), isOwned: true, schema, sharesHostDatabase)
    {
    }

    /// <summary>Describes the stores over connections of the host's. The data source is not disposed of with them.</summary>
    /// <param name="dataSource">Where connections come from. Arrays must be enabled in it, as they are unless it was built slim.</param>
    /// <param name="schema">The schema of the tables. It is created where it is missing and the role may.</param>
    /// <param name="sharesHostDatabase">Whether the journal can append in transactions of the host's.</param>
    /// <exception cref="ArgumentException">The schema's name is none that PostgreSQL keeps as it is.</exception>
    public PostgreSqlStores(NpgsqlDataSource dataSource, string schema = "gdpr", bool sharesHostDatabase = false)
        : this(dataSource ?? throw new ArgumentNullException(nameof(dataSource)), isOwned: false, schema, sharesHostDatabase)
    {
    }

    private PostgreSqlStores(NpgsqlDataSource dataSource, bool isOwned, string schema, bool sharesHostDatabase)
    {
        _database = new StoreDatabase(dataSource, isOwned, schema);
        Journal = new PostgreSqlJournalStore(_database, sharesHostDatabase);
        Vault = new PostgreSqlSubjectVault(_database);
        State = new PostgreSqlStateStore(_database);
    }

    /// <summary>Where the stores are: host, port, database and schema.</summary>
    public string Place => _database.Place;

    /// <summary>The journal.</summary>
    public IJournalStore Journal { get; }

    /// <summary>The vault.</summary>
    public ISubjectVault Vault { get; }

    /// <summary>The state store.</summary>
    public IStateStore State { get; }

    /// <summary>Closes the connections that were opened here. To be called when nobody uses the stores any more.</summary>
    public void Dispose() => _database.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static NpgsqlDataSource Open(string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return NpgsqlDataSource.Create(connectionString);
    }
}
