using Gdpr.Retention;

namespace Gdpr.Processing;

/// <summary>Whether a record may still be used for a purpose (Art. 5(1)(e), 18(2)): the retention leaf decides. Pure.</summary>
internal static class PeriodJudge
{
    /// <summary>What a record leaves of a use that is allowed without it: refused with the reason, or allowed, with what restricted data is used for.</summary>
    /// <remarks>What the person has said is decided already: of it, only the consents bear on a period, and on the use of what the record says is restricted.</remarks>
    public static ProcessingDecision Judge(
        ProcessingDecision allowed, in ProcessingQuestion question, SubjectStanding standing, RetentionEvaluator evaluator, in RetentionRecord record)
    {
        var (dataSet, facts, isRestricted) = (record.DataSet, record.Facts, IsRestricted(question.Use, record));
        if (isRestricted && question.RestrictedUse is null)
        {
            return Refused(allowed, ProcessingReasons.Restricted, dataSet);
        }

        if (isRestricted && question.RestrictedUse == AllowedUse.Consent && !HasConsentedSince(question.Use, standing, evaluator, dataSet))
        {
            return Refused(allowed, ProcessingReasons.NoConsentSinceRestriction, dataSet);
        }

        foreach (var consent in standing.State!.Consents)
        {
            if (consent.Field is null && consent.IsInForce(evaluator.Now) && dataSet.PurposeIndex(consent.Purpose) is >= 0 and var index)
            {
                facts = facts.With(PurposeFact.ConsentGiven, index);
            }
        }

        var known = new RetentionRecord(dataSet, record.Triggers, in facts);
        return !evaluator.IsVisible(known, question.Use.Purpose, question.RestrictedUse) ? Refused(allowed, ProcessingReasons.PeriodOver, dataSet)
            : isRestricted ? allowed.ForRestrictedUse(question.RestrictedUse) : allowed;
    }

    /// <summary>Whether the record says that it is restricted, or that an objection to the purpose is pending; or nobody knows whether.</summary>
    private static bool IsRestricted(ProcessingUse use, in RetentionRecord record)
    {
        var facts = record.Facts;
        var pending = facts.Stated.ObjectionPending | facts.Unknown.ObjectionPending;
        return ((facts.Flags | facts.UnknownFlags) & (RecordFlags.Restricted | RecordFlags.RestrictedForClaims)) != 0
            || (record.DataSet.PurposeIndex(use.Purpose) is >= 0 and var index && (pending >> index & 1) != 0);
    }

    /// <summary>What restricts a record and is not in the journal came nobody knows when: no consent is known to have come after it.</summary>
    private static bool HasConsentedSince(ProcessingUse use, SubjectStanding standing, RetentionEvaluator evaluator, DataSetSchedule dataSet) =>
        standing.State is { } state && PersonReasons.RestrictedAt(use, dataSet.Path, state, evaluator.Now).Any()
        && PersonReasons.HasConsentedSinceRestriction(use, dataSet.Path, state, evaluator.Now);

    private static ProcessingDecision Refused(ProcessingDecision decision, string code, DataSetSchedule dataSet) =>
        ProcessingDecision.Refused([ProcessingReasons.Of(code) with { DataSet = dataSet.Path }], decision.ForwardToController);
}
