using Gdpr;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds tables of SQLite databases as sources.</summary>
public static class SqliteGdprBuilderExtensions
{
    /// <summary>Adds tables of a SQLite database as a source, mapped in C#.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The source's name, unique in the host, such as <c>crm</c>.</param>
    /// <param name="connectionString">The connection string; the file must be there.</param>
    /// <param name="map">Says which tables hold which data sets; what it leaves out is found by convention.</param>
    public static GdprBuilder AddSqlSource(this GdprBuilder builder, string name, string connectionString, Action<SqlMappingBuilder> map) =>
        builder.AddSqlSource(name, connectionString, SqlMapping.Build(map));

    /// <summary>Adds tables of a SQLite database as a source.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The source's name, unique in the host, such as <c>crm</c>.</param>
    /// <param name="connectionString">The connection string; the file must be there.</param>
    /// <param name="mapping">Says which tables hold which data sets; what it leaves out is found by convention.</param>
    public static GdprBuilder AddSqlSource(this GdprBuilder builder, string name, string connectionString, SqlMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(mapping);
        var database = new SqliteDatabase(connectionString);
        return builder.AddSource(provider => new SqlSource(name, database, mapping, EvidenceDetail.PerRecord, provider.BaselineOf(name))).AddSqlitePlatform();
    }

    /// <summary>Lets sources over somebody else's connections, such as those of an EF Core context, work in SQLite databases. Every other verb for SQLite
    /// does so too.</summary>
    /// <param name="builder">The builder.</param>
    public static GdprBuilder AddSqlitePlatform(this GdprBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<SqlPlatform, SqlitePlatform>());
        return builder;
    }
}
