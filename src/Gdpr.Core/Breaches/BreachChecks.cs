using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>What must be right before something is recorded of a breach.</summary>
internal static class BreachChecks
{
    private const int LongestReference = 64;

    public static void Check(BreachReport report, GdprPolicy policy, BreachOptions options, Instant now)
    {
        var dataSets = policy.Systems.SelectMany(system => system.Value.DataSets.Keys.Select(id => $"{system.Key}.{id}")).ToHashSet(StringComparer.Ordinal);
        List<string> problems =
        [
            .. When(string.IsNullOrWhiteSpace(report.Facts), "Nothing is said of what happened: state the facts, as far as they are known."),
            .. When(report.Kinds.Count == 0, "It is not said what was lost: confidentiality, integrity or availability."),
            .. When(report.Controller is null && policy.Controllers.Count != 1, "The policy has several controllers: name the one whose breach it is."),
            .. When(
                report.Controller is { } named && !policy.Controllers.ContainsKey(named),
                $"The policy has no {ClearText.NameOf(report.Controller, "controller")}: name one that it declares."),
            .. report.Systems.Where(system => !policy.Systems.ContainsKey(system))
                .Select(system => $"The policy has no {ClearText.NameOf(system, "system")}: name one that it declares."),
            .. report.DataSets.Where(dataSet => !dataSets.Contains(dataSet))
                .Select(dataSet => $"The policy has no {ClearText.NameOf(dataSet, "data set")}: name one that it declares."),
            .. When(
                report.ToldBy is { } recipient && !policy.Recipients.ContainsKey(recipient),
                $"The policy has no {ClearText.NameOf(report.ToldBy, "recipient")}: name one that it declares."),
            .. When(report.AwareAt > now, "The awareness lies in the future: leave it out until then."),
            .. report.AwareAt is { } aware && Problem(report.Capacity, report.Controllers, aware, options, PolicyControllers.ZoneOf(policy, report.Controller ?? "")) is { } early
                ? [early] : Array.Empty<string>(),
            .. When(report.OccurredFrom > now || report.OccurredUntil > now, "It is said to have happened in the future."),
            .. When(report.OccurredFrom > report.OccurredUntil, "It is said to have ended before it began."),
            .. When(report.AwareAt < report.OccurredFrom, "It is said to have been known before it began."),
            .. When(
                report.Capacity == ProcessingCapacity.Processor && report.Controllers.Count == 0,
                "A processor's breach names no controller: name those whose data it concerns."),
            .. When(
                report.Capacity != ProcessingCapacity.Processor && report.Controllers.Count > 0,
                "Only a processor tells controllers: leave them out, or state the capacity."),
            .. report.Controllers
                .Where(one => string.IsNullOrWhiteSpace(one.Controller) || one.Hours is < 1 or > 87_600 || one.ToldAt is not null)
                .Select(_ => "A controller concerned needs an id, hours of 1 or more if any, and has not been told yet."),
            .. report.Controllers.GroupBy(controller => controller.Controller, StringComparer.Ordinal).Where(same => same.Count() > 1)
                .Select(same => $"{ClearText.NameOf(same.Key, "A controller")} is named twice."),
            .. report.ParallelClocks.Where(rule => options.Deadlines.Rules.All(known => known.Id != rule))
                .Select(rule => $"The registry of deadlines has no {ClearText.NameOf(rule, "rule")}: name one that it has, or add it."),
        ];
        if (problems.Count > 0)
        {
            throw new InvalidBreachException(problems);
        }
    }

    /// <summary>What forbids that a breach was known at an instant, or <see langword="null"/>: where no rule applied then, no clock can run.</summary>
    public static string? Problem(
        ProcessingCapacity capacity, IReadOnlyList<BreachedController> controllers, Instant aware, BreachOptions options, DateTimeZone zone) =>
        BreachDuties.HasClocks(capacity, controllers, aware, options, zone) ? null
            : $"The registry of deadlines has no rule that applied on {LocalDays.DateOf(aware, zone)}, when it is said to have been known: state the right instant.";

    /// <summary>What forbids recording a notification, or <see langword="null"/>.</summary>
    public static string? Problem(BreachState state, AuthorityNotification notification, Instant at, HourDeadline? clock)
    {
        var content = notification.Content;
        if (state.Capacity == ProcessingCapacity.Processor)
        {
            return "A processor tells its controllers; the authority is theirs to notify (Art. 33(2)).";
        }

        if (clock is null)
        {
            return "It is only suspected: establish it first.";
        }

        if (at < clock.Aware)
        {
            return "It is said to have been notified before it was known.";
        }

        if (state.Notices.Count == 0 && at >= clock.Conservative && string.IsNullOrWhiteSpace(notification.DelayReasons))
        {
            return $"The notification comes after {clock.Hours} hours without the reasons for the delay: state them, and notify all the same (Art. 33(1)).";
        }

        if (content.NotPossible.FirstOrDefault(item => !NoticeItems.WherePossible.Contains(item, StringComparer.Ordinal)) is { } must)
        {
            return $"'{must}' must be given, or follow: only {string.Join(", ", NoticeItems.WherePossible)} may be impossible (Art. 33(3)(a)).";
        }

        return !content.Stated().Any() && content.NotPossible.Count == 0 ? "The notification states nothing: at least the nature of the breach."
            : content.People < 0 || content.Records < 0 ? "People and records are counted from 0."
            : notification.Reference is { } reference && (reference.Length > LongestReference || reference.Contains('@', StringComparison.Ordinal))
                ? $"The authority's reference has at most {LongestReference} characters, and is no e-mail address."
            : null;
    }

    /// <summary>What forbids recording a decision on telling people, or <see langword="null"/>.</summary>
    public static string? Problem(BreachState state, CommunicationDecision decision)
    {
        if (state.Capacity == ProcessingCapacity.Processor)
        {
            return "A processor tells its controllers; the people are theirs to tell (Art. 34(1)).";
        }

        if (state.Risk is null)
        {
            return "Nobody has assessed the risk: assess it first.";
        }

        if (decision.At < state.AwareAt)
        {
            return "It is said to have been decided before it was known.";
        }

        if (string.IsNullOrWhiteSpace(decision.PublicConsidered))
        {
            return "It is not said what was considered about telling it in public: state it.";
        }

        if (IsIncomplete(decision.Message) || IsIncomplete(decision.PublicMessage))
        {
            return "A message states the nature of the breach, a contact, the likely consequences and the measures (Art. 34(2)).";
        }

        if (decision is { Message: not null, Exception: not null })
        {
            return "People are told, or an exception holds: not both.";
        }

        if (decision.Message is not null)
        {
            return null;
        }

        return state.Risk == BreachRisk.High && decision.Exception is null
            ? "The risk is high and nobody is told: state the message, or which exception of Art. 34(3) holds."
            : string.IsNullOrWhiteSpace(decision.Reasons) ? "People are not told, and it is not said why: state the reasons."
            : decision is { Exception: CommunicationException.Disproportionate, PublicMessage: null }
                ? "Telling each would be disproportionate: then it is told in public, with a message (Art. 34(3)(c))." : null;
    }

    private static bool IsIncomplete(PeopleMessage? message) => message is not null
        && new[] { message.Nature, message.Contact, message.Consequences, message.Measures }.Any(string.IsNullOrWhiteSpace);

    private static IEnumerable<string> When(bool isSo, string problem) => isSo ? [problem] : [];
}
