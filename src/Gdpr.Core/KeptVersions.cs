using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Json;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr;

/// <summary>What the versions that a state store has kept mean for the policy in force.</summary>
/// <param name="Earlier">The versions before it, and when each ceased to apply: what they had let go stays let go.</param>
/// <param name="Conflict">Why the policy in force may not decide about destruction, or <see langword="null"/>.</param>
/// <param name="Unreadable">The versions whose content cannot be read any more: nothing counts as let go by them.</param>
internal sealed record KeptVersions(IReadOnlyList<SupersededPolicy> Earlier, PolicyFinding? Conflict, IReadOnlyList<string> Unreadable)
{
    private const string Mend = "Give the policy a new version: what decided anything must stay what it was, and what a later version had let go stays let go. ";
    private const string MendOfClock = "If its clock was wrong when it decided, name it with AfterVersion.";

    /// <summary>Works out what came before a policy.</summary>
    /// <param name="current">The policy in force.</param>
    /// <param name="kept">What has decided, in the order in which it began to; versions of other policies do not matter.</param>
    /// <param name="named">The versions that the host names itself: it knows better what they are, and when they ceased to apply.</param>
    /// <param name="now">The present: where the policy in force was not kept yet, it begins to decide now.</param>
    public static KeptVersions Of(GdprPolicy current, IEnumerable<StoredPolicy> kept, IReadOnlyList<SupersededPolicy> named, Instant now)
    {
        var (versions, unreadable) = (new List<Version>(), new List<string>());
        PolicyFinding? conflict = null;
        foreach (var stored in kept.Where(stored => stored.Policy == current.Policy && named.All(version => version.Policy.Version != stored.Version)))
        {
            // The hash of the same content may be another one in a later release of the library: what counts is the content as it is read now.
            var read = PolicyReader.Read(stored.Json);
            if (read.IsUsable && versions.All(version => version.Policy.Hash != read.Policy!.Hash))
            {
                versions.Add(new Version(read.Policy!, stored.From));
            }
            else if (!read.IsUsable && stored.Hash != current.Hash)
            {
                unreadable.Add(stored.Version);
                conflict ??= stored.Version == current.Version ? Changed(current, stored.From) : null;
            }
        }

        var own = versions.Find(version => version.Policy.Hash == current.Hash);
        versions.Remove(own!);
        var began = own?.From ?? now;
        conflict ??= versions.Find(version => version.Policy.Version == current.Version) is { } changed ? Changed(current, changed.From)
            : own is not null && versions.Find(version => version.From > began) is { } later ? Superseded(current, later)
            : null;
        return new KeptVersions(
            [.. versions.Select((version, i) => new SupersededPolicy(version.Policy, Instant.Min(began, i + 1 < versions.Count ? versions[i + 1].From : began)))],
            conflict, unreadable);
    }

    private static PolicyFinding Changed(GdprPolicy current, Instant since) => Finding(
        $"The content has changed under version '{current.Version}', which has decided since {since:uuuu-MM-dd'T'HH:mm:ss'Z'}: under the new content nothing is destroyed.", Mend);

    private static PolicyFinding Superseded(GdprPolicy current, Version later) => Finding(
        $"Version '{current.Version}' was followed by version '{later.Policy.Version}', which has decided since {later.From:uuuu-MM-dd'T'HH:mm:ss'Z'}: under the earlier one nothing is destroyed.",
        Mend + MendOfClock);

    private static PolicyFinding Finding(string message, string mend) => new("E-VERSION-01", FindingSeverity.Error, "/version", message, mend.TrimEnd());

    private sealed record Version(GdprPolicy Policy, Instant From);
}
