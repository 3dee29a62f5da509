using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Tool.Policies;

/// <summary>Compiles a policy's file, with the files of the versions before it, into a schedule.</summary>
internal static class ScheduleFiles
{
    /// <summary>Reads and compiles.</summary>
    /// <param name="path">The policy's file.</param>
    /// <param name="earlier">The files of the versions before, in any order.</param>
    /// <param name="now">The instant at which records will be judged.</param>
    /// <param name="messages">Takes a line about the findings of each file.</param>
    /// <exception cref="BadInputException">A file cannot be read, or its rules cannot be computed.</exception>
    public static RetentionSchedule Compile(string path, IReadOnlyList<string> earlier, Instant now, TextWriter messages)
    {
        var file = PolicyFile.Read(path);
        var policy = file.GetDecisive();
        file.Mention(messages);
        PolicyFile[] before = [.. earlier.Select(PolicyFile.Read)];
        try
        {
            return RetentionSchedule.Compile(policy, Superseded(file, before, now));
        }
        catch (GdprPolicyException refusal)
        {
            throw file.Refuse(refusal.Findings);
        }
    }

    /// <summary>Orders the versions: each was superseded when the day began on which the next took effect.</summary>
    private static List<SupersededPolicy> Superseded(PolicyFile file, PolicyFile[] before, Instant now)
    {
        var superseded = new List<SupersededPolicy>();
        var next = (file.Path, Policy: file.GetDecisive());
        foreach (var (path, policy) in before.Select(version => (version.Path, Policy: version.GetDecisive())).OrderByDescending(version => version.Policy.Effective))
        {
            if (policy.Policy != next.Policy.Policy)
            {
                throw new BadInputException($"{path}: this is no version of the policy '{next.Policy.Policy}'. Give versions of one policy.");
            }

            if (policy.Effective is not { } from || next.Policy.Effective is not { } to || from >= to)
            {
                throw new BadInputException($"{path}: this version does not take effect before {next.Path}. Give each version its own 'effective' date.");
            }

            // A version that takes effect later than the instant asked about has superseded nothing yet.
            superseded.Add(new SupersededPolicy(policy, Instant.Min(StartOf(to, next.Policy), now)));
            next = (path, policy);
        }

        return superseded;
    }

    /// <summary>When a day begins at a policy's controller; where controllers have several zones, the first of their beginnings.</summary>
    private static Instant StartOf(LocalDate day, GdprPolicy policy) =>
        policy.Controllers.Values
            .Select(controller => DateTimeZoneProviders.Tzdb.GetZoneOrNull(controller.TimeZone))
            .OfType<DateTimeZone>()
            .DefaultIfEmpty(DateTimeZone.Utc)
            .Min(zone => LocalDays.StartOf(day, zone));
}
