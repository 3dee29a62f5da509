using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Whether a rule or a limb still runs.</summary>
internal enum Limb
{
    Past,
    Unknown,
    Alive,
}

/// <summary>A rule with the fields it decides.</summary>
internal sealed class NaiveRule(string id, RuleKind kind, RetentionRule rule, Activity activity, Controller controller, IReadOnlyList<string> fields)
{
    public string Id { get; } = id;

    public RuleKind Kind { get; } = kind;

    public RetentionRule Rule { get; } = rule;

    public Activity Activity { get; } = activity;

    public Controller Controller { get; } = controller;

    public IReadOnlyList<string> Fields { get; } = fields;

    public string Purpose => Activity.Purpose;

    public DateTimeZone Zone { get; } = DateTimeZoneProviders.Tzdb[controller.TimeZone];

    /// <summary>The facts that end the purpose at once.</summary>
    public IReadOnlyList<string> Endings { get; } =
    [
        "erasure-granted", "erasure-granted:" + activity.Purpose, "consent-withdrawn:" + activity.Purpose,
        "objection-upheld:" + activity.Purpose, "purpose-ended:" + activity.Purpose,
    ];
}

/// <summary>Fields with the same rules and the same disposal.</summary>
internal sealed class NaiveGroup(IReadOnlyList<string> fields, IReadOnlyList<NaiveRule> rules, Gdpr.Policies.Disposal disposal)
{
    private readonly Dictionary<LocalDate, LocalDate> _earliest = [];

    public IReadOnlyList<string> Fields { get; } = fields;

    public IReadOnlyList<NaiveRule> Rules { get; } = rules;

    /// <summary>The facts that matter to the fate of the group, beside those that end its purposes.</summary>
    public IReadOnlyList<string> Facts { get; } =
        ["hold", "request-open", "restricted", "restricted-claims", .. rules.Select(rule => "objection-pending:" + rule.Purpose).Distinct()];

    public CalendarPeriod? Grace { get; } = disposal.Action == DisposalAction.Restrict ? disposal.For : null;

    /// <summary>The earliest day whose grace still runs on another one.</summary>
    public LocalDate EarliestInGrace(LocalDate today)
    {
        if (!_earliest.TryGetValue(today, out var earliest))
        {
            earliest = today;
            while (NaiveCalendar.Add(earliest.PlusDays(-1), Grace) >= today)
            {
                earliest = earliest.PlusDays(-1);
            }

            _earliest.Add(today, earliest);
        }

        return earliest;
    }

    public Fate Dispose { get; } = disposal.Final.Action == DisposalAction.Anonymise ? Fate.Anonymise : Fate.Erase;
}

/// <summary>What the naive arithmetic says. The rule and the reason of an undetermined fate are left open.</summary>
internal sealed record NaiveDecision(Fate Fate, LocalDate? Due, string? Rule, FateReason? Reason);

internal sealed record NaiveChoice(NaiveRule? Rule, FateReason Reason, LocalDate End);

/// <summary>A leaf of a rule as written: one date, the start or the end of a relation, or a consent.</summary>
internal sealed record NaiveLeaf(RetentionRule Rule, bool Started = false, bool Ended = false)
{
    public bool IsConsent => Rule.While?.State == RunningStateKind.Consent;

    public bool IsEvidence => Rule.Within is not null;

    public PeriodStart? Start => Started || Ended ? null : Rule.After ?? Rule.Of;

    public string Trigger => (Started ? Rule.While!.Started : Ended ? Rule.While!.Ended : Start!.TriggerId)!;

    public CalendarPeriod? Period => Ended ? Rule.While!.Keep : Rule.Keep ?? Rule.Within;
}

internal enum NaiveWay
{
    Running,
    InGrace,
    Ended,
}

/// <summary>One way in which everything may be, and the fate then.</summary>
internal sealed record NaiveResolution(IReadOnlyList<(NaiveRule Rule, NaiveWay Way)> Rules, IReadOnlyList<string> Facts)
{
    /// <summary>The order of fate, step by step.</summary>
    public (Fate Fate, FateReason Reason, IReadOnlyList<NaiveRule> Rules) Fate(NaiveGroup group)
    {
        var obligations = Those(RuleKind.Obligation, NaiveWay.Running);
        var purposes = Those(RuleKind.Purpose, NaiveWay.Running);
        var objected = purposes.Where(rule => Has("objection-pending:" + rule.Purpose)).ToArray();
        var free = purposes.Except(objected).ToArray();
        var passed = Those(RuleKind.Limit, NaiveWay.InGrace, NaiveWay.Ended);
        if (passed.Length > 0)
        {
            var stands = Has("hold") || obligations.Length > 0 || Has("request-open");
            return (stands ? Gdpr.Retention.Fate.Restrict : group.Dispose, FateReason.LimitPassed, passed);
        }

        var expired = free.Length == 0 && obligations.Length == 0 && objected.Length == 0 && !Has("hold") && !Has("request-open");
        if (Has("restricted-claims") || (Has("restricted") && !expired))
        {
            return (Gdpr.Retention.Fate.Restrict, FateReason.Restricted, []);
        }

        if (free.Length > 0)
        {
            return (Gdpr.Retention.Fate.Keep, FateReason.PurposeAlive, free);
        }

        if (!expired)
        {
            var reason = Has("hold") ? FateReason.Hold
                : obligations.Length > 0 ? FateReason.ObligationAlive
                : objected.Length > 0 ? FateReason.ObjectionPending
                : FateReason.RequestOpen;
            return (Gdpr.Retention.Fate.Restrict, reason, [.. obligations, .. objected]);
        }

        NaiveRule[] graced = [.. Those(RuleKind.Purpose, NaiveWay.InGrace), .. Those(RuleKind.Obligation, NaiveWay.InGrace)];
        return graced.Length > 0
            ? (Gdpr.Retention.Fate.Restrict, FateReason.AllEnded, graced)
            : (group.Dispose, FateReason.AllEnded, [.. Rules.Select(pair => pair.Rule).Where(rule => rule.Kind != RuleKind.Limit)]);
    }

    private bool Has(string fact) => Facts.Contains(fact, StringComparer.Ordinal);

    private NaiveRule[] Those(RuleKind kind, params NaiveWay[] ways) =>
        [.. Rules.Where(pair => pair.Rule.Kind == kind && ways.Contains(pair.Way)).Select(pair => pair.Rule)];
}
