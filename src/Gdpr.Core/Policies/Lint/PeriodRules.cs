using Gdpr.Time;

namespace Gdpr.Policies.Lint;

/// <summary>Minimum, maximum and stated bounds leave room for one another.</summary>
internal static class PeriodRules
{
    public static void Check(LintRun run)
    {
        foreach (var (id, activity, at) in run.Activities)
        {
            foreach (var (rule, member) in RuleNodes.RulesOf(activity))
            {
                foreach (var node in RuleNodes.Within(rule, at / member))
                {
                    CheckBounds(run, node.Rule, node.At);
                }
            }

            CheckAgainstLimit(run, activity, at);
            CheckAgainstOthers(run, id, activity, at);
        }
    }

    private static void CheckBounds(LintRun run, RetentionRule rule, Place at)
    {
        CheckBound(run, rule.AtLeast, rule.AtMost, at / "atLeast", "the shortest period that may be stated is longer than the longest, {0}");
        var (period, member) = rule.Keep is not null ? (rule.Keep, "keep") : (rule.Within, "within");
        CheckBound(run, rule.AtLeast, period, at / member, "the period is shorter than it may be stated: {1} and not {0}");
        CheckBound(run, period, rule.AtMost, at / member, "the period is longer than it may be stated: at most {0}");
    }

    private static void CheckBound(LintRun run, CalendarPeriod? shorter, CalendarPeriod? longer, Place at, string problem)
    {
        if (shorter is { IsEmpty: false } low && longer is { IsEmpty: false } high && RuleEnds.MayExceed(low, high))
        {
            var text = problem.Replace("{0}", high.ToString(), StringComparison.Ordinal).Replace("{1}", $"at least {low}", StringComparison.Ordinal);
            run.Report(FindingCodes.MinimumOverMaximum, at, $"{char.ToUpperInvariant(text[0])}{text[1..]}.");
        }
    }

    private static void CheckAgainstLimit(LintRun run, Activity activity, Place at)
    {
        if (activity.Limit is not { } limit)
        {
            return;
        }

        foreach (var (duty, member) in DutiesOf(activity).Where(duty => MayExceed(duty.Rule, limit)))
        {
            run.Report(FindingCodes.MinimumOverMaximum, at / member,
                $"The {(member == "minimum" ? "statutory minimum" : "duty to keep")} ends after the statutory maximum: the data must be kept and must not be.");
        }

        if (activity is { Retention: { } purpose, Basis.LegalObligation: null } && MayExceed(purpose, limit))
        {
            run.Report(FindingCodes.PurposeOverLimit, at / "retention",
                "The purpose would end after the statutory maximum, which ends it first.");
        }

        static bool MayExceed(RetentionRule rule, RetentionRule limit) => RuleEnds.MayEndAfter(rule, limit) || RuleEnds.MustEndAfter(rule, limit);
    }

    /// <summary>The rules of an activity by which law commands to keep.</summary>
    private static IEnumerable<(RetentionRule Rule, string Member)> DutiesOf(Activity activity) =>
        RuleNodes.RulesOf(activity).Where(rule => rule.Member == "minimum" || (rule.Member == "retention" && activity.Basis?.LegalObligation is not null));

    /// <summary>Two laws on the same data, in two activities: what the one forbids to keep, the other forbids to destroy. Where that must
    /// come to pass it is an error, as within one activity; where it depends on the events' dates, a warning.</summary>
    private static void CheckAgainstOthers(LintRun run, string id, Activity activity, Place at)
    {
        if (activity.Limit is not { } limit)
        {
            return;
        }

        var limited = run.FieldsOf(activity.Data).Select(field => field.Path).ToHashSet();
        foreach (var (otherId, other, place) in run.Activities.Where(other => !ReferenceEquals(other.Value, activity)))
        {
            if (run.FieldsOf(other.Data).FirstOrDefault(field => limited.Contains(field.Path)) is not { } common)
            {
                continue;
            }

            foreach (var (duty, member) in DutiesOf(other))
            {
                if (RuleEnds.MustEndAfter(duty, limit))
                {
                    run.Report(FindingCodes.MinimumOverMaximum, place / member,
                        $"\"{common.Path}\" must be kept beyond the statutory maximum that \"{id}\" states.");
                }
                else if (RuleEnds.MayEndAfter(duty, limit))
                {
                    run.Report(FindingCodes.ObligationOverLimit, at / "limit",
                        $"\"{otherId}\" may have to keep \"{common.Path}\" beyond this statutory maximum.");
                }
            }
        }
    }
}
