using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Gdpr.EntityFrameworkCore.Access;
using Gdpr.EntityFrameworkCore.Mapping;
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
            case CommandSource.SaveChanges:
                await SaveGuard.CheckAsync(context, extension, command, cancellationToken).ConfigureAwait(false);
                break;
            case CommandSource.ExecuteSqlRaw or CommandSource.FromSqlQuery:
                RefuseRaw(context, extension, command, reads: data.CommandSource == CommandSource.FromSqlQuery);
                break;
        }

        if (VisibilityMarker.IsIn(command.CommandText))
        {
            var asked = await extension.Visibility.CompleteAsync(context, command, cancellationToken).ConfigureAwait(false);
            if (extension.Options.Access is { } access)
            {
                await ReadRecorder.ExpectAsync(context, extension.Visibility, access, command, asked, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static void RefuseRaw(DbContext context, GdprOptionsExtension extension, DbCommand command, bool reads)
    {
        var (model, brackets) = (extension.Visibility.ModelOf(context), context.QuotesByBrackets());
        foreach (var (verb, table) in RawSql.Changes(
            command.CommandText, brackets, (verb, name) => verb is "DELETE" or "TRUNCATE" or "DROP" ? model.DeletesRecords(name) : model.IsGuarded(name)))
        {
            extension.Visibility.Bypasses.Report(
                extension.Options,
                $"A text of SQL would {verb} '{table}' without asking what forbids it.",
                "Load the records and call SaveChanges, which asks; erasure and expiry are the library's to do.");
        }

        // A text on an entity type of records is a part of a query that is filtered.
        if (reads && !VisibilityMarker.IsIn(command.CommandText))
        {
            foreach (var table in RawSql.Reads(command.CommandText, brackets, model.HoldsRecords).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                extension.Visibility.Bypasses.Report(
                    extension.Options,
                    $"A text of SQL would read '{table}' and see records beyond what anybody may.",
                    "Ask for the entity type and go on from there: FromSql on its set is filtered.");
            }
        }
    }
}
