using NodaTime;

namespace Gdpr.Tool.Tests.Oracle;

/// <summary>A policy as the oracle knows it: one data set, written down again without the library's types.</summary>
internal sealed record NaivePolicy(DateTimeZone Zone, IReadOnlyList<NaiveFiscalYear> FiscalYears, IReadOnlyList<NaiveTrigger> Triggers,
    IReadOnlyList<NaiveField> Fields, IReadOnlyList<NaiveActivity> Activities)
{
    /// <summary>The version before, if any, and the local date on which this one took its place.</summary>
    public (NaivePolicy Policy, LocalDate On)? Earlier { get; init; }

    /// <summary>The period of the leaf of a rule that asks what another version's leaf asks; none when there is none.</summary>
    /// <param name="ruleId">The rule.</param>
    /// <param name="trigger">The trigger.</param>
    /// <param name="anchor">What the period runs from.</param>
    /// <param name="evidence">Whether the leaf is evidence.</param>
    /// <param name="ordinal">Which of the rule's leaves that ask the same, from 1.</param>
    public Period? PeriodOf(string ruleId, string trigger, NaiveAnchor anchor, bool evidence, int ordinal) =>
        Rules().Where(rule => rule.Id == ruleId).SelectMany(rule => rule.Rule.Leaves())
            .Where(leaf => leaf.Trigger == trigger && leaf.Anchor == anchor && leaf.Evidence == evidence)
            .Select(leaf => leaf.Period).ElementAtOrDefault(ordinal - 1);

    /// <summary>All rules in policy order.</summary>
    public IEnumerable<(string Id, NaiveKind Kind, NaiveActivity Activity, NaiveRule Rule)> Rules()
    {
        foreach (var activity in Activities)
        {
            yield return (activity.Id, activity.IsObligation ? NaiveKind.Obligation : NaiveKind.Purpose, activity, activity.Retention);
            if (activity.Minimum is { } minimum)
            {
                yield return (activity.Id + ".minimum", NaiveKind.Obligation, activity, minimum);
            }

            if (activity.Limit is { } limit)
            {
                yield return (activity.Id + ".limit", NaiveKind.Limit, activity, limit);
            }
        }
    }
}

internal sealed record NaiveFiscalYear(LocalDate From, LocalDate? To, bool Yearly);

internal sealed record NaiveTrigger(string Id, bool NullIsNotHappened);

internal sealed record NaiveField(string Id, bool Anonymise, Period? Grace);

internal sealed record NaiveActivity(string Id, string Purpose, bool IsConsent, bool IsObligation, IReadOnlyList<string> Fields, NaiveRule Retention,
    NaiveRule? Minimum, NaiveRule? Limit);

internal enum NaiveKind
{
    Purpose,
    Obligation,
    Limit,
}

internal enum NaiveAnchor
{
    Date,
    Fiscal,
    Calendar,
}

/// <summary>A rule as written in JSON.</summary>
internal abstract record NaiveRule
{
    /// <summary>A fallback, and the evidence that holds it back.</summary>
    public (NaiveRule Rule, NaiveRule? Unless)? Fallback { get; init; }

    /// <summary>The leaves that a date decides, in the order written.</summary>
    public IEnumerable<(string Trigger, NaiveAnchor Anchor, bool Evidence, Period Period)> Leaves()
    {
        IEnumerable<(string Trigger, NaiveAnchor Anchor, bool Evidence, Period Period)> own = this switch
        {
            Keep keep => [(keep.Trigger, keep.Anchor, false, keep.Period)],
            Within within => [(within.Trigger, within.Anchor, true, within.Period)],
            WhileRelation relation => [(relation.Ended, NaiveAnchor.Date, false, relation.KeepFor ?? Period.Zero), .. relation.Assessment?.Leaves() ?? []],
            All all => all.Limbs.SelectMany(limb => limb.Leaves()),
            Any any => any.Limbs.SelectMany(limb => limb.Leaves()),
            _ => [],
        };
        return Fallback is { } fallback ? [.. own, .. fallback.Rule.Leaves(), .. fallback.Unless?.Leaves() ?? []] : own;
    }

    public sealed record Keep(Period Period, string Trigger, NaiveAnchor Anchor) : NaiveRule;

    public sealed record Within(Period Period, string Trigger, NaiveAnchor Anchor) : NaiveRule;

    public sealed record WhileConsent : NaiveRule;

    public sealed record WhileRelation(string Started, string Ended, Period? KeepFor, NaiveRule? Assessment) : NaiveRule;

    public sealed record All(IReadOnlyList<NaiveRule> Limbs) : NaiveRule;

    public sealed record Any(IReadOnlyList<NaiveRule> Limbs) : NaiveRule;
}

/// <summary>A record: what each trigger and each fact says.</summary>
/// <param name="Id">The name.</param>
/// <param name="Triggers">Per trigger: nothing (null in the file), "?", a date or an instant.</param>
/// <param name="Facts">The facts as written: "hold", "?hold", "consent-withdrawn:p".</param>
internal sealed record NaiveRecord(string Id, IReadOnlyDictionary<string, object?> Triggers, IReadOnlySet<string> Facts);
