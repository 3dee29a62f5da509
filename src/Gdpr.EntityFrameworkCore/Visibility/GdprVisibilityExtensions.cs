using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Retention;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Lets the queries of a context see what their purpose may see.</summary>
public static class GdprVisibilityExtensions
{
    /// <summary>Lets queries of the context see only what their purpose may see: without a purpose, records of fate keep. What would pass by the guards of
    /// records is refused: see <see cref="GdprContextOptions.Bypasses"/>. Needs the context to be a source of
    /// the same container (<c>AddDbContextSource</c>), or to have its records in the same database, tables and keys as contexts that are.</summary>
    /// <remarks>Call it after <c>AddInterceptors</c>: what interceptors that were added before make of a query is asked after, what later ones make of it is
    /// not.</remarks>
    /// <param name="options">The context's options, such as <c>AddDbContext((provider, options) => options.UseSqlite(…).UseGdpr(provider))</c> has them.</param>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes how the library is used.</param>
    /// <exception cref="InvalidOperationException">The container has no context as a source.</exception>
    public static DbContextOptionsBuilder UseGdpr(this DbContextOptionsBuilder options, IServiceProvider services, Action<GdprContextOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        var visibility = services.GetService<ContextVisibility>()
            ?? throw new InvalidOperationException("No context is a source of this container: call AddGdpr(gdpr => gdpr.AddDbContextSource<TContext>(…)).");
        var chosen = new GdprContextOptions();
        configure?.Invoke(chosen);
        ((IDbContextOptionsBuilderInfrastructure)options).AddOrUpdateExtension(new GdprOptionsExtension(visibility, chosen));

        // Interceptors run in the order in which they are added: what those before this one make of a query is asked after.
        return options.Options.FindExtension<CoreOptionsExtension>()?.Interceptors?.Contains(QueryGuard.Instance) == true
            ? options
            : options.AddInterceptors(QueryGuard.Instance);
    }

    /// <summary>What a purpose may see (Art. 5(1)(b), (e)): records that one of its own rules keeps alive, obligations included; of which nothing has ended it,
    /// to which no objection is pending, and which are not restricted under Art. 18.</summary>
    /// <param name="context">The context.</param>
    /// <param name="purpose">The purpose's id in the policy, such as <c>bookkeeping</c>.</param>
    /// <param name="use">What restricted records are used for, where Art. 18(2) allows it; without it they are not seen.</param>
    /// <exception cref="ArgumentException">The policy has no such purpose.</exception>
    public static PurposeView ForPurpose(this DbContext context, string purpose, AllowedUse? use = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(purpose);
        return new PurposeView(context, new QueryPurpose(purpose, use));
    }

    /// <summary>What is seen without a purpose, and the records restricted under Art. 18 with it, for a use that Art. 18(2) allows.</summary>
    /// <param name="context">The context.</param>
    /// <param name="use">The use.</param>
    public static PurposeView ForAllowedUse(this DbContext context, AllowedUse use) => new(context, new QueryPurpose(null, use));

    /// <summary>What is seen without a purpose: records of fate keep. The same as <see cref="DbContext.Set{TEntity}()"/>, and certain that the context uses the
    /// library.</summary>
    /// <typeparam name="TEntity">The entity type.</typeparam>
    /// <param name="context">The context.</param>
    public static IQueryable<TEntity> Visible<TEntity>(this DbContext context)
        where TEntity : class => new PurposeView(context, QueryPurpose.None).Set<TEntity>();
}
