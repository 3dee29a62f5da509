using Gdpr.Time;

namespace Gdpr.Policies.Lint;

/// <summary>The parts that rules are made of: events, periods and running states.</summary>
internal static class RulePartRules
{
    public static void CheckStart(LintRun run, PeriodStart? start, Place at)
    {
        if (start is null)
        {
            return;
        }

        var stated = new[] { start.Trigger, start.FiscalYearEndOf, start.CalendarYearEndOf }.Count(trigger => !string.IsNullOrWhiteSpace(trigger));
        if (stated == 0)
        {
            run.Report(FindingCodes.NoDeterminableEnd, at, "No event is named.");
        }
        else if (stated > 1)
        {
            run.Report(FindingCodes.IllFormedRule, at,
                "Several events are named.", "Name one: trigger, fiscalYearEndOf or calendarYearEndOf.");
        }
    }

    public static void CheckPeriod(LintRun run, CalendarPeriod? period, Place at)
    {
        if (period is { IsEmpty: true })
        {
            run.Report(FindingCodes.NoDeterminableEnd, at, "The period is empty.", "State a period longer than nothing, such as P3M.");
        }
    }

    public static void CheckState(LintRun run, RunningState? state, Place at)
    {
        if (state is null)
        {
            return;
        }

        var relation = !string.IsNullOrWhiteSpace(state.Started) || !string.IsNullOrWhiteSpace(state.Ended);
        CheckPeriod(run, state.Keep, at / "keep");
        if (state.State is null && !relation)
        {
            run.Report(FindingCodes.NoDeterminableEnd, at, "No state is named.", "State \"consent\", or started and ended.");
        }
        else if (state.State is not null && relation)
        {
            run.Report(FindingCodes.IllFormedRule, at, "Both a consent and a relation are named.", "Keep one of the two.");
        }
        else if (relation && string.IsNullOrWhiteSpace(state.Ended))
        {
            run.ReportMissing(FindingCodes.NoDeterminableEnd, at, "ended",
                "The relation starts and never ends: \"ended\" is missing.", "Name the trigger at which it ends.");
        }
        else if (relation && string.IsNullOrWhiteSpace(state.Started))
        {
            run.ReportMissing(FindingCodes.IllFormedRule, at, "started", "The relation ends and never starts: \"started\" is missing.",
                "Name the trigger at which it starts, or write keep and after.");
        }
        else if (state.State is not null && state.Keep is not null)
        {
            run.Report(FindingCodes.KeptPastConsent, at / "keep", "The rule would run on after the consent has been withdrawn.");
        }
    }
}
