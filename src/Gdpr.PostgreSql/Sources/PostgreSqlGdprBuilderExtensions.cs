using Gdpr;
using Gdpr.PostgreSql.Sources;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds tables of PostgreSQL databases as sources.</summary>
public static class PostgreSqlGdprBuilderExtensions
{
    /// <summary>Adds tables of a PostgreSQL database as a source, mapped in C#.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The source's name, unique in the host, such as <c>crm</c>.</param>
    /// <param name="connectionString">The connection string of Npgsql.</param>
    /// <param name="map">Says which tables hold which data sets; what it leaves out is found by convention.</param>
    /// <param name="evidence">How much the evidence says, where one statement disposes of a batch; everywhere else it names each record.</param>
    public static GdprBuilder AddPostgreSqlSource(
        this GdprBuilder builder, string name, string connectionString, Action<SqlMappingBuilder> map, EvidenceDetail evidence = EvidenceDetail.PerRecord) =>
        builder.AddPostgreSqlSource(name, connectionString, SqlMapping.Build(map), evidence);

    /// <summary>Adds tables of a PostgreSQL database as a source.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The source's name, unique in the host, such as <c>crm</c>.</param>
    /// <param name="connectionString">The connection string of Npgsql.</param>
    /// <param name="mapping">Says which tables hold which data sets; what it leaves out is found by convention.</param>
    /// <param name="evidence">How much the evidence says, where one statement disposes of a batch; everywhere else it names each record.</param>
    public static GdprBuilder AddPostgreSqlSource(
        this GdprBuilder builder, string name, string connectionString, SqlMapping mapping, EvidenceDetail evidence = EvidenceDetail.PerRecord) =>
        Add(builder, name, guards => new PostgreSqlDatabase(connectionString) { GuardsTables = guards }, mapping, evidence);

    /// <summary>Adds tables of a PostgreSQL database as a source, mapped in C#.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The source's name, unique in the host, such as <c>crm</c>.</param>
    /// <param name="dataSource">Where connections come from; the host disposes of it.</param>
    /// <param name="map">Says which tables hold which data sets; what it leaves out is found by convention.</param>
    /// <param name="evidence">How much the evidence says, where one statement disposes of a batch; everywhere else it names each record.</param>
    public static GdprBuilder AddPostgreSqlSource(
        this GdprBuilder builder, string name, NpgsqlDataSource dataSource, Action<SqlMappingBuilder> map, EvidenceDetail evidence = EvidenceDetail.PerRecord) =>
        builder.AddPostgreSqlSource(name, dataSource, SqlMapping.Build(map), evidence);

    /// <summary>Adds tables of a PostgreSQL database as a source.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The source's name, unique in the host, such as <c>crm</c>.</param>
    /// <param name="dataSource">Where connections come from; the host disposes of it.</param>
    /// <param name="mapping">Says which tables hold which data sets; what it leaves out is found by convention.</param>
    /// <param name="evidence">How much the evidence says, where one statement disposes of a batch; everywhere else it names each record.</param>
    public static GdprBuilder AddPostgreSqlSource(
        this GdprBuilder builder, string name, NpgsqlDataSource dataSource, SqlMapping mapping, EvidenceDetail evidence = EvidenceDetail.PerRecord) =>
        Add(builder, name, guards => new PostgreSqlDatabase(dataSource) { GuardsTables = guards }, mapping, evidence);

    /// <summary>Lets sources over somebody else's connections, such as those of an EF Core context, work in PostgreSQL databases. Every other verb for PostgreSQL
    /// sources does so too.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="guardTables">Whether triggers on the tables of all PostgreSQL sources of the host, in whatever order they are added, refuse every client to delete
    /// or change rows under a hold, a restriction or an open request: see <see cref="PostgreSqlBlockTrigger"/>.</param>
    public static GdprBuilder AddPostgreSqlPlatform(this GdprBuilder builder, bool guardTables = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (guardTables)
        {
            builder.Services.TryAddSingleton(new TableGuards());
        }

        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<SqlPlatform, PostgreSqlPlatform>());
        return builder;
    }

    private static GdprBuilder Add(GdprBuilder builder, string name, Func<bool, PostgreSqlDatabase> guarded, SqlMapping mapping, EvidenceDetail evidence)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(mapping);

        // What is wrong with a connection string shows here, and not when the container makes the source.
        guarded(false);
        return builder
            .AddSource(provider => new SqlSource(name, guarded(provider.GetServices<TableGuards>().Any()), mapping, evidence, provider.BaselineOf(name)))
            .AddPostgreSqlPlatform();
    }
}
