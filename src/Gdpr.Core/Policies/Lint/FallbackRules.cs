namespace Gdpr.Policies.Lint;

/// <summary>A fallback ends its rule where the rule's own end never comes. It ends it as well where that end comes later: a rule ends at whichever is first.</summary>
internal static class FallbackRules
{
    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            foreach (var (rule, member) in RuleNodes.RulesOf(activity))
            {
                var isDuty = member == "minimum" || (member == "retention" && activity.Basis?.LegalObligation is not null);
                foreach (var node in RuleNodes.Within(rule, at / member).Where(node => node.Rule.Fallback is not null))
                {
                    CheckFallback(run, node.Rule, node.Rule.Fallback!, node.At / "fallback", isDuty);
                }
            }
        }
    }

    private static void CheckFallback(LintRun run, RetentionRule rule, RetentionRule fallback, Place at, bool isDuty)
    {
        var (main, end) = (RuleEnd.WithoutFallback(rule), RuleEnd.OfFallback(fallback));
        if (isDuty && (RuleEnds.MayEndAfter(main, end) || RuleEnds.MustEndAfter(main, end)))
        {
            run.Report(FindingCodes.FallbackBeforeMinimum, at, "The fallback may end before the statutory period does, and the duty to keep ends with it.");
        }
        else if (isDuty && RuleEnds.MustEndAfter(main.FromOneEvent(), end.FromOneEvent()))
        {
            run.Report(FindingCodes.FallbackMayCutMinimum, at,
                "The fallback is shorter than the statutory period: it ends the duty to keep too early, unless its own event comes that much later.");
        }
        else if (RuleEnds.NeverEndsAfter(main, end))
        {
            run.Report(FindingCodes.IdleFallback, at, "The fallback runs from the same event as the rule and never ends before it: it decides nothing.");
        }
        else if (RuleEnds.MustEndAfter(main, end))
        {
            run.Report(FindingCodes.IdleFallback, at, "The fallback always ends before the rule's own end, which decides nothing.");
        }
    }
}
