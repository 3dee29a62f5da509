using Gdpr.Policies;
using Gdpr.Time;

namespace Gdpr.Rights;

/// <summary>How long data is kept, as a rule: the criteria that a person is told (Art. 15(1)(d)).</summary>
internal static class RetentionWords
{
    public static string? Of(RetentionRule? rule, string language)
    {
        var isSwedish = string.Equals(language, "sv", StringComparison.OrdinalIgnoreCase);
        var main = rule switch
        {
            null => null,
            { Keep: { } keep, After: { } after } => Say(
                $"{DeadlineWords.Period(keep).En} after {Start(after, false)}", $"{DeadlineWords.Period(keep).Sv} efter {Start(after, true)}"),
            { Within: { } within, Of: { } of } => Say(
                $"within {DeadlineWords.Period(within).En} of {Start(of, false)}", $"inom {DeadlineWords.Period(within).Sv} från {Start(of, true)}"),
            { While.State: RunningStateKind.Consent } => Say("while the consent is in force", "så länge samtycket gäller"),
            { While: { Ended: { } ended } relation } => relation.Keep is { } keep
                ? Say($"{DeadlineWords.Period(keep).En} after {ended}", $"{DeadlineWords.Period(keep).Sv} efter {ended}") : Say($"until {ended}", $"till {ended}"),
            { AllOf.Count: > 0 } => string.Join(Say(" and ", " och "), rule.AllOf.Select(one => Of(one, language))),
            { AnyOf.Count: > 0 } => string.Join(Say(" or, if earlier, ", " eller, om det är tidigare, "), rule.AnyOf.Select(one => Of(one, language))),
            _ => null,
        };
        return main is not null && rule!.Fallback is { } fallback
            ? $"{main}{Say("; at the latest ", "; senast ")}{Of(fallback, language)}" : main;

        string Say(string en, string sv) => isSwedish ? sv : en;
    }

    private static string Start(PeriodStart start, bool isSwedish) => start switch
    {
        { FiscalYearEndOf: { } trigger } => isSwedish ? $"utgången av det kalenderår då räkenskapsåret för {trigger} avslutades"
            : $"the end of the calendar year in which the fiscal year of {trigger} closed",
        { CalendarYearEndOf: { } trigger } => isSwedish ? $"utgången av kalenderåret för {trigger}" : $"the end of the calendar year of {trigger}",
        _ => start.TriggerId,
    };
}
