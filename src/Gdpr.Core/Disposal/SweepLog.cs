using Gdpr.Journals;
using Microsoft.Extensions.Logging;

namespace Gdpr.Disposal;

/// <summary>What is logged of a sweep: data sets, sources, counts and codes, never records.</summary>
internal static partial class SweepLog
{
    [LoggerMessage(2001, LogLevel.Information, "Sweep {Run}: {DataSet} is {Status}; {Records} records disposed of in {Batches} batches.")]
    public static partial void LogSwept(ILogger logger, string run, string dataSet, string status, long records, int batches);

    [LoggerMessage(2002, LogLevel.Warning, "Sweep {Run}: {DataSet} is {Status} ({Reason}); {Records} records were disposed of before. {Detail}")]
    public static partial void LogNotCompleted(ILogger logger, string run, string dataSet, string status, string reason, long records, string detail);

    [LoggerMessage(2003, LogLevel.Warning, "{DataSet} has {Records} undetermined records by rule '{Rule}': {Missing} would have to be known.")]
    public static partial void LogUndetermined(ILogger logger, string dataSet, long records, string rule, string missing);

    [LoggerMessage(2004, LogLevel.Warning, "Plan {Plan} of {DataSet} was left open; {Records} records disposed of under it are recorded, and it is closed.")]
    public static partial void LogReconciled(ILogger logger, string plan, string dataSet, long records);

    [LoggerMessage(2005, LogLevel.Warning, "Source '{Source}' was not reached: {Reason}")]
    public static partial void LogNotReached(ILogger logger, string source, string reason);

    [LoggerMessage(2006, LogLevel.Warning, "No journal witness is registered: a journal that is cut or restored from a backup goes unnoticed. Register one outside the database, such as a file.")]
    public static partial void LogNoWitness(ILogger logger);

    [LoggerMessage(2007, LogLevel.Information, "The journal store cannot take part in transactions of the host's: entries are written in transactions of its own.")]
    public static partial void LogCannotEnlist(ILogger logger);

    [LoggerMessage(2008, LogLevel.Warning, "No source disposes of {DataSets}: people must.")]
    public static partial void LogWithoutSource(ILogger logger, string dataSets);

    [LoggerMessage(2009, LogLevel.Critical, "The journal lacks checkpoint {Number}, which its witness knows: it was restored or cut. Nothing is destroyed until somebody acknowledges it.")]
    public static partial void LogBehindWitness(ILogger logger, long number);

    [LoggerMessage(2010, LogLevel.Critical, "The witness knows nothing, and the journal has checkpoint {Number}: the witness was emptied, or is not mounted. Nothing is destroyed until somebody acknowledges it.")]
    public static partial void LogWitnessEmpty(ILogger logger, long number);

    [LoggerMessage(2011, LogLevel.Information, "Run {Run}: another worker brings the facts beside the data up to date.")]
    public static partial void LogFactsBusy(ILogger logger, string run);

    public static void LogGap(ILogger logger, WitnessGap gap)
    {
        if (gap.IsWitnessEmpty)
        {
            LogWitnessEmpty(logger, gap.Checkpoint.Number);
        }
        else
        {
            LogBehindWitness(logger, gap.Checkpoint.Number);
        }
    }
}
