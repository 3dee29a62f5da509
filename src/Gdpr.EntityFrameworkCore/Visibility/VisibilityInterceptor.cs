using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Right before a command runs, puts in what is visible at that moment.</summary>
internal sealed class VisibilityInterceptor : DbCommandInterceptor
{
    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Complete(command, eventData);
        return result;
    }

    public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
    {
        Complete(command, eventData);
        return result;
    }

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Complete(command, eventData);
        return result;
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await CompleteAsync(command, eventData, cancellationToken).ConfigureAwait(false);
        return result;
    }

    public override async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        await CompleteAsync(command, eventData, cancellationToken).ConfigureAwait(false);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await CompleteAsync(command, eventData, cancellationToken).ConfigureAwait(false);
        return result;
    }

    [SuppressMessage("Usage", "MA0045:Do not use blocking calls", Justification = "EF Core asks so where the host does; it waits only the first time, while the source is prepared.")]
    private static void Complete(DbCommand command, CommandEventData data)
    {
        var completing = CompleteAsync(command, data, CancellationToken.None);
        if (!completing.IsCompletedSuccessfully)
        {
            completing.AsTask().GetAwaiter().GetResult();
        }
    }

    private static ValueTask CompleteAsync(DbCommand command, CommandEventData data, CancellationToken cancellationToken) =>
        VisibilityMarker.IsIn(command.CommandText) && data.Context?.GetService<IDbContextOptions>().FindExtension<GdprOptionsExtension>() is { } extension
            ? extension.Visibility.CompleteAsync(data.Context, command, cancellationToken)
            : ValueTask.CompletedTask;
}
