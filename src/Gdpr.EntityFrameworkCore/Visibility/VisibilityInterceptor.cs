using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Gdpr.EntityFrameworkCore.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Right before a command runs, puts in what is visible at that moment, and asks whether it may run at all.</summary>
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

    [SuppressMessage("Usage", "MA0045:Do not use blocking calls", Justification = "EF Core asks so where the host does; it waits while the source is prepared.")]
    private static void Complete(DbCommand command, CommandEventData data)
    {
        var completing = CompleteAsync(command, data, CancellationToken.None);
        if (!completing.IsCompletedSuccessfully)
        {
            completing.AsTask().GetAwaiter().GetResult();
        }
    }

    private static async ValueTask CompleteAsync(DbCommand command, CommandEventData data, CancellationToken cancellationToken)
    {
        if (data.Context is not { } context || GdprOptionsExtension.Of(context) is not { } extension)
        {
            return;
        }

        switch (data.CommandSource)
        {
            case CommandSource.LinqQuery or CommandSource.FromSqlQuery:
                // Containers share compiled queries, and have sources of their own: one that was compiled for another may be refused here.
                extension.Visibility.ModelOf(context);
                break;
            case CommandSource.SaveChanges:
                await SaveGuard.CheckAsync(context, extension, command, cancellationToken).ConfigureAwait(false);
                break;
            case CommandSource.ExecuteSqlRaw:
                // What a text gives as a query is asked after when the query is compiled.
                RawTexts.Report(context, extension, command.CommandText, reads: false);
                await OtherSources.CheckAsync(context, extension, command, isOfModel: false, cancellationToken).ConfigureAwait(false);
                break;
            case CommandSource.ExecuteDelete or CommandSource.ExecuteUpdate:
                // Which database it goes to is not known before: what was compiled for one is run in others. EF Core calls a deletion an update here.
                await OtherSources.CheckAsync(context, extension, command, isOfModel: true, cancellationToken).ConfigureAwait(false);
                break;
        }

        var unfiltered = extension.Options.Access is null ? [] : UnfilteredReads.OfCommand(command.CommandText);
        if (VisibilityMarker.IsIn(command.CommandText) || unfiltered.Count > 0)
        {
            var asked = await extension.Visibility.CompleteAsync(context, command, cancellationToken).ConfigureAwait(false);
            if (extension.Options.Access is { } access)
            {
                asked = asked with { DataSets = [.. asked.DataSets, .. unfiltered] };
                await ReadRecorder.ExpectAsync(context, extension.Visibility, access, command, asked, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
