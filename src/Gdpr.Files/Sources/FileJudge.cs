using Gdpr.Retention;

namespace Gdpr.Files.Sources;

/// <summary>Judges the records of a data set by their files and the facts beside them.</summary>
internal sealed class FileJudge(MappedDataSet dataSet, RetentionEvaluator evaluator, FactsFile facts)
{
    private readonly FactLine[] _general = [.. facts.Facts.Where(line => line.DataSet == dataSet.DataSet && line.Scope != FactScope.Records)];
    private readonly ILookup<string, FactLine> _byRecord =
        (from line in facts.Facts
         where line.DataSet == dataSet.DataSet && line.Scope == FactScope.Records
         from key in line.Records ?? []
         select (key, line)).ToLookup(pair => pair.key, pair => pair.line, StringComparer.Ordinal);

    public DataSetSchedule Schedule { get; } = evaluator.Schedule.DataSet(dataSet.DataSet);

    public TriggerValue[] TriggersOf(FileRecord record) => dataSet.Triggers(Schedule, record, evaluator.Now);

    public RecordFacts FactsOf(FileRecord record) =>
        _general.Concat(_byRecord[record.Key]).Aggregate(default(RecordFacts), (known, line) => line.ToFact().AddTo(known, Schedule));

    public bool IsDue(FileRecord record, out FateDecision decision)
    {
        var known = FactsOf(record);
        var judged = new RetentionRecord(Schedule, TriggersOf(record), known);
        var isDue = evaluator.FateOf(judged) == Fate.Erase;
        decision = isDue ? evaluator.Evaluate(judged) : default;
        return isDue;
    }
}
