using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Gdpr.Relational.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Sees to it that what <c>SaveChanges</c> deletes is asked after in the same transaction, before its first command.</summary>
internal sealed class DeleteGuard : SaveChangesInterceptor
{
    private static readonly ConditionalWeakTable<DbContext, Saving> Savings = [];

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Begin(eventData?.Context);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Begin(eventData?.Context);
        return new ValueTask<InterceptionResult<int>>(result);
    }

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        End(eventData?.Context);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        End(eventData?.Context);
        return new ValueTask<int>(result);
    }

    public override void SaveChangesFailed(DbContextErrorEventData eventData)
    {
        End(eventData?.Context);

        // EF Core wraps what a command's interceptor throws; the transaction has been rolled back by now.
        if (eventData?.Exception is DbUpdateException { InnerException: GdprException refusal })
        {
            ExceptionDispatchInfo.Throw(refusal);
        }
    }

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        SaveChangesFailed(eventData);
        return Task.CompletedTask;
    }

    public override void SaveChangesCanceled(DbContextEventData eventData) => End(eventData?.Context);

    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        End(eventData?.Context);
        return Task.CompletedTask;
    }

    /// <summary>Before a command of <c>SaveChanges</c> runs, asks after what it and those behind it delete; once for each transaction.</summary>
    /// <exception cref="Gdpr.Sources.RecordBlockedException">Something forbids to destroy one of them.</exception>
    public static async ValueTask CheckAsync(DbContext context, GdprOptionsExtension extension, DbCommand command, CancellationToken cancellationToken)
    {
        if (!Savings.TryGetValue(context, out var saving) || saving.Checked == command.Transaction)
        {
            return;
        }

        foreach (var deleted in DeletedIn(context, extension).GroupBy(entry => extension.Visibility.DataSetOf(context, entry.Metadata)))
        {
            foreach (var some in deleted.Chunk(100))
            {
                if (await IsBlockedAsync(context, extension.Visibility, deleted.Key, some, command, cancellationToken).ConfigureAwait(false))
                {
                    extension.Visibility.Bypasses.ReportBlocked(extension.Options, deleted.Key);
                }
            }
        }

        saving.Checked = command.Transaction;
    }

    private static async ValueTask<bool> IsBlockedAsync(
        DbContext context, ContextVisibility visibility, string dataSet, EntityEntry[] entries, DbCommand saving, CancellationToken cancellationToken)
    {
        var (rows, evaluator) = await visibility.RowsAsync(context, dataSet, saving.Connection!, cancellationToken).ConfigureAwait(false);
        var command = saving.Connection!.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = saving.Transaction;
            var values = new SqlValues(rows.Dialect);
            var sql = new VisibilitySql(rows.Dialect, rows.DataSet, evaluator, values);
            var blocked = sql.Blocked();
            var asked = entries.Select((entry, i) => sql.OfKey(
                [.. entry.Metadata.FindPrimaryKey()!.Properties.Select((part, j) => Add(command, rows.Dialect, entry.Property(part), $"k{i}_{j}"))], blocked));
            command.CommandText = $"SELECT CASE WHEN {string.Join(" OR ", asked)} THEN 1 ELSE 0 END";
            values.AddTo(command);
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), null) != 0;
        }
    }

    private static string Add(DbCommand command, SqlDialect dialect, PropertyEntry property, string name)
    {
        command.Parameters.Add(property.Metadata.GetRelationalTypeMapping().CreateParameter(command, dialect.Parameter(name), property.OriginalValue, property.Metadata.IsNullable));
        return dialect.Parameter(name);
    }

    private static void Begin(DbContext? context)
    {
        if (context?.GetService<IDbContextOptions>().FindExtension<GdprOptionsExtension>() is not { } extension)
        {
            return;
        }

        // EF Core opens its transaction within its own execution strategy: a host that retries goes on retrying.
        var isDeferred = context.ChangeTracker.CascadeDeleteTiming == CascadeTiming.OnSaveChanges || context.ChangeTracker.DeleteOrphansTiming == CascadeTiming.OnSaveChanges;
        if (context.ChangeTracker.Entries().Any(entry => entry.State == EntityState.Deleted && (isDeferred || extension.Visibility.IsRecord(context, entry.Metadata))))
        {
            Savings.AddOrUpdate(context, new Saving(context.Database.AutoTransactionBehavior));
            context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        }
    }

    private static void End(DbContext? context)
    {
        if (context is not null && Savings.TryGetValue(context, out var saving))
        {
            context.Database.AutoTransactionBehavior = saving.Before;
            Savings.Remove(context);
        }
    }

    private static List<EntityEntry> DeletedIn(DbContext context, GdprOptionsExtension extension)
    {
        // EF Core has found the changes already, and looks for none while it saves.
        var detects = context.ChangeTracker.AutoDetectChangesEnabled;
        context.ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            return [.. context.ChangeTracker.Entries().Where(entry => entry.State == EntityState.Deleted && extension.Visibility.IsRecord(context, entry.Metadata))];
        }
        finally
        {
            context.ChangeTracker.AutoDetectChangesEnabled = detects;
        }
    }

    /// <summary>A call of <c>SaveChanges</c> that deletes records.</summary>
    private sealed class Saving(AutoTransactionBehavior before)
    {
        public AutoTransactionBehavior Before => before;

        public DbTransaction? Checked { get; set; }
    }
}
