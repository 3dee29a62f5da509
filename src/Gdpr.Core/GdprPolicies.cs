using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;

namespace Gdpr;

/// <summary>The policy in force, the versions before it, and its compiled schedule.</summary>
/// <remarks>Safe to use from several threads: every member shows one consistent version.</remarks>
public sealed class GdprPolicies
{
    private readonly Func<PolicyReadResult> _load;
    private readonly IClock _clock;
    private readonly PolicyLog _log;
    private readonly IReadOnlyList<SupersededPolicy> _named;
    private readonly Lock _reloading = new();
    private volatile State _state;

    internal GdprPolicies(Func<PolicyReadResult> load, IReadOnlyList<SupersededPolicy> named, IClock clock, PolicyLog log)
    {
        _load = load;
        _named = named;
        _clock = clock;
        _log = log;
        var read = load();
        var policy = read.GetUsable();
        RefuseBeforeItsDay(policy, clock.GetCurrentInstant(), "Start with the version before it, and reload on its first day.");
        _state = State.Of(policy, named);
        log.Findings(read);
        log.InForce(Current);
    }

    /// <summary>The policy in force.</summary>
    public GdprPolicy Current => _state.Policy;

    /// <summary>The versions before it, and when each ceased to apply: those that the host names, those that <see cref="Reload"/> replaced, and, once the stores are
    /// prepared, those that <see cref="PolicyHistory"/> keeps.</summary>
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
            var (policy, earlier) = (_state.Policy, _state.Earlier);
            var result = _load();
            var read = result.GetUsable();
            if (read.Hash == policy.Hash)
            {
                return false;
            }

            var now = _clock.GetCurrentInstant();
            RefuseUnlessNewVersion(read, policy, earlier);
            RefuseBeforeItsDay(read, now, "Reload on its first day.");
            _state = State.Of(read, [.. earlier, new SupersededPolicy(policy, now)]);
            _log.Findings(result);
            _log.InForce(read);
            return true;
        }
    }

    /// <summary>Whether a version that decided before cannot be read any more, so that nobody knows what it said.</summary>
    internal bool HasUnreadable => _state.HasUnreadable;

    /// <summary>Takes up what the state store has kept of versions that decided before, also before this process began.</summary>
    /// <returns>What was found for the policy that is in force, and its schedule, bound by it.</returns>
    internal (KeptVersions Found, RetentionSchedule Schedule) Recall(IEnumerable<StoredPolicy> kept, Instant now)
    {
        lock (_reloading)
        {
            var (policy, earlier, hadUnreadable) = (_state.Policy, _state.Earlier, _state.HasUnreadable);
            var found = KeptVersions.Of(policy, kept, _named, now);

            // What was reloaded before the store had kept it is known to this process alone, and it knows best when that was.
            var own = earlier.Where(version => !_named.Any(named => named.Policy.Policy == version.Policy.Policy && named.Policy.Version == version.Policy.Version))
                .GroupBy(version => version.Policy.Hash).ToDictionary(same => same.Key, same => same.MinBy(version => version.At)!);
            var recalled = found.Earlier
                .Select(version => own.Remove(version.Policy.Hash, out var known) && known.At < version.At ? version with { At = known.At } : version).ToList();
            SupersededPolicy[] all = [.. _named.Concat(recalled).Concat(own.Values).OrderBy(version => version.At)];
            var state = all.SequenceEqual(earlier) ? _state : State.Of(policy, all);
            _state = state with { HasUnreadable = found.Unreadable.Count > 0 };
            foreach (var version in hadUnreadable ? [] : found.Unreadable)
            {
                _log.Unreadable(policy, version);
            }

            return (found, _state.Schedule);
        }
    }

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

    private static void RefuseBeforeItsDay(GdprPolicy read, Instant now, string mend)
    {
        // Where controllers have several zones, the version is in force once its day has begun at all of them.
        var today = read.Controllers.Values.Min(controller => LocalDays.TodayAt(now, DateTimeZoneProviders.Tzdb[controller.TimeZone]));
        if (read.Effective > today)
        {
            throw Refuse("/effective", $"Version '{read.Version}' is in force from {read.Effective:uuuu-MM-dd}, and today is {today:uuuu-MM-dd}.", mend);
        }
    }

    private static GdprPolicyException Refuse(string path, string message, string mend) =>
        new([new PolicyFinding(FindingCodes.VersionOvertaken, FindingSeverity.Error, path, message, mend)]);

    private sealed record State(GdprPolicy Policy, IReadOnlyList<SupersededPolicy> Earlier, RetentionSchedule Schedule)
    {
        public bool HasUnreadable { get; init; }

        public static State Of(GdprPolicy policy, IReadOnlyList<SupersededPolicy> earlier) =>
            new(policy, earlier, RetentionSchedule.Compile(policy, earlier));
    }
}
