using Gdpr.Policies;
using Microsoft.Extensions.Logging;

namespace Gdpr;

/// <summary>Says what is in force, and what validation found in it that does not stop the host: once for each version.</summary>
/// <remarks>A policy holds no data about people; its ids, and the messages of findings about them, do not either.</remarks>
internal sealed partial class PolicyLog(ILogger logger)
{
    private readonly Lock _telling = new();
    private string? _told;

    /// <summary>Logs every warning and every piece of information about a policy, unless it was the last to be told of.</summary>
    public void Findings(PolicyReadResult read)
    {
        var policy = read.GetUsable();
        lock (_telling)
        {
            if (_told == policy.Hash)
            {
                return;
            }

            _told = policy.Hash;
        }

        foreach (var finding in read.Findings)
        {
            if (finding.Severity == FindingSeverity.Warning)
            {
                Warn(logger, policy.Policy, policy.Version, finding.Code, finding.Path, finding.Message, finding.Mend);
            }
            else
            {
                Remark(logger, policy.Policy, policy.Version, finding.Code, finding.Path, finding.Message, finding.Mend);
            }
        }
    }

    /// <summary>Logs that a policy is in force.</summary>
    public void InForce(GdprPolicy policy) => InForce(logger, policy.Policy, policy.Version, policy.Hash);

    /// <summary>Logs that a version that decided before cannot be read any more.</summary>
    public void Unreadable(GdprPolicy policy, string version) => Unreadable(logger, policy.Policy, version);

    [LoggerMessage(1001, LogLevel.Information, "Policy {Policy} is in force in version {Version} (hash {Hash}).")]
    private static partial void InForce(ILogger logger, string policy, string version, string hash);

    [LoggerMessage(1002, LogLevel.Warning, "Policy {Policy}, version {Version}: {Code} at {Path}: {Finding} {Mend}")]
    private static partial void Warn(ILogger logger, string policy, string version, string code, string path, string finding, string mend);

    [LoggerMessage(1003, LogLevel.Information, "Policy {Policy}, version {Version}: {Code} at {Path}: {Finding} {Mend}")]
    private static partial void Remark(ILogger logger, string policy, string version, string code, string path, string finding, string mend);

    [LoggerMessage(1004, LogLevel.Warning, "Policy {Policy}: version {Version}, which decided before, cannot be read any more. What it had let go counts as not let go; name it with AfterVersion.")]
    private static partial void Unreadable(ILogger logger, string policy, string version);
}
