using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Sources;

/// <summary>Contexts of the host's, for one use each: from its factory, or else from a scope of the container.</summary>
internal abstract class EfContexts
{
    /// <summary>The class of the contexts.</summary>
    public abstract Type Type { get; }

    public abstract EfContext Open();
}

/// <summary>A context and the scope that it was made in.</summary>
internal sealed class EfContext(DbContext context, AsyncServiceScope? scope, bool isOwned) : IAsyncDisposable, IDisposable
{
    public DbContext Context => context;

    public void Dispose()
    {
        if (isOwned)
        {
            context.Dispose();
        }

        scope?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (isOwned)
        {
            await context.DisposeAsync().ConfigureAwait(false);
        }

        if (scope is { } of)
        {
            await of.DisposeAsync().ConfigureAwait(false);
        }
    }
}

/// <inheritdoc/>
internal sealed class EfContexts<TContext>(IServiceProvider services) : EfContexts
    where TContext : DbContext
{
    public override Type Type => typeof(TContext);

    public override EfContext Open()
    {
        var scope = services.CreateAsyncScope();
        try
        {
            return scope.ServiceProvider.GetService<IDbContextFactory<TContext>>() is { } factory
                ? new EfContext(factory.CreateDbContext(), scope, isOwned: true)
                : new EfContext(scope.ServiceProvider.GetRequiredService<TContext>(), scope, isOwned: false);
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }
}
