using Gdpr.Retention;
using Gdpr.Samples.Data;
using NodaTime;

namespace Gdpr.Samples.Decisions;

/// <summary>What is asked of the library about one record.</summary>
/// <remarks>The explorer shows the lines between the marks as they stand here: it reads them from this file, which is embedded as it was compiled.</remarks>
internal static class Questions
{
    /// <summary>The fate of a record, of each group of its fields, and why.</summary>
    public static Answer Ask(RetentionSchedule schedule, StoredRow row, Instant at)
    {
        // <lines>
        DataSetSchedule dataSet = schedule.DataSet(row.Table.Path);
        RetentionRecord record = new(dataSet, row.Triggers, dataSet.Facts(row.Facts));
        RetentionEvaluator evaluator = schedule.At(at);

        FateDecision decision = evaluator.Evaluate(record);
        FateExplanation explanation = evaluator.Explain(record);
        // </lines>
        return new Answer(decision, explanation);
    }
}

/// <summary>What the library answered about one record.</summary>
internal sealed record Answer(FateDecision Decision, FateExplanation Explanation);
