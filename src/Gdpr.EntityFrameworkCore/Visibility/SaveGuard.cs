using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Transactions;
using Gdpr.EntityFrameworkCore.Access;
using Gdpr.Journals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Sees to it that what <c>SaveChanges</c> deletes is asked after, and what it changes is recorded, in the same transaction, before its first command.</summary>
internal sealed class SaveGuard : SaveChangesInterceptor
{
    private static readonly ConditionalWeakTable<DbContext, Saving> Savings = [];

    [SuppressMessage("Usage", "MA0045:Do not use blocking calls", Justification = "EF Core asks so where the host saves without awaiting.")]
    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        EndAsync(eventData?.Context).AsTask().GetAwaiter().GetResult();
        return result;
    }

    public override async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await EndAsync(eventData?.Context).ConfigureAwait(false);
        return result;
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

    /// <summary>Before a command of <c>SaveChanges</c> runs, asks after what it and those behind it delete, and records what they change; once for each
    /// transaction.</summary>
    /// <exception cref="Gdpr.Sources.RecordBlockedException">Something forbids to destroy one of them.</exception>
    public static async ValueTask CheckAsync(DbContext context, GdprOptionsExtension extension, DbCommand command, CancellationToken cancellationToken)
    {
        if (!Savings.TryGetValue(context, out var saving) || (saving.IsChecked && saving.Checked == command.Transaction))
        {
            return;
        }

        using var undetected = new Undetected(context.ChangeTracker);
        await new SavedRows(context, extension, command, ChangedIn(context)).AskAsync(cancellationToken).ConfigureAwait(false);
        saving.IsRecorded = await TryRecordAsync(extension.Visibility.Accesses, saving.Entries, command.Transaction, cancellationToken).ConfigureAwait(false);
        (saving.IsChecked, saving.Checked) = (true, command.Transaction);
    }

    /// <summary>Records in the transaction, where the journal can take part in it.</summary>
    private static async ValueTask<bool> TryRecordAsync(
        AccessRecorder accesses, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        if (entries.Count == 0 || transaction is null || !accesses.CanEnlist)
        {
            return false;
        }

        try
        {
            await accesses.RecordAsync(entries, transaction, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NotSupportedException)
        {
            // The journal is in another database: it is written to once this one has committed.
            return false;
        }
    }

    /// <summary>Before EF Core begins to save, and after every interceptor of the host's, looks at what is to be saved.</summary>
    /// <returns>Whether it has to be saved in a transaction: something is to be asked or recorded in it.</returns>
    public static async ValueTask<bool> BeginAsync(DbContext context, CancellationToken cancellationToken)
    {
        if (GdprOptionsExtension.Of(context) is not { } extension)
        {
            return false;
        }

        using var undetected = new Undetected(context.ChangeTracker);
        var entries = ChangedIn(context);
        await OtherSources.CheckAsync(context, extension, entries.Where(entry => entry.State == EntityState.Deleted).Select(entry => entry.Metadata), cancellationToken)
            .ConfigureAwait(false);
        var recorded = extension.Options.Access is { } options
            ? await RecordedAsync(context, extension.Visibility, options, entries, cancellationToken).ConfigureAwait(false)
            : [];
        if (recorded.Count == 0 && !SavedRows.Concern(context, extension.Visibility, entries))
        {
            return false;
        }

        // An ambient transaction is none that facts can be kept in: one that is put on a record after the question and before the commit would come too late.
        if (context.Database.CurrentTransaction is null && (Transaction.Current ?? context.Database.GetEnlistedTransaction()) is not null
            && (SavedRows.Delete(context, extension.Visibility, entries) || await GiveAwayAsync(context, extension, entries, cancellationToken).ConfigureAwait(false)))
        {
            extension.Visibility.Bypasses.Report(
                extension.Options,
                "SaveChanges deletes records, or gives them to another person, in an ambient transaction (TransactionScope), in which what forbids it cannot be held still.",
                "Begin the transaction with context.Database.BeginTransaction, or let SaveChanges begin its own: nothing else is needed.");
        }

        // EF Core opens its transaction within its own execution strategy: a host that retries goes on retrying.
        Savings.AddOrUpdate(context, new Saving(recorded));
        return true;
    }

    /// <summary>Whether a record is given to another person: an object that comes back from a form is written with the id that the row has already.</summary>
    private static async ValueTask<bool> GiveAwayAsync(
        DbContext context, GdprOptionsExtension extension, EntityEntry[] entries, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var command = context.Database.GetDbConnection().CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                return await new SavedRows(context, extension, command, entries).GiveAwayAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await context.Database.CloseConnectionAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What is to be recorded of the changes, worked out before a transaction of EF Core's begins: the vault writes in one of its own.</summary>
    private static async ValueTask<IReadOnlyList<NewJournalEntry>> RecordedAsync(
        DbContext context, ContextVisibility visibility, AccessJournalOptions options, EntityEntry[] entries, CancellationToken cancellationToken)
    {
        var accesses = SavedRecords.In(context, visibility, entries);
        if (accesses.Count == 0)
        {
            return [];
        }

        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (connection, transaction) = (context.Database.GetDbConnection(), context.Database.CurrentTransaction?.GetDbTransaction());
            foreach (var access in accesses)
            {
                await visibility.Accesses.AskAsync(context, access, connection, transaction, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await context.Database.CloseConnectionAsync().ConfigureAwait(false);
        }

        var (actor, purpose) = (AccessRecorder.ActorOf(context, options), visibility.Accesses.PurposeOf(context, options));
        return await visibility.Accesses.EntriesOfAsync(options, actor, accesses, purpose, cancellationToken).ConfigureAwait(false);
    }

    private static Saving? End(DbContext? context)
    {
        if (context is null || !Savings.TryGetValue(context, out var saving))
        {
            return null;
        }

        Savings.Remove(context);
        return saving;
    }

    private static async ValueTask EndAsync(DbContext? context)
    {
        if (End(context) is { IsRecorded: false, IsChecked: true } saving && GdprOptionsExtension.Of(context!) is { } extension)
        {
            await extension.Visibility.Accesses.RecordAsync(saving.Entries, transaction: null, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static EntityEntry[] ChangedIn(DbContext context) =>
        [.. context.ChangeTracker.Entries().Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)];

    /// <summary>A call of <c>SaveChanges</c> that deletes records, or whose changes are recorded.</summary>
    private sealed class Saving(IReadOnlyList<NewJournalEntry> entries)
    {
        public IReadOnlyList<NewJournalEntry> Entries => entries;

        public bool IsChecked { get; set; }

        public DbTransaction? Checked { get; set; }

        public bool IsRecorded { get; set; }
    }

    /// <summary>Lets nothing look for changes for a while: while it saves, EF Core has found them already.</summary>
    private readonly struct Undetected : IDisposable
    {
        private readonly ChangeTracker _tracker;
        private readonly bool _detects;

        public Undetected(ChangeTracker tracker)
        {
            (_tracker, _detects) = (tracker, tracker.AutoDetectChangesEnabled);
            tracker.AutoDetectChangesEnabled = false;
        }

        public void Dispose() => _tracker.AutoDetectChangesEnabled = _detects;
    }
}
