using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Json;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr;

/// <summary>What the versions that a state store has kept mean for the policy in force.</summary>
/// <param name="Earlier">The versions before it that the host does not name, and when each ceased to apply: what they had let go stays let go.</param>
/// <param name="Conflict">Why the policy in force may not decide about destruction, or <see langword="null"/>.</param>
/// <param name="Unreadable">The versions whose content cannot be read any more: nothing counts as let go by them.</param>
/// <param name="Began">When the policy in force began to decide: not before any other had.</param>
internal sealed record KeptVersions(IReadOnlyList<SupersededPolicy> Earlier, PolicyFinding? Conflict, IReadOnlyList<string> Unreadable, Instant Began)
{
    /// <summary>How far clocks of several machines may differ.</summary>
    private static readonly Duration Skew = Duration.FromMinutes(1);

    private const string Mend = "Give the policy a new version: what decided anything must stay what it was, and what a later version had let go stays let go. ";
    private const string MendOfClock = "If its clock was wrong when it decided, name it with AfterVersion.";

    /// <summary>Works out what came before a policy.</summary>
    /// <param name="current">The policy in force.</param>
    /// <param name="kept">What has decided, in the order in which it began to; versions of other policies do not matter.</param>
    /// <param name="named">The versions that the host names itself: it knows better when they ceased to apply. They are none of the earlier ones here.</param>
    /// <param name="now">The present: where the policy in force was not kept yet, it begins to decide now.</param>
    public static KeptVersions Of(GdprPolicy current, IEnumerable<StoredPolicy> kept, IReadOnlyList<SupersededPolicy> named, Instant now)
    {
        // The hash of the same content may be another one in a later release of the library: what counts is the content as it is read now.
        Version[] all = [.. kept.Where(stored => stored.Policy == current.Policy)
            .Select(stored => new Version(stored, stored.Hash == current.Hash ? current : Read(stored)))
            .DistinctBy(version => version.Policy?.Hash ?? version.Stored.Hash)];
        var own = Array.Find(all, version => version.Policy?.Hash == current.Hash);

        Version[] others = [.. all.Where(version => version != own && (version.Stored.Version == current.Version || !IsNamed(version.Stored, named)))];
        var began = own?.Stored.From ?? others.Select(version => version.Stored.From).Append(now).Max();
        var last = others.Length == 0 ? null : (own is null ? others : [.. others, own]).MaxBy(version => version.Stored.From);
        var conflict = Array.Find(others, version => version.Stored.Version == current.Version) is { } changed ? Changed(current, changed.Stored)
            : Array.Find(others, version => version.Stored.From > began || version.Policy?.Effective > current.Effective) is { } later ? Superseded(current, later.Stored)
            : last?.Stored.From > now + Skew ? InTheFuture(last.Stored, now)
            : null;
        return new KeptVersions(
            [.. others.Where(version => version.Policy is not null).Select(version => new SupersededPolicy(
                version.Policy!, EndOf(version, all, current, Instant.Min(began, now))))],
            conflict, [.. others.Where(version => version.Policy is null).Select(version => version.Stored.Version)], began);
    }

    /// <summary>When a version ceased to apply: another began to decide, whichever it was, or the day of a later one began. What counts is the earliest: what was not
    /// let go by then is not destroyed because it would have been later.</summary>
    private static Instant EndOf(Version version, IEnumerable<Version> all, GdprPolicy current, Instant began)
    {
        var from = version.Stored.From;
        var days = all.Select(other => other.Policy).Append(current).OfType<GdprPolicy>()
            .Where(policy => policy.Effective > version.Policy!.Effective).Select(FirstInstantOf);
        return all.Select(other => other.Stored.From).Concat(days).Where(instant => instant > from).Append(began).Min();
    }

    private static Instant FirstInstantOf(GdprPolicy policy) =>
        policy.Controllers.Values.Min(controller => policy.Effective!.Value.AtStartOfDayInZone(DateTimeZoneProviders.Tzdb[controller.TimeZone]).ToInstant());

    private static bool IsNamed(StoredPolicy stored, IReadOnlyList<SupersededPolicy> named) =>
        named.Any(version => version.Policy.Policy == stored.Policy && version.Policy.Version == stored.Version);

    private static GdprPolicy? Read(StoredPolicy stored) => PolicyReader.Read(stored.Json) is { IsUsable: true, Policy: { } policy } ? policy : null;

    private static PolicyFinding Changed(GdprPolicy current, StoredPolicy since) => Finding(
        $"The content has changed under version '{current.Version}', which has decided since {TextOf(since)}: under the new content nothing is destroyed.", Mend);

    private static PolicyFinding Superseded(GdprPolicy current, StoredPolicy later) => Finding(
        $"Version '{current.Version}' was followed by version '{later.Version}', which has decided since {TextOf(later)}: under the earlier one nothing is destroyed.",
        Mend + MendOfClock);

    /// <summary>Either clock may be the wrong one: by the one the versions before go on letting go for years, by the other they never had let go what they had.</summary>
    private static PolicyFinding InTheFuture(StoredPolicy stored, Instant now) => Finding(
        $"Version '{stored.Version}' has decided since {TextOf(stored)}, which is later than this machine's clock ({TextOf(now)}): "
        + "one of the two was wrong, and nothing is destroyed.",
        "Set the clock right. If it is right, and the one by which that version decided was ahead, name the versions before with AfterVersion.");

    private static string TextOf(StoredPolicy stored) => TextOf(stored.From);

    private static string TextOf(Instant instant) => $"{instant:uuuu-MM-dd'T'HH:mm:ss'Z'}";

    private static PolicyFinding Finding(string message, string mend) => new(FindingCodes.VersionOvertaken, FindingSeverity.Error, "/version", message, mend.TrimEnd());

    private sealed record Version(StoredPolicy Stored, GdprPolicy? Policy);
}
