using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Gdpr.EntityFrameworkCore.Visibility;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Access;

/// <summary>The reads of a context that are not at their end: several where one query is run while another is read.</summary>
internal sealed class ReadsUnderWay
{
    private static readonly ConditionalWeakTable<DbContext, ReadsUnderWay> ByContext = [];

    private readonly List<Read> _open = [];
    private int _lease;

    public static ReadsUnderWay Of(DbContext context)
    {
        var reads = ByContext.GetValue(context, _ => new ReadsUnderWay());
        if (reads._lease != context.ContextId.Lease)
        {
            // A pool has given the context to somebody else, who has read nothing yet.
            reads._open.Clear();
            reads._lease = context.ContextId.Lease;
        }

        return reads;
    }

    public void Begin(Read read) => _open.Add(read);

    /// <summary>Takes a read out, if it is one.</summary>
    public Read? End(DbCommand command)
    {
        var at = _open.FindLastIndex(read => read.Command == command);
        if (at < 0)
        {
            return null;
        }

        var read = _open[at];
        _open.RemoveAt(at);
        return read;
    }

    /// <summary>The read that has made an object: the last begun that asks its data set, for one that is nested ends before the one around it goes on.</summary>
    public Read? Of(string dataSet) => _open.FindLast(read => read.Asked.DataSets.Contains(dataSet, StringComparer.Ordinal)) ?? _open.LastOrDefault();
}

/// <summary>A command that reads personal data.</summary>
internal sealed class Read(DbCommand command, AskedCommand asked, string actor)
{
    private readonly Dictionary<string, AccessedRecords> _records = asked.DataSets.Distinct(StringComparer.Ordinal)
        .ToDictionary(dataSet => dataSet, dataSet => new AccessedRecords(dataSet, AccessAction.Read), StringComparer.Ordinal);

    public DbCommand Command => command;

    public AskedCommand Asked => asked;

    /// <summary>Who reads.</summary>
    public string Actor => actor;

    /// <summary>What objects have been made of, and which data sets have been asked besides.</summary>
    public IReadOnlyCollection<AccessedRecords> Records => _records.Values;

    public AccessedRecords Of(string dataSet)
    {
        if (!_records.TryGetValue(dataSet, out var records))
        {
            _records.Add(dataSet, records = new AccessedRecords(dataSet, AccessAction.Read));
        }

        return records;
    }
}

/// <summary>Notes every record that a query makes an object of.</summary>
internal sealed class MaterialisedRecords : IMaterializationInterceptor
{
    public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
    {
        if (materializationData.Context is { } context && GdprOptionsExtension.Of(context) is { Options.Access: not null } extension
            && materializationData.EntityType is IEntityType type && extension.Visibility.RecordOf(context, type) is { DataSet: { } dataSet } record)
        {
            var data = materializationData;
            ReadsUnderWay.Of(context).Of(dataSet)?.Of(dataSet).Add(record, type, part => data.GetPropertyValue(part));
        }

        return entity;
    }
}

/// <summary>Records what a command reads: before it begins, where the host wants that too, and once its reader is closed, however that comes to be.</summary>
internal sealed class ReadRecorder : DbCommandInterceptor
{
    /// <summary>Has what a command reads recorded.</summary>
    public static async ValueTask ExpectAsync(
        DbContext context, ContextVisibility visibility, AccessJournalOptions options, DbCommand command, AskedCommand asked, CancellationToken cancellationToken)
    {
        var read = new Read(command, asked, AccessRecorder.ActorOf(context, options));
        if (options.RecordsBeforeReading)
        {
            var entries = await visibility.Accesses.EntriesOfAsync(options, read.Actor, read.Records, asked.Purpose, cancellationToken).ConfigureAwait(false);
            await visibility.Accesses.RecordAsync(entries, transaction: null, cancellationToken).ConfigureAwait(false);
        }

        ReadsUnderWay.Of(context).Begin(read);
    }

    public override InterceptionResult DataReaderClosing(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
    {
        Record(command, eventData);
        return result;
    }

    public override async ValueTask<InterceptionResult> DataReaderClosingAsync(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
    {
        await RecordAsync(command, eventData).ConfigureAwait(false);
        return result;
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Forget(command, eventData);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(command, eventData);
        return Task.CompletedTask;
    }

    public override void CommandCanceled(DbCommand command, CommandEndEventData eventData) => Forget(command, eventData);

    public override Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(command, eventData);
        return Task.CompletedTask;
    }

    /// <summary>A command that gave nothing has read nothing.</summary>
    private static void Forget(DbCommand command, CommandEventData data)
    {
        if (data.Context is { } context)
        {
            ReadsUnderWay.Of(context).End(command);
        }
    }

    [SuppressMessage("Usage", "MA0045:Do not use blocking calls", Justification = "EF Core asks so where the host reads without awaiting.")]
    private static void Record(DbCommand command, DataReaderClosingEventData data) => RecordAsync(command, data).AsTask().GetAwaiter().GetResult();

    private static async ValueTask RecordAsync(DbCommand command, DataReaderClosingEventData data)
    {
        if (data.Context is not { } context || GdprOptionsExtension.Of(context) is not { Options.Access: { } options } extension
            || ReadsUnderWay.Of(context).End(command) is not { } read)
        {
            return;
        }

        // The connection is free for questions then, and for whoever records in the same database.
        var accesses = extension.Visibility.Accesses;
        await data.DataReader.CloseAsync().ConfigureAwait(false);
        foreach (var records in read.Records)
        {
            await accesses.AskAsync(context, records, command.Connection!, command.Transaction, CancellationToken.None).ConfigureAwait(false);
        }

        // What has been recorded before needs no more words where no objects were made.
        var told = read.Records.Where(records => records.Count > 0 || !options.RecordsBeforeReading);
        var entries = await accesses.EntriesOfAsync(options, read.Actor, told, read.Asked.Purpose, CancellationToken.None).ConfigureAwait(false);
        await accesses.RecordAsync(entries, transaction: null, CancellationToken.None).ConfigureAwait(false);
    }
}

/// <summary>Gives the streams of access back as transactions end.</summary>
internal sealed class AccessTransactions : DbTransactionInterceptor
{
    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Ended(transaction, eventData);

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Ended(transaction, eventData);
        return Task.CompletedTask;
    }

    public override void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Ended(transaction, eventData);

    public override Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Ended(transaction, eventData);
        return Task.CompletedTask;
    }

    private static void Ended(DbTransaction transaction, TransactionEndEventData data)
    {
        if (data.Context is { } context && GdprOptionsExtension.Of(context) is { } extension)
        {
            extension.Visibility.Accesses.Streams.Ended(transaction);
        }
    }
}
