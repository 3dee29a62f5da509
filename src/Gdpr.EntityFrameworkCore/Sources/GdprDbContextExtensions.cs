using Gdpr;
using Gdpr.EntityFrameworkCore.Hazards;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Relational;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds EF Core contexts as sources.</summary>
public static class GdprDbContextExtensions
{
    /// <summary>Adds the tables of an EF Core context as a source. The context is registered as the application does: <c>AddDbContext</c>, a pool or a factory.</summary>
    /// <typeparam name="TContext">The context.</typeparam>
    /// <param name="builder">The configuration.</param>
    /// <param name="name">The source's name, unique in the host, such as <c>crm</c>.</param>
    /// <param name="configure">Says what the model does not: which entity types are which data sets.</param>
    /// <remarks>What in the model would keep what was erased, or take what has to be kept, stops the host's start
    /// (<see cref="SourceMappingException"/>). The database has to be one that a package of the library serves: add Gdpr.Sqlite or Gdpr.PostgreSql too.</remarks>
    public static GdprBuilder AddDbContextSource<TContext>(this GdprBuilder builder, string name, Action<DbContextSourceOptions>? configure = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new DbContextSourceOptions();
        configure?.Invoke(options);
        builder.Services.AddOptions<HazardsAtStart>().ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HazardsAtStart>, HazardsAtStart.Check>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartCheck, CascadesAtStart>());
        builder.Services.AddSingleton(new MappedContext(typeof(TContext), options));
        builder.Services.TryAddSingleton(provider => new ContextVisibility(provider, () => provider.GetRequiredService<GdprPolicies>().Schedule));
        return builder.AddCoverageCheck().AddSource(provider =>
            new DbContextSource(name, new EfContexts<TContext>(provider), provider.GetServices<SqlPlatform>(), options, provider.BaselineOf(name))
            {
                Contexts = [.. provider.GetServices<MappedContext>()],
                Sources = () => provider.GetServices<IPersonalDataSource>().OfType<DbContextSource>(),
            });
    }
}
