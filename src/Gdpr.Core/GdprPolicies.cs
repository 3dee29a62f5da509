using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Gdpr;

/// <summary>The policy in force, the versions before it, and its compiled schedule.</summary>
/// <remarks>Safe to use from several threads: every member shows one consistent version.</remarks>
public sealed partial class GdprPolicies
{
    private readonly Func<GdprPolicy> _load;
    private readonly IClock _clock;
    private readonly ILogger _logger;
    private readonly Lock _reloading = new();
    private volatile State _state;

    internal GdprPolicies(Func<GdprPolicy> load, IReadOnlyList<SupersededPolicy> earlier, IClock clock, ILogger logger)
    {
        _load = load;
        _clock = clock;
        _logger = logger;
        _state = State.Of(load(), earlier);
        LogInForce(logger, Current.Policy, Current.Version, Current.Hash);
    }

    /// <summary>The policy in force.</summary>
    public GdprPolicy Current => _state.Policy;

    /// <summary>The versions before it, and when each ceased to apply.</summary>
    public IReadOnlyList<SupersededPolicy> Earlier => _state.Earlier;

    /// <summary>The compiled retention rules of the policy in force, with the floors that its earlier versions left behind.</summary>
    public RetentionSchedule Schedule => _state.Schedule;

    /// <summary>The evaluator for the present instant of the host's clock.</summary>
    public RetentionEvaluator EvaluateNow() => Schedule.At(_clock.GetCurrentInstant());

    /// <summary>Reads the policy's source again, and puts a new version in force.</summary>
    /// <returns>Whether there was a new version; without a change there is none.</returns>
    /// <exception cref="GdprPolicyException">The source holds errors, another policy, other content under a version that was in force already, or a
    /// version whose first day has not begun: nothing changes, and the version in force stays.</exception>
    public bool Reload()
    {
        lock (_reloading)
        {
            var (policy, earlier, _) = _state;
            var read = _load();
            if (read.Hash == policy.Hash)
            {
                return false;
            }

            var now = _clock.GetCurrentInstant();
            RefuseUnlessNewVersion(read, policy, earlier);
            RefuseBeforeItsDay(read, now);
            _state = State.Of(read, [.. earlier, new SupersededPolicy(policy, now)]);
            LogInForce(_logger, read.Policy, read.Version, read.Hash);
            return true;
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "Policy {Policy} is in force in version {Version} (hash {Hash}).")]
    private static partial void LogInForce(ILogger logger, string policy, string version, string hash);

    private static void RefuseUnlessNewVersion(GdprPolicy read, GdprPolicy policy, IReadOnlyList<SupersededPolicy> earlier)
    {
        if (read.Policy != policy.Policy)
        {
            throw Refuse("/policy", $"The policy in force is '{policy.Policy}', and the source holds '{read.Policy}'.", "Keep the policy's id through all its versions.");
        }

        if (read.Version == policy.Version || earlier.Any(version => version.Policy.Version == read.Version))
        {
            throw Refuse(
                "/version", $"The content has changed under version '{read.Version}', which has been in force already.",
                "Give the changed policy a new version: what decided anything must stay what it was.");
        }
    }

    private static void RefuseBeforeItsDay(GdprPolicy read, Instant now)
    {
        // Where controllers have several zones, the version is in force once its day has begun at all of them.
        var today = read.Controllers.Values.Min(controller => LocalDays.TodayAt(now, DateTimeZoneProviders.Tzdb[controller.TimeZone]));
        if (read.Effective > today)
        {
            throw Refuse("/effective", $"Version '{read.Version}' is in force from {read.Effective:uuuu-MM-dd}, and today is {today:uuuu-MM-dd}.", "Reload on its first day.");
        }
    }

    private static GdprPolicyException Refuse(string path, string message, string mend) =>
        new([new PolicyFinding("E-VERSION-01", FindingSeverity.Error, path, message, mend)]);

    private sealed record State(GdprPolicy Policy, IReadOnlyList<SupersededPolicy> Earlier, RetentionSchedule Schedule)
    {
        public static State Of(GdprPolicy policy, IReadOnlyList<SupersededPolicy> earlier) =>
            new(policy, earlier, RetentionSchedule.Compile(policy, earlier));
    }
}
