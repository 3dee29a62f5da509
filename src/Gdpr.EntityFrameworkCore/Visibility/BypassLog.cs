using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>What becomes of statements that would pass by the guards. Messages name entity types and tables, never values.</summary>
internal sealed partial class BypassLog(ILogger logger)
{
    /// <summary>Refuses, or warns.</summary>
    /// <exception cref="GuardBypassException">The host refuses such statements.</exception>
    public void Report(GdprContextOptions options, string what, string mend)
    {
        if (options.Bypasses == BypassReaction.Refuse)
        {
            throw new GuardBypassException(what, mend);
        }

        LogBypass(logger, what, mend);
    }

    /// <summary>Refuses to delete blocked records or to give them to another person, or warns.</summary>
    /// <exception cref="RecordBlockedException">The host refuses it.</exception>
    public void ReportBlocked(GdprContextOptions options, string dataSet)
    {
        if (options.Bypasses == BypassReaction.Refuse)
        {
            throw new RecordBlockedException(dataSet);
        }

        LogBlocked(logger, dataSet);
    }

    [LoggerMessage(3001, LogLevel.Warning, "{What} {Mend}")]
    private static partial void LogBypass(ILogger logger, string what, string mend);

    [LoggerMessage(3002, LogLevel.Warning,
        "Records of {DataSet} are deleted, or given to another person, under a hold, a restriction, an open request or a legal obligation.")]
    private static partial void LogBlocked(ILogger logger, string dataSet);
}
