using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Gdpr.EntityFrameworkCore.Visibility;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Access;

/// <summary>What a context's queries have made objects of since something was last recorded.</summary>
internal sealed class ReadsUnderWay
{
    private static readonly ConditionalWeakTable<DbContext, ReadsUnderWay> ByContext = [];

    private readonly Dictionary<string, AccessedRecords> _reads = new(StringComparer.Ordinal);

    public static ReadsUnderWay Of(DbContext context) => ByContext.GetValue(context, _ => new ReadsUnderWay());

    public AccessedRecords Of(string dataSet)
    {
        if (!_reads.TryGetValue(dataSet, out var reads))
        {
            _reads.Add(dataSet, reads = new AccessedRecords(dataSet, AccessAction.Read));
        }

        return reads;
    }

    /// <summary>What has been read, and of which data sets a command has asked besides; nothing of it is left.</summary>
    public IReadOnlyCollection<AccessedRecords> Take(IEnumerable<string> dataSets)
    {
        foreach (var dataSet in dataSets)
        {
            Of(dataSet);
        }

        AccessedRecords[] taken = [.. _reads.Values];
        _reads.Clear();
        return taken;
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
            ReadsUnderWay.Of(context).Of(dataSet).Add(record, type, part => data.GetPropertyValue(part));
        }

        return entity;
    }
}

/// <summary>Records what a command has read once its reader is closed, before the caller has its result.</summary>
internal sealed class ReadRecorder : DbCommandInterceptor
{
    private static readonly ConditionalWeakTable<DbCommand, AskedCommand> Expected = [];

    /// <summary>Has what a command reads recorded.</summary>
    public static void Expect(DbCommand command, AskedCommand asked) => Expected.AddOrUpdate(command, asked);

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

    [SuppressMessage("Usage", "MA0045:Do not use blocking calls", Justification = "EF Core asks so where the host reads without awaiting.")]
    private static void Record(DbCommand command, DataReaderClosingEventData data) => RecordAsync(command, data).AsTask().GetAwaiter().GetResult();

    private static async ValueTask RecordAsync(DbCommand command, DataReaderClosingEventData data)
    {
        if (data.Context is not { } context || GdprOptionsExtension.Of(context) is not { Options.Access: { } options } extension
            || !Expected.TryGetValue(command, out var asked))
        {
            return;
        }

        Expected.Remove(command);
        var reads = ReadsUnderWay.Of(context).Take(asked.DataSets);

        // The connection is free for questions then, and for whoever records in the same database.
        await data.DataReader.CloseAsync().ConfigureAwait(false);
        foreach (var read in reads)
        {
            await extension.Visibility.Accesses.AskAsync(context, read, command.Connection!, command.Transaction, CancellationToken.None).ConfigureAwait(false);
        }

        var entries = await extension.Visibility.Accesses.EntriesOfAsync(context, options, reads, asked.Purpose, CancellationToken.None).ConfigureAwait(false);
        await extension.Visibility.Accesses.RecordAsync(entries, transaction: null, CancellationToken.None).ConfigureAwait(false);
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
