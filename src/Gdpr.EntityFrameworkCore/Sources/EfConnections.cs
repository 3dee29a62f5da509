using System.Collections.Concurrent;
using System.Data.Common;
using Gdpr.Relational;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Sources;

/// <summary>The connections of a host's contexts: opened as EF Core opens them, with the host's interceptors, and run under the host's execution strategy.</summary>
internal sealed class EfConnections(EfContexts contexts) : SqlConnections
{
    private readonly ConcurrentDictionary<DbConnection, EfContext> _open = new(ReferenceEqualityComparer.Instance);

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var context = contexts.Open();
        try
        {
            await context.Context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            var connection = context.Context.Database.GetDbConnection();
            _open[connection] = context;
            return connection;
        }
        catch
        {
            await context.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask CloseAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (_open.TryRemove(connection, out var context))
        {
            await using (context.ConfigureAwait(false))
            {
                await context.Context.Database.CloseConnectionAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Retries as the host does. A batch of which the commit had arrived all the same is found by its evidence, and is not done again.</summary>
    public override async ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        var context = contexts.Open();
        await using (context.ConfigureAwait(false))
        {
            return await context.Context.Database.CreateExecutionStrategy()
                .ExecuteAsync(work, static (todo, token) => todo(token).AsTask(), cancellationToken).ConfigureAwait(false);
        }
    }
}
