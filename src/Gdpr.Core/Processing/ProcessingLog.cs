using Microsoft.Extensions.Logging;

namespace Gdpr.Processing;

/// <summary>What is logged of the gate. No exception texts: a store's may show what it holds.</summary>
internal static partial class ProcessingLog
{
    [LoggerMessage(2201, LogLevel.Error, "The gate could not read what it decides from, and says no: {Failure}")]
    public static partial void LogUnreadable(ILogger logger, string failure);

    [LoggerMessage(2202, LogLevel.Error, "The rule {Rule} failed, and the gate says no: {Failure}")]
    public static partial void LogRuleFailed(ILogger logger, string rule, string failure);
}
