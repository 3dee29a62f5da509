using System.Text;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>A data set in memory, for who holds the source's lock.</summary>
internal abstract class InMemoryDataSet(string path)
{
    public string Path { get; } = path;

    public InMemoryFacts Facts { get; } = new();

    public abstract Digest Mapping { get; }

    /// <summary>What does not fit between the mapping and the policy, each with its mend.</summary>
    public abstract IEnumerable<string> Problems(RetentionSchedule schedule);

    public abstract bool Contains(string nativeKey);

    public abstract DataSetSurvey Survey(RetentionEvaluator evaluator, int examples);

    /// <summary>What is to be done with the first due records: worked out in full before anything is changed.</summary>
    public abstract IReadOnlyList<PlannedDisposal> Plan(DisposalBatch batch);

    /// <summary>Whether a record still is as it was before it was disposed of.</summary>
    public abstract bool IsUndisposed(string nativeKey, EvidenceRow row);
}

/// <summary>What is to be done with one record.</summary>
internal sealed record PlannedDisposal(string NativeKey, EvidenceRow Row, Action Apply);

/// <inheritdoc/>
internal sealed class InMemoryDataSet<T>(string path, InMemoryRecords<T> records, InMemoryDataSetBuilder<T> mapping) : InMemoryDataSet(path)
    where T : class
{
    public override Digest Mapping { get; } = MappingOf(mapping);

    public override IEnumerable<string> Problems(RetentionSchedule schedule)
    {
        if (schedule.Find(Path) is not { } dataSet)
        {
            return [$"The policy has no data set '{Path}': declare it, or take it out of the source."];
        }

        var fields = dataSet.FieldGroups.SelectMany(group => group.Fields).ToArray();
        return
        [
            .. dataSet.Triggers.Where(trigger => !mapping.Triggers.ContainsKey(trigger))
                .Select(trigger => $"Trigger '{trigger}' of '{Path}' is not mapped: say how it is read."),
            .. mapping.Triggers.Keys.Except(dataSet.Triggers, StringComparer.Ordinal)
                .Select(trigger => $"'{Path}' has no trigger '{trigger}' in the policy: declare it, or take it out of the mapping."),
            .. fields.Where(field => !mapping.Fields.ContainsKey(field))
                .Select(field => $"Field '{field}' of '{Path}' is not mapped: say how it is disposed of, or that it is not stored."),
            .. mapping.Fields.Keys.Except(fields, StringComparer.Ordinal)
                .Select(field => $"'{Path}' has no field '{field}' in the policy: declare it, or take it out of the mapping."),
        ];
    }

    public override bool Contains(string nativeKey) => ((IInMemoryRecords)records).Contains(nativeKey);

    public override DataSetSurvey Survey(RetentionEvaluator evaluator, int examples)
    {
        var dataSet = evaluator.Schedule.DataSet(Path);
        var tally = new SurveyTally(evaluator, Path, examples);
        foreach (var (key, record) in records.Locked)
        {
            var facts = Facts.Of(dataSet, key, mapping.SubjectOf?.Invoke(record));
            tally.Add(new RetentionRecord(dataSet, Triggers(dataSet, record), facts), PlanOf(evaluator, dataSet, key, record) is not null, () => key);
        }

        return tally.ToSurvey();
    }

    public override IReadOnlyList<PlannedDisposal> Plan(DisposalBatch batch)
    {
        var dataSet = batch.Evaluator.Schedule.DataSet(Path);
        var names = RecordNames.Of(batch.Keys, Path);
        return
        [
            .. records.Locked.Select(pair => (pair.Key, pair.Value, Plan: PlanOf(batch.Evaluator, dataSet, pair.Key, pair.Value)))
                .Where(due => due.Plan is not null).Take(batch.Limit)
                .Select(due => new PlannedDisposal(due.Key, RowOf(names.Of(due.Key), due.Plan!), () => Apply(due.Key, due.Value, due.Plan!))),
        ];
    }

    public override bool IsUndisposed(string nativeKey, EvidenceRow row) => records.Locked.FirstOrDefault(pair => pair.Key == nativeKey).Value is { } record
        && (row.Action == DisposalKind.Erased || !Blanked(record, row.Fields).Equals(record));

    /// <summary>What can be seen of a mapping that is code.</summary>
    private static Digest MappingOf(InMemoryDataSetBuilder<T> mapping)
    {
        var fields = mapping.Fields.OrderBy(pair => pair.Key, StringComparer.Ordinal);
        return Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n',
        [
            typeof(T).FullName,
            .. mapping.Triggers.Keys.Order(StringComparer.Ordinal).Select(trigger => $"trigger {trigger}"),
            .. fields.Select(pair => $"field {pair.Key} {(pair.Value is null ? "not-stored" : "stored")}"),
            $"subject {mapping.SubjectOf is not null}", $"children {mapping.ChildSets.Count}",
        ])));
    }

    private Change? PlanOf(RetentionEvaluator evaluator, DataSetSchedule dataSet, string key, T record)
    {
        var facts = Facts.Of(dataSet, key, mapping.SubjectOf?.Invoke(record));
        var judged = new RetentionRecord(dataSet, Triggers(dataSet, record), facts);
        if (evaluator.FateOf(judged) == Fate.Erase)
        {
            var decision = evaluator.Evaluate(judged);
            return new Change(null, DisposalKind.Erased, [], decision);
        }

        var (fields, kind, first) = (new List<string>(), DisposalKind.FieldsErased, default(FateDecision?));
        for (var group = 0; group < dataSet.FieldGroups.Count; group++)
        {
            var decision = evaluator.EvaluateGroup(judged, group);
            if (decision.Fate is not (Fate.Erase or Fate.Anonymise) || Blanked(record, dataSet.FieldGroups[group].Fields).Equals(record))
            {
                continue;
            }

            fields.AddRange(dataSet.FieldGroups[group].Fields);
            kind = decision.Fate == Fate.Anonymise ? DisposalKind.Anonymised : kind;
            first ??= decision;
        }

        return first is { } reason ? new Change(Blanked(record, fields), kind, [.. fields.Order(StringComparer.Ordinal)], reason) : null;
    }

    private static EvidenceRow RowOf(KeyedDigest name, Change change) => new(
        name, change.Kind, change.Fields, change.Decision.Rule?.Id ?? "", change.Decision.Reason.Code());

    private void Apply(string key, T record, Change change)
    {
        if (change.Replacement is { } replacement)
        {
            records.Put(replacement);
            return;
        }

        foreach (var (children, parent) in mapping.ChildSets)
        {
            children.RemoveWhere(child => parent(child) == key);
        }

        records.Remove(key);
        Facts.Forget(key);
    }

    private T Blanked(T record, IReadOnlyList<string> fields) =>
        fields.Aggregate(record, (blanked, field) => mapping.Fields[field] is { } dispose ? dispose(blanked) : blanked);

    private TriggerValue[] Triggers(DataSetSchedule dataSet, T record) => [.. dataSet.Triggers.Select(trigger => mapping.Triggers[trigger](record))];

    private sealed record Change(T? Replacement, DisposalKind Kind, IReadOnlyList<string> Fields, FateDecision Decision);
}
