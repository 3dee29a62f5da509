using Gdpr.Retention;

namespace Gdpr.Processing;

/// <summary>Whether a record may still be used for a purpose (Art. 5(1)(e)): the retention leaf decides. Pure.</summary>
internal static class PeriodJudge
{
    /// <summary>Why not; <see langword="null"/> where it may.</summary>
    /// <remarks>What the person has said is decided already: of it, only the consents bear on a period.</remarks>
    public static ProcessingReason? Judge(in ProcessingQuestion question, SubjectStanding standing, RetentionEvaluator evaluator, in RetentionRecord record)
    {
        const RecordFlags Restrictions = RecordFlags.Restricted | RecordFlags.RestrictedForClaims;
        var (dataSet, facts) = (record.DataSet, record.Facts);
        if (question.RestrictedUse is null && ((facts.Flags | facts.UnknownFlags) & Restrictions) != 0)
        {
            return ProcessingReasons.Of(ProcessingReasons.Restricted) with { DataSet = dataSet.Path };
        }

        foreach (var consent in standing.State?.Consents ?? [])
        {
            if (consent.Field is null && consent.IsInForce(evaluator.Now) && dataSet.PurposeIndex(consent.Purpose) is >= 0 and var index)
            {
                facts = facts.With(PurposeFact.ConsentGiven, index);
            }
        }

        var known = new RetentionRecord(dataSet, record.Triggers, in facts);
        return evaluator.IsVisible(known, question.Use.Purpose, question.RestrictedUse)
            ? null : ProcessingReasons.Of(ProcessingReasons.PeriodOver) with { DataSet = dataSet.Path };
    }
}
