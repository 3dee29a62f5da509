using Microsoft.Extensions.Logging;

namespace Gdpr;

/// <summary>What is logged of the pump.</summary>
internal static partial class WorkLog
{
    [LoggerMessage(2101, LogLevel.Error, "Step {Step} failed, and is tried again the next time: {Detail}")]
    public static partial void LogStepFailed(ILogger logger, string step, string detail);

    [LoggerMessage(2102, LogLevel.Critical, "The journal does not verify: {Faults} faults, the first: {First}")]
    public static partial void LogJournalDamaged(ILogger logger, int faults, string first);

    [LoggerMessage(2103, LogLevel.Warning, "At the start: {Remark}")]
    public static partial void LogStartRemark(ILogger logger, string remark);

    [LoggerMessage(2105, LogLevel.Error, "Nothing is destroyed: {Reason}")]
    public static partial void LogMayNotDestroy(ILogger logger, string reason);

    [LoggerMessage(2104, LogLevel.Warning, "At the start something could not be checked: {Reason}")]
    public static partial void LogNotChecked(ILogger logger, string reason);
}
