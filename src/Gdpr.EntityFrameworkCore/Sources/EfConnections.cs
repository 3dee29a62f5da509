using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.ExceptionServices;
using Gdpr.Relational;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

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
            await UnwrappedAsync(async () =>
            {
                await context.Context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
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
            return await UnwrappedAsync(() => context.Context.Database.CreateExecutionStrategy()
                .ExecuteAsync(work, static (todo, token) => todo(token).AsTask(), cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>Lets failures of the database through as what they are: EF Core wraps them in advice, or in the number of attempts.</summary>
    private static async ValueTask<T> UnwrappedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is RetryLimitExceededException or InvalidOperationException && CauseOf(problem) is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }

    private static DbException? CauseOf(Exception problem)
    {
        for (var inner = problem.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is DbException cause)
            {
                return cause;
            }
        }

        return null;
    }
}
