using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Sources;

/// <summary>Contexts of the host's, for one use each: from its factory, or else from a scope of the container.</summary>
internal abstract class EfContexts
{
    public abstract ValueTask<EfContext> OpenAsync(CancellationToken cancellationToken);

    /// <summary>A context for reading the model, which needs no connection.</summary>
    public abstract EfContext Open();
}

/// <summary>A context and what has to be given back with it.</summary>
internal sealed class EfContext(DbContext context, IAsyncDisposable? scope) : IAsyncDisposable, IDisposable
{
    public DbContext Context => context;

    public void Dispose()
    {
        if (scope is IDisposable disposable)
        {
            disposable.Dispose();
        }
        else
        {
            context.Dispose();
        }
    }

    public ValueTask DisposeAsync() => scope?.DisposeAsync() ?? context.DisposeAsync();
}

/// <inheritdoc/>
internal sealed class EfContexts<TContext>(IServiceProvider services) : EfContexts
    where TContext : DbContext
{
    public override async ValueTask<EfContext> OpenAsync(CancellationToken cancellationToken) =>
        services.GetService<IDbContextFactory<TContext>>() is { } factory
            ? new EfContext(await factory.CreateDbContextAsync(cancellationToken).ConfigureAwait(false), null)
            : OfScope();

    public override EfContext Open() => services.GetService<IDbContextFactory<TContext>>() is { } factory ? new EfContext(factory.CreateDbContext(), null) : OfScope();

    private EfContext OfScope()
    {
        var scope = services.CreateAsyncScope();
        return new EfContext(scope.ServiceProvider.GetRequiredService<TContext>(), scope);
    }
}
