using Microsoft.Extensions.Logging;

namespace Gdpr;

/// <summary>What is logged of the pump.</summary>
internal static partial class WorkLog
{
    [LoggerMessage(2101, LogLevel.Error, "Step {Step} failed, and is tried again the next time: {Detail}")]
    public static partial void LogStepFailed(ILogger logger, string step, string detail);
}
