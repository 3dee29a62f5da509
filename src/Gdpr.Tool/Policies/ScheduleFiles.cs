using System.Globalization;
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
    /// <param name="messages">Takes a line about the findings of the file, and one when the policy is not yet in force at the instant.</param>
    /// <exception cref="BadInputException">A file cannot be read, or its rules cannot be computed.</exception>
    public static RetentionSchedule Compile(string path, IReadOnlyList<string> earlier, Instant now, TextWriter messages)
    {
        var file = PolicyFile.Read(path);
        var policy = file.GetDecisive();
        file.Mention(messages);
        MentionUnlessInForce(path, policy, now, messages);
        var superseded = Superseded(file, [.. earlier.Select(PolicyFile.Read)], now);
        try
        {
            return RetentionSchedule.Compile(policy, superseded);
        }
        catch (GdprPolicyException refusal)
        {
            throw file.Refuse(refusal.Findings);
        }
    }

    /// <summary>Reads a policy by which data will be destroyed: one without errors, and in force.</summary>
    /// <param name="path">The policy's file.</param>
    /// <param name="earlier">The files of the versions before, in any order.</param>
    /// <param name="now">The present.</param>
    /// <param name="messages">Takes a line about the findings of the file.</param>
    /// <exception cref="BadInputException">A file cannot be read, has errors, or is not in force yet.</exception>
    public static (GdprPolicy Policy, IReadOnlyList<SupersededPolicy> Earlier) ReadUsable(
        string path, IReadOnlyList<string> earlier, Instant now, TextWriter messages)
    {
        var file = PolicyFile.Read(path);
        if (!file.Result.IsUsable)
        {
            throw file.Refuse(file.Result.Findings.Where(finding => finding.Severity == FindingSeverity.Error));
        }

        file.Mention(messages);
        var policy = file.GetDecisive();
        return policy.Effective is { } effective && ZonesOf(policy).Min(zone => LocalDays.TodayAt(now, zone)) < effective
            ? throw new BadInputException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: this version is in force from {effective:uuuu-MM-dd}. Nothing is disposed of by it before; use the version in force, or gdpr evaluate."))
            : (policy, Superseded(file, [.. earlier.Select(PolicyFile.Read)], now));
    }

    /// <summary>The question is what the policy would say, which is a fair one: it is answered, and the answer not taken for what holds that day.</summary>
    private static void MentionUnlessInForce(string path, GdprPolicy policy, Instant now, TextWriter messages)
    {
        if (policy.Effective is not { } effective)
        {
            return;
        }

        var today = ZonesOf(policy).Min(zone => LocalDays.TodayAt(now, zone));
        if (today < effective)
        {
            messages.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: this version is in force from {effective:uuuu-MM-dd}, and the instant asked about falls on {today:uuuu-MM-dd}: judged as if it were in force."));
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
        ZonesOf(policy).Min(zone => LocalDays.StartOf(day, zone));

    private static IEnumerable<DateTimeZone> ZonesOf(GdprPolicy policy) =>
        policy.Controllers.Values
            .Select(controller => DateTimeZoneProviders.Tzdb.GetZoneOrNull(controller.TimeZone))
            .OfType<DateTimeZone>()
            .DefaultIfEmpty(DateTimeZone.Utc);
}
