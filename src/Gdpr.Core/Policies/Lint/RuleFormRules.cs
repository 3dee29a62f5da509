namespace Gdpr.Policies.Lint;

/// <summary>Each rule states exactly one form, whole.</summary>
internal static class RuleFormRules
{
    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            foreach (var (rule, member) in RuleNodes.RulesOf(activity))
            {
                foreach (var node in RuleNodes.Within(rule, at / member))
                {
                    CheckForm(run, node);
                    CheckExtras(run, node);
                    CheckConsent(run, node, activity);
                    CheckMaximum(run, node, member);
                }

                CheckLaw(run, rule, at / member, member);
            }
        }
    }

    private static void CheckForm(LintRun run, RuleNode node)
    {
        var (rule, at) = (node.Rule, node.At);
        if (node.Depth >= RuleNodes.DepthLimit)
        {
            run.Report(FindingCodes.IllFormedRule, at, $"Rules are nested more than {RuleNodes.DepthLimit} deep.", "Flatten them.");
        }

        var forms = FormsOf(rule).ToArray();
        if (forms.Length == 0)
        {
            run.Report(FindingCodes.NoDeterminableEnd, at, "The rule states neither a period nor an event: no end can be determined.");
        }
        else if (forms.Length > 1)
        {
            run.Report(FindingCodes.IllFormedRule, at, $"The rule states {string.Join(" and ", forms)}: which one ends it cannot be told.",
                "Keep one form, or join them as the limbs of allOf or anyOf.");
        }

        CheckPair(run, at, "keep", rule.Keep is null, "after", rule.After is null);
        CheckPair(run, at, "within", rule.Within is null, "of", rule.Of is null);
        RulePartRules.CheckStart(run, rule.After, at / "after");
        RulePartRules.CheckStart(run, rule.Of, at / "of");
        RulePartRules.CheckPeriod(run, rule.Keep, at / "keep");
        RulePartRules.CheckPeriod(run, rule.Within, at / "within");
        RulePartRules.CheckState(run, rule.While, at / "while");
        CheckLimbs(run, rule.AllOf, at / "allOf");
        CheckLimbs(run, rule.AnyOf, at / "anyOf");
        if (rule.AllOf.Count > 1 && rule.AllOf.Any(limb => limb?.While?.State == RunningStateKind.Consent))
        {
            run.Report(FindingCodes.KeptPastConsent, at / "allOf",
                "The other limbs would carry the rule on after the consent has been withdrawn.");
        }
    }

    private static IEnumerable<string> FormsOf(RetentionRule rule)
    {
        if (rule.Keep is not null || rule.After is not null)
        {
            yield return "keep … after";
        }

        if (rule.Within is not null || rule.Of is not null)
        {
            yield return "within … of";
        }

        if (rule.While is not null)
        {
            yield return "while";
        }

        if (rule.AllOf.Count > 0)
        {
            yield return "allOf";
        }

        if (rule.AnyOf.Count > 0)
        {
            yield return "anyOf";
        }
    }

    private static void CheckPair(LintRun run, Place at, string period, bool noPeriod, string start, bool noStart)
    {
        if (noPeriod && !noStart)
        {
            run.ReportMissing(FindingCodes.NoDeterminableEnd, at, period,
                $"The rule states an event and no period: \"{period}\" is missing.");
        }
        else if (noStart && !noPeriod)
        {
            run.ReportMissing(FindingCodes.NoDeterminableEnd, at, start, $"The rule states a period and no event: \"{start}\" is missing.");
        }
    }

    private static void CheckLimbs(LintRun run, IReadOnlyList<RetentionRule> limbs, Place at)
    {
        if (limbs.Count == 1)
        {
            run.Report(FindingCodes.IllFormedRule, at, "There is only one limb.", "Add the other limbs, or write the rule itself.");
        }
    }

    private static void CheckExtras(LintRun run, RuleNode node)
    {
        var (rule, at) = (node.Rule, node.At);
        if (rule.Unless is not null && node.Position != RulePosition.Fallback)
        {
            run.Report(FindingCodes.IllFormedRule, at / "unless",
                "Only a fallback is held back by evidence.", "Move it into the fallback.");
        }

        if (rule.Assessment is not null && string.IsNullOrWhiteSpace(rule.While?.Started) && string.IsNullOrWhiteSpace(rule.While?.Ended))
        {
            run.Report(FindingCodes.IllFormedRule, at / "assessment",
                "Only a relation that may not have started is assessed.", "State the relation in while, or remove the assessment.");
        }

        foreach (var (bound, member) in new[] { (rule.AtLeast, "atLeast"), (rule.AtMost, "atMost") })
        {
            RulePartRules.CheckPeriod(run, bound, at / member);
            if (bound is not null && rule.Keep is null && rule.Within is null)
            {
                run.Report(FindingCodes.IllFormedRule, at / member,
                    "There is no period here to bound.", "Move it to the rule that states the period.");
            }
        }
    }

    private static void CheckConsent(LintRun run, RuleNode node, Activity activity)
    {
        if (node.Rule.While?.State != RunningStateKind.Consent)
        {
            return;
        }

        // A processor states no basis: whether there is a consent is the controller's to say.
        if (activity.Basis?.Consent is null && activity.Capacity != ProcessingCapacity.Processor)
        {
            run.Report(FindingCodes.ConsentWithoutBasis, node.At / "while",
                "The rule runs with a consent, and the activity does not rest on one.");
        }
    }

    /// <summary>A maximum runs from an event that comes: one that has not is no reason for the data to go.</summary>
    private static void CheckMaximum(LintRun run, RuleNode node, string member)
    {
        var form = node.Rule.Within is not null ? "within" : node.Rule.While is not null ? "while" : null;
        if (member == "limit" && form is not null)
        {
            run.Report(FindingCodes.IllFormedRule, node.At / form,
                "A maximum that ends with evidence or a state would have passed before its event has come.", "Count it from an event: keep … after.");
        }
    }

    private static void CheckLaw(LintRun run, RetentionRule rule, Place at, string member)
    {
        if (member == "retention")
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(rule.Law))
        {
            run.ReportMissing(FindingCodes.ObligationWithoutLaw, at, "law",
                $"The statutory {(member == "minimum" ? "minimum" : "maximum")} names no law.");
        }
        else if (member == "minimum")
        {
            LawRules.CheckObligation(run, rule.Law, at / "law");
            LawRules.CheckParagraph(run, rule.Law, at / "law", FindingCodes.ObligationWithoutLaw);
        }
        else
        {
            LawRules.CheckParagraph(run, rule.Law, at / "law");
        }
    }
}
