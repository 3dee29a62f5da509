using Gdpr.Retention;
using Gdpr.Samples.Data;
using Gdpr.Samples.Organisations;

namespace Gdpr.Samples.Decisions;

/// <summary>What becomes of all the records of one person: there is no fate of a person, only of records and their fields.</summary>
internal static class Elsewhere
{
    /// <summary>The fates of a person's records, counted by data set.</summary>
    public static IReadOnlyList<(string DataSet, Fate Fate, int Count)> Of(SampleDatabase database, RetentionEvaluator evaluator, string subject) =>
    [
        .. database.Tables
            .SelectMany(table => database.ReadOf(table, subject))
            .GroupBy(row => (row.Table.Path, FateOf(evaluator, row)))
            .Select(group => (group.Key.Path, group.Key.Item2, group.Count())),
    ];

    /// <summary>Of the records found of a kind, the first whose person has elsewhere what the kind asks for.</summary>
    public static StoredRow? First(SampleDatabase database, RetentionEvaluator evaluator, Highlight highlight, IReadOnlyList<StoredRow> found) =>
        found.FirstOrDefault(row => highlight.Elsewhere is not { } asked
            || Of(database, evaluator, row.Subject).Any(there => there.DataSet == asked.DataSet && there.Fate == asked.Fate));

    private static Fate FateOf(RetentionEvaluator evaluator, StoredRow row)
    {
        var dataSet = evaluator.Schedule.DataSet(row.Table.Path);
        return evaluator.FateOf(new RetentionRecord(dataSet, row.Triggers, dataSet.Facts(row.Facts)));
    }
}
