using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>Something that a breach makes due.</summary>
/// <param name="Code">What: a stable word, such as <c>notify-authority</c>.</param>
/// <param name="Key">What exactly, unique in the breach: the code, and which controller, clock and step.</param>
/// <param name="DueBy">The instant, exclusive, by which it is to be done: the conservative one.</param>
/// <param name="Article">The provision that asks for it.</param>
public sealed record BreachDuty(string Code, string Key, Instant DueBy, string Article)
{
    /// <summary>The latest that the law allows, exclusive, where it sets a limit.</summary>
    public Instant? LegalLimit { get; init; }

    /// <summary>How it ended, as a stable code; <see langword="null"/> while it is to be done.</summary>
    public string? Outcome { get; init; }

    /// <summary>Whether it is to be done.</summary>
    public bool IsOpen => Outcome is null;

    /// <summary>Whether it should have been done by an instant, and is not.</summary>
    /// <param name="now">The instant.</param>
    public bool IsOverdue(Instant now) => IsOpen && now >= DueBy;
}

/// <summary>The words for what a breach makes due.</summary>
public static class BreachDutyCodes
{
    /// <summary>To find out whether a suspicion is a breach.</summary>
    public const string Establish = "establish";

    /// <summary>To assess the risk (Art. 33(1), 34(1)).</summary>
    public const string Assess = "assess";

    /// <summary>To notify the authority, preliminarily where the risk is not known yet (Art. 33(1)).</summary>
    public const string NotifyAuthority = "notify-authority";

    /// <summary>To send what the first notification left out (Art. 33(4)).</summary>
    public const string Supplement = "supplement";

    /// <summary>To decide whether and how people are told (Art. 34).</summary>
    public const string DecideCommunication = "decide-communication";

    /// <summary>To tell each person affected (Art. 34(1)).</summary>
    public const string TellPeople = "tell-people";

    /// <summary>To tell it in public (Art. 34(3)(c)).</summary>
    public const string Publish = "publish";

    /// <summary>As processor, to tell a controller (Art. 33(2)).</summary>
    public const string TellController = "tell-controller";

    /// <summary>A step of a clock of another law.</summary>
    public const string Parallel = "parallel";

    /// <summary>To describe effects and measures (Art. 33(5)).</summary>
    public const string Describe = "describe";
}

/// <summary>Works out what a breach makes due: a pure function of what is on record.</summary>
internal static class BreachDuties
{
    private const string NotificationRule = "D-33.1";
    private const string ProcessorRule = "D-33.2";
    private const string SupplementRule = "D-33.4";
    private const string CommunicationRule = "D-34";

    /// <summary>The clock of the notification to the authority: of the version of the rule that applies to the awareness.</summary>
    public static HourDeadline? ClockOf(BreachState breach, BreachOptions options, DateTimeZone zone) =>
        breach.AwareAt is { } aware && breach.Capacity != ProcessingCapacity.Processor
            ? HourDeadline.Compute(aware, HoursOf(options, NotificationRule, aware, zone), zone) : null;

    /// <summary>Whether the registry has the hours of what a breach that is known since an instant makes due.</summary>
    public static bool HasClocks(
        ProcessingCapacity capacity, IReadOnlyList<BreachedController> controllers, Instant aware, BreachOptions options, DateTimeZone zone)
    {
        string[] rules = capacity != ProcessingCapacity.Processor ? [NotificationRule, CommunicationRule]
            : controllers.All(controller => controller.Hours is not null) ? [] : [ProcessorRule];
        return rules.All(rule => RuleOf(options, rule, aware, zone)?.Limits.Any(limit => limit.Hours is not null) == true);
    }

    /// <summary>The duties, done and open, the earliest due first.</summary>
    /// <param name="breach">The breach.</param>
    /// <param name="affected">How many people are known to be affected.</param>
    /// <param name="told">How many of them have been told.</param>
    /// <param name="options">The settings.</param>
    /// <param name="zone">The controller's zone.</param>
    public static IReadOnlyList<BreachDuty> Of(BreachState breach, long affected, long told, BreachOptions options, DateTimeZone zone)
    {
        IEnumerable<BreachDuty> duties = breach.AwareAt is not { } aware
            ?
            [
                new BreachDuty(
                    BreachDutyCodes.Establish, BreachDutyCodes.Establish, breach.RecordedAt + Duration.FromHours(options.InvestigateWithinHours), "Art. 33(1)"),
            ]
            : breach.Capacity == ProcessingCapacity.Processor
                ? breach.Controllers.Select(controller => TellController(controller, aware, options, zone))
                : OfController(breach, ClockOf(breach, options, zone)!, affected, told, options, zone);
        var all = duties.Concat(Parallel(breach, options, zone)).Append(Describe(breach, options, zone));

        // What has been dealt with, or was nothing, makes nothing due any more.
        var ending = breach.Phase switch { BreachPhase.Closed => "closed", BreachPhase.FalseAlarm => "false-alarm", _ => null };
        return [.. all.Select(duty => duty with { Outcome = duty.Outcome ?? ending }).OrderBy(duty => duty.DueBy).ThenBy(duty => duty.Key, StringComparer.Ordinal)];
    }

    private static IEnumerable<BreachDuty> OfController(
        BreachState breach, HourDeadline clock, long affected, long told, BreachOptions options, DateTimeZone zone)
    {
        // Found to be unlikely and later not to be so, the duty arises anew, under a key of its own.
        var turn = breach.TimesUnlikely - (breach.Risk == BreachRisk.Unlikely ? 1 : 0);
        yield return new BreachDuty(
            BreachDutyCodes.Assess, BreachDutyCodes.Assess,
            Instant.Min(clock.Aware + Duration.FromHours(options.AssessWithinHours), clock.Conservative), "Art. 33(1)")
        {
            LegalLimit = clock.Limit,
            Outcome = breach.Risk is { } risk ? CodeOf(risk) : null,
        };
        yield return new BreachDuty(BreachDutyCodes.NotifyAuthority, Turn(BreachDutyCodes.NotifyAuthority, turn), clock.Conservative, "Art. 33(1)")
        {
            LegalLimit = clock.Limit,
            Outcome = breach.Notices.Count > 0 ? "notified" : breach.Risk == BreachRisk.Unlikely ? CodeOf(BreachRisk.Unlikely) : null,
        };
        if (breach.Notices.Count > 0)
        {
            yield return new BreachDuty(BreachDutyCodes.Supplement, BreachDutyCodes.Supplement, SupplementBy(breach, options, zone), "Art. 33(4)")
            {
                Outcome = breach.Missing.Count == 0 ? "complete" : null,
            };
        }

        if (breach.HighSince is { } high)
        {
            var by = high + Duration.FromHours(HoursOf(options, CommunicationRule, high, zone));

            // That people need not be told holds for the facts on which it was decided: where the risk is high once more, it is decided anew, under a key of its own.
            var decided = breach.Communication is { } last && (last.Tells || (last.AtRisk == BreachRisk.High && last.DecidedAt >= high)) ? last : null;
            var key = Turn(BreachDutyCodes.DecideCommunication, breach.TimesHigh - 1);
            yield return new BreachDuty(BreachDutyCodes.DecideCommunication, key, by, "Art. 34(1)")
            {
                Outcome = decided is null ? null : decided.Tells ? "tell" : decided.Exception is { } exception ? CodeOf(exception) : "public",
            };
        }

        if (breach.Communication is { } communication)
        {
            var from = breach.HighSince ?? communication.DecidedAt;
            var by = from + Duration.FromHours(HoursOf(options, CommunicationRule, from, zone));
            if (communication.Tells)
            {
                yield return new BreachDuty(BreachDutyCodes.TellPeople, BreachDutyCodes.TellPeople, by, "Art. 34(1)")
                {
                    Outcome = affected > 0 && told >= affected ? "told" : null,
                };
            }

            if (communication.IsPublic)
            {
                yield return new BreachDuty(BreachDutyCodes.Publish, BreachDutyCodes.Publish, by, "Art. 34(3)(c)")
                {
                    Outcome = communication.PublishedAt is null ? null : "published",
                };
            }
        }
    }

    private static BreachDuty TellController(BreachedController controller, Instant aware, BreachOptions options, DateTimeZone zone) => new(
        BreachDutyCodes.TellController, $"{BreachDutyCodes.TellController}/{controller.Controller}",
        aware + Duration.FromHours(controller.Hours ?? HoursOf(options, ProcessorRule, aware, zone)), "Art. 33(2)")
    {
        Outcome = controller.ToldAt is null ? null : "told",
    };

    private static IEnumerable<BreachDuty> Parallel(BreachState breach, BreachOptions options, DateTimeZone zone)
    {
        foreach (var clock in breach.Parallel)
        {
            if (breach.AwareAt is not { } aware || RuleOf(options, clock.Rule, aware, zone) is not { } rule)
            {
                continue;
            }

            foreach (var (step, limit) in rule.Limits.Index())
            {
                // Hours run from the awareness, calendar time from the step before: until that is taken, it runs from nowhere.
                var hours = limit.Hours is { } count ? HourDeadline.Compute(aware, count, zone) : null;
                var from = step < 1 ? aware : step <= clock.Done.Count ? clock.Done[step - 1] : (Instant?)null;
                if (hours is null && from is null)
                {
                    continue;
                }

                var end = hours?.Conservative ?? LocalDays.EndOf(limit.Period!.Value.EndOf(LocalDays.DateOf(from!.Value, zone)), zone);
                yield return new BreachDuty(BreachDutyCodes.Parallel, $"{BreachDutyCodes.Parallel}/{clock.Rule}/{step + 1}", end, rule.Article)
                {
                    LegalLimit = limit.IsByLaw ? hours?.Limit ?? end : null,
                    Outcome = step < clock.Done.Count ? "done" : null,
                };
            }
        }
    }

    private static BreachDuty Describe(BreachState breach, BreachOptions options, DateTimeZone zone) => new(
        BreachDutyCodes.Describe, BreachDutyCodes.Describe, LocalDays.EndOf(options.DescribeWithin.EndOf(LocalDays.DateOf(breach.RecordedAt, zone)), zone), "Art. 33(5)")
    {
        Outcome = breach is { HasEffects: true, HasMeasures: true } ? "described" : null,
    };

    private static Instant SupplementBy(BreachState breach, BreachOptions options, DateTimeZone zone)
    {
        var first = breach.Notices.Min(notice => notice.At);
        var date = LocalDays.DateOf(first, zone);
        var period = RuleOf(options, SupplementRule, first, zone)?.Limits.Select(limit => limit.Period).FirstOrDefault(found => found is not null)
            ?? CalendarPeriod.FromWeeks(4);
        return LocalDays.EndOf(period.EndOf(date), zone);
    }

    private static int HoursOf(BreachOptions options, string rule, Instant at, DateTimeZone zone) =>
        RuleOf(options, rule, at, zone)?.Limits.Select(limit => limit.Hours).FirstOrDefault(hours => hours is not null)
            ?? throw new InvalidOperationException($"The registry of deadlines has no hours for {rule} at {LocalDays.DateOf(at, zone)}: add a version of the rule.");

    private static DeadlineRule? RuleOf(BreachOptions options, string rule, Instant at, DateTimeZone zone) =>
        options.Deadlines.Find(rule, LocalDays.DateOf(at, zone));

    private static string Turn(string code, int turn) => turn > 0 ? $"{code}/{turn + 1}" : code;

    private static string CodeOf(BreachRisk risk) => risk switch
    {
        BreachRisk.Unlikely => "risk-unlikely",
        BreachRisk.Risk => "risk",
        _ => "high-risk",
    };

    private static string CodeOf(CommunicationException exception) => exception switch
    {
        CommunicationException.Unintelligible => "unintelligible",
        CommunicationException.RiskRemoved => "risk-removed",
        _ => "disproportionate",
    };
}
