using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Gdpr.EntityFrameworkCore.Access;
using Gdpr.Journals;
using Gdpr.Relational.Queries;
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
        foreach (var deleted in DeletedIn(context, extension.Visibility).GroupBy(found => found.DataSet, StringComparer.Ordinal))
        {
            if (command.Transaction is { } transaction)
            {
                await extension.Visibility.KeepFactsAsync(context, deleted.Key, transaction, cancellationToken).ConfigureAwait(false);
            }

            foreach (var some in deleted.Chunk(100))
            {
                if (await IsBlockedAsync(context, extension.Visibility, deleted.Key, some, command, cancellationToken).ConfigureAwait(false))
                {
                    extension.Visibility.Bypasses.ReportBlocked(extension.Options, deleted.Key);
                }
            }
        }

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

    private static async ValueTask<bool> IsBlockedAsync(
        DbContext context, ContextVisibility visibility, string dataSet, Deletion[] deletions, DbCommand saving, CancellationToken cancellationToken)
    {
        var (rows, evaluator) = await visibility.RowsAsync(context, dataSet, saving.Connection!, cancellationToken).ConfigureAwait(false);
        var command = saving.Connection!.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = saving.Transaction;
            var values = new SqlValues(rows.Dialect);
            var sql = new VisibilitySql(rows.Dialect, rows.DataSet, evaluator, values);
            var blocked = sql.Blocked();
            var asked = deletions.Select((deletion, i) =>
            {
                string[] key = [.. deletion.Entry.Metadata.FindPrimaryKey()!.Properties.Select((part, j) =>
                    KeyParameters.Add(command, rows.Dialect, part, deletion.Entry.Property(part).OriginalValue, $"k{i}_{j}"))];
                return deletion.Way is { } way ? way.Any(rows.Dialect, key, record => sql.OfKey(record, blocked)) : sql.OfKey(key, blocked);
            });
            command.CommandText = $"SELECT CASE WHEN {string.Join(" OR ", asked)} THEN 1 ELSE 0 END";
            values.AddTo(command);
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), null) != 0;
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
        var recorded = extension.Options.Access is { } options
            ? await RecordedAsync(context, extension.Visibility, options, entries, cancellationToken).ConfigureAwait(false)
            : [];
        var model = extension.Visibility.ModelOf(context);
        if (recorded.Count == 0 && !Array.Exists(entries, entry => entry.State == EntityState.Deleted && IsGuarded(model, entry)))
        {
            return false;
        }

        // EF Core opens its transaction within its own execution strategy: a host that retries goes on retrying.
        Savings.AddOrUpdate(context, new Saving(recorded));
        return true;
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

    private static bool IsGuarded(ContextModel model, EntityEntry entry) => model.Records.ContainsKey(entry.Metadata) || model.Cascades.ContainsKey(entry.Metadata);

    private static EntityEntry[] ChangedIn(DbContext context) =>
        [.. context.ChangeTracker.Entries().Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)];

    private static IEnumerable<Deletion> DeletedIn(DbContext context, ContextVisibility visibility)
    {
        var model = visibility.ModelOf(context);
        return ChangedIn(context).Where(entry => entry.State == EntityState.Deleted && IsGuarded(model, entry)).SelectMany(entry => Of(model, entry));
    }

    private static IEnumerable<Deletion> Of(ContextModel model, EntityEntry entry) => model.Records.TryGetValue(entry.Metadata, out var record)
        ? [new Deletion(entry, record.DataSet!, null)]
        : model.Cascades[entry.Metadata].SelectMany(way => way.Records.Select(type => model.Records.GetValueOrDefault(type)?.DataSet).OfType<string>()
            .Distinct(StringComparer.Ordinal).Select(dataSet => new Deletion(entry, dataSet, way)));

    /// <summary>An object that is deleted, of a record or of what takes records with it.</summary>
    /// <param name="Entry">The object.</param>
    /// <param name="DataSet">The records' data set.</param>
    /// <param name="Way">How the database goes on to them, or <see langword="null"/>.</param>
    private sealed record Deletion(EntityEntry Entry, string DataSet, EfCascade? Way);

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
