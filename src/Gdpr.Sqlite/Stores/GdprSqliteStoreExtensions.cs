using Gdpr;
using Gdpr.Sqlite.Stores;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the stores on SQLite to the library's configuration.</summary>
public static class GdprSqliteStoreExtensions
{
    /// <summary>Keeps journal, vault and state in a SQLite database.</summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="connectionString">The connection string of Microsoft.Data.Sqlite, such as <c>Data Source=gdpr.db</c>. A relative path is taken, as
    /// everywhere in that package, from the current directory: from the one of this call. A database in memory is refused.</param>
    /// <param name="sharesHostDatabase">Whether the file is the host's own database, so that the journal can append in transactions of the host's.</param>
    /// <returns>The same configuration.</returns>
    /// <exception cref="ArgumentException">The connection string names no file.</exception>
    /// <remarks>The stores are singletons, closed with the container. A host has one journal: naming another file stops its start, naming the same
    /// again changes nothing.</remarks>
    public static GdprBuilder UseSqlite(this GdprBuilder builder, string connectionString, bool sharesHostDatabase = false)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // What is wrong with the connection string shows where it is given, and every container gets connections of its own.
        using var described = new SqliteStores(connectionString, sharesHostDatabase);
        var name = $"SQLite {described.Path}{(sharesHostDatabase ? " of the host" : "")}";
        builder.Services.TryAddKeyedSingleton(name, (_, _) => new SqliteStores(connectionString, sharesHostDatabase));
        return builder.AddSqlitePlatform().UseJournalStore(name, provider => provider.GetRequiredKeyedService<SqliteStores>(name).Journal)
            .UseSubjectVault(name, provider => provider.GetRequiredKeyedService<SqliteStores>(name).Vault)
            .UseStateStore(name, provider => provider.GetRequiredKeyedService<SqliteStores>(name).State);
    }
}
