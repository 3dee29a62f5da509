using Gdpr;
using Gdpr.PostgreSql.Stores;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the stores on PostgreSQL to the library's configuration.</summary>
public static class GdprPostgreSqlStoreExtensions
{
    /// <summary>Keeps journal, vault and state in a PostgreSQL database.</summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="connectionString">The connection string of Npgsql, such as <c>Host=db;Database=app;Username=app</c>.</param>
    /// <param name="schema">The schema of the tables. It is created where it is missing and the role may; see <see cref="PostgreSqlStoreMigrations"/>.</param>
    /// <param name="sharesHostDatabase">Whether the database is the host's own, so that the journal can append in transactions of the host's.</param>
    /// <returns>The same configuration.</returns>
    /// <exception cref="ArgumentException">The connection string names no host, or the schema's name is none that PostgreSQL keeps as it is.</exception>
    /// <remarks>The stores are singletons, closed with the container. A host has one journal: naming another database or schema stops its start, naming the
    /// same again changes nothing.</remarks>
    public static GdprBuilder UsePostgreSql(this GdprBuilder builder, string connectionString, string schema = "gdpr", bool sharesHostDatabase = false)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // What is wrong with the connection string shows where it is given, and every container gets connections of its own.
        using var described = new PostgreSqlStores(connectionString, schema, sharesHostDatabase);
        return Use(builder, described.Place, sharesHostDatabase, () => new PostgreSqlStores(connectionString, schema, sharesHostDatabase));
    }

    /// <summary>Keeps journal, vault and state in a PostgreSQL database that the host has connections to.</summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="dataSource">Where connections come from. Arrays must be enabled in it, as they are unless it was built slim. The host disposes of it.</param>
    /// <param name="schema">The schema of the tables. It is created where it is missing and the role may; see <see cref="PostgreSqlStoreMigrations"/>.</param>
    /// <param name="sharesHostDatabase">Whether the journal can append in transactions of the host's.</param>
    /// <returns>The same configuration.</returns>
    /// <exception cref="ArgumentException">The schema's name is none that PostgreSQL keeps as it is.</exception>
    /// <remarks>A host has one journal: naming another database or schema stops its start, naming the same again changes nothing.</remarks>
    public static GdprBuilder UsePostgreSql(this GdprBuilder builder, NpgsqlDataSource dataSource, string schema = "gdpr", bool sharesHostDatabase = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        using var described = new PostgreSqlStores(dataSource, schema, sharesHostDatabase);
        return Use(builder, described.Place, sharesHostDatabase, () => new PostgreSqlStores(dataSource, schema, sharesHostDatabase));
    }

    private static GdprBuilder Use(GdprBuilder builder, string place, bool sharesHostDatabase, Func<PostgreSqlStores> create)
    {
        var name = $"{place}{(sharesHostDatabase ? ", of the host" : "")}";
        builder.Services.TryAddKeyedSingleton(name, (_, _) => create());
        return builder.AddPostgreSqlPlatform()
            .UseJournalStore(name, provider => provider.GetRequiredKeyedService<PostgreSqlStores>(name).Journal)
            .UseSubjectVault(name, provider => provider.GetRequiredKeyedService<PostgreSqlStores>(name).Vault)
            .UseStateStore(name, provider => provider.GetRequiredKeyedService<PostgreSqlStores>(name).State);
    }
}
