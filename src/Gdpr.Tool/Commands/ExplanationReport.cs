using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary>What <c>gdpr explain --output json</c> writes of a record.</summary>
internal sealed record ExplanationReport(
    string? Record, string Dataset, string At, string Today, ReportedFate Decision, IReadOnlyList<string> Facts,
    IReadOnlyList<ReportedGroup> Groups, IReadOnlyList<string> Text)
{
    public static ExplanationReport Of(string? record, FateExplanation explanation, string language) => new(
        record,
        explanation.DataSet.Path,
        ReportText.Of(explanation.Now),
        ReportText.Of(explanation.Today),
        ReportedFate.Of(explanation.Decision, explanation.NextFate),
        explanation.Facts,
        [.. explanation.Groups.Select(ReportedGroup.Of)],
        explanation.ToText(language).Split('\n'));
}

/// <summary>A fate, why it is so, and what follows it from the due date on.</summary>
internal sealed record ReportedFate(string Fate, string? Due, string? NextFate, string? Rule, string Reason)
{
    public static ReportedFate Of(FateDecision decision, Fate? next) => new(
        decision.Fate.Code(), ReportText.OfOptional(decision.Due), next?.Code(), decision.Rule?.Id, decision.Reason.Code());
}

/// <summary>Fields that share their fate.</summary>
internal sealed record ReportedGroup(IReadOnlyList<string> Fields, ReportedFate Decision, IReadOnlyList<ReportedRule> Rules)
{
    public static ReportedGroup Of(GroupExplanation group) => new(
        group.Group.Fields, ReportedFate.Of(group.Decision, group.NextFate), [.. group.Rules.Select(ReportedRule.Of)]);
}

/// <summary>A rule, and how it stands.</summary>
internal sealed record ReportedRule(
    string Rule, string Kind, string Purpose, string? Law, string State, string? LastDay, string? AtLeastThrough, bool EndedByFact,
    IReadOnlyList<string> Facts, ReportedLimb Limb)
{
    public static ReportedRule Of(RuleExplanation rule) => new(
        rule.Rule.Id, ReportText.Of(rule.Rule.Kind), rule.Rule.Purpose, rule.Rule.Law, ReportText.Of(rule.State),
        ReportText.OfOptional(rule.LastDay), ReportText.OfOptional(rule.AtLeastThrough), rule.IsEndedByFact, rule.Facts, ReportedLimb.Of(rule.Limb));
}

/// <summary>A limb of a rule, and how it stands.</summary>
internal sealed record ReportedLimb(
    string Kind, string State, string? LastDay, string? AtLeastThrough, string? Trigger, string? EventDate, bool? NotHappened, string? Period, string? CountedFrom,
    string? FiscalYear, string? FiscalYearEnd, bool? OfEarlierVersion, IReadOnlyList<ReportedLimb>? Limbs)
{
    public static ReportedLimb Of(LimbExplanation limb) => new(
        ReportText.Of(limb.Kind),
        ReportText.Of(limb.State),
        ReportText.OfOptional(limb.LastDay),
        ReportText.OfOptional(limb.AtLeastThrough),
        limb.Trigger,
        ReportText.OfOptional(limb.EventDate),
        limb.Trigger is null ? null : limb.NotHappened,
        limb.Period?.ToString(),
        ReportText.OfOptional(limb.CountedFrom),
        limb.FiscalYear is { } position ? ReportText.Of(position.Kind) : null,
        ReportText.OfOptional(limb.FiscalYear?.YearEnd),
        limb.OfEarlierVersion ? true : null,
        limb.Limbs.Count == 0 ? null : [.. limb.Limbs.Select(Of)]);
}
