using System.Text;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>A data set in memory, for who holds the source's lock.</summary>
internal abstract class InMemoryDataSet(string path)
{
    public string Path { get; } = path;

    protected InMemoryFacts Facts { get; } = new();

    public abstract Digest Mapping { get; }

    /// <summary>What does not fit between the mapping and the policy, each with its mend.</summary>
    public abstract IEnumerable<string> Problems(RetentionSchedule schedule);

    public abstract bool Contains(string nativeKey);

    /// <summary>Puts or takes away a fact.</summary>
    public abstract void ChangeFacts(FactChange change);

    /// <summary>Takes away every fact but what forbids destruction.</summary>
    public void StartFactsAnew() => Facts.StartAnew();

    /// <summary>The native keys that meet a condition.</summary>
    public abstract IReadOnlyList<string> Keys(Func<string, bool> condition);

    public abstract DataSetSurvey Survey(RetentionEvaluator evaluator, int examples);

    /// <summary>What is to be done with the first due records: worked out in full before anything is changed.</summary>
    public abstract IReadOnlyList<PlannedDisposal> Plan(DisposalBatch batch);

    /// <summary>Whether a record still is as it was before it was disposed of.</summary>
    public abstract bool IsUndisposed(string nativeKey, EvidenceRow row);

    /// <summary>What keeps its records from being given out, each with its mend.</summary>
    public abstract IReadOnlyList<string> ExportProblems { get; }

    /// <summary>Whether a field can be corrected.</summary>
    public abstract bool Rectifies(string field);

    /// <summary>Corrects a person's record.</summary>
    public abstract bool Rectify(Rectification rectification);

    /// <summary>A person's records, as the person gets them.</summary>
    public abstract IReadOnlyList<ExportedRecord> Export(RetentionSchedule schedule, IReadOnlyCollection<string> nativeIds);

    /// <summary>How many records, how many of them of nobody, and the people whom they are about; no people where the mapping does not say.</summary>
    /// <param name="nativeKeys">Only these records; <see langword="null"/> for all.</param>
    public abstract (long Records, long OfNobody, IReadOnlyCollection<string>? People) People(IReadOnlyCollection<string>? nativeKeys);
}

/// <summary>What is to be done with one record.</summary>
internal sealed record PlannedDisposal(string NativeKey, EvidenceRow Row, Action Apply);

/// <inheritdoc/>
internal sealed class InMemoryDataSet<T>(string path, InMemoryRecords<T> records, InMemoryDataSetBuilder<T> mapping) : InMemoryDataSet(path)
    where T : class
{
    private readonly RecordParties _parties = mapping.DeclaredParties.Count == 0 && mapping.SharedFields.Count == 0
        ? RecordParties.One
        : new RecordParties([.. mapping.DeclaredParties.Select(declared => declared.Party)], mapping.SharedFields);

    private readonly Func<T, string?>[] _people = mapping.DeclaredParties.Count == 0
        ? [mapping.SubjectOf ?? (static _ => null)]
        : [.. mapping.DeclaredParties.Select(declared => declared.Subject)];

    /// <summary>Whether the mapping says whose a record is.</summary>
    private bool IsOfKnown => mapping.SubjectOf is not null || _parties.IsDeclared;

    public override Digest Mapping { get; } = MappingOf(mapping);

    public override IReadOnlyList<string> ExportProblems =>
    [
        .. !IsOfKnown ? new[] { $"'{Path}' does not say whose a record is: name its subject, or its parties." } : [],
        .. mapping.Fields.Where(pair => pair.Value is not null && !mapping.Readers.ContainsKey(pair.Key)).Select(pair => pair.Key).Order(StringComparer.Ordinal)
            .Select(id => $"Field '{id}' of '{Path}' is not read: say how."),
    ];

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
            .. _parties.IsDeclared ? _parties.Problems(fields).Select(problem => $"'{Path}': {problem.Wrong}; {problem.Mend}.") : [],
            .. _parties.IsDeclared && mapping.SubjectOf is not null ? new[] { $"'{Path}' has a subject and parties: keep one of the two." } : [],
        ];
    }

    public override bool Contains(string nativeKey) => ((IInMemoryRecords)records).Contains(nativeKey);

    public override void ChangeFacts(FactChange change) => Facts.Change(IsOfKnown ? change : change.OfUnknownPeople());

    public override IReadOnlyList<string> Keys(Func<string, bool> condition) => [.. records.Locked.Select(pair => pair.Key).Where(condition)];

    public override DataSetSurvey Survey(RetentionEvaluator evaluator, int examples)
    {
        var judging = new Judging(this, evaluator);
        var tally = new SurveyTally(evaluator, Path, examples);
        foreach (var (key, record) in records.Locked)
        {
            var judged = judging.RecordOf(key, record);
            tally.Add(judging.Judge, judged, judging.Judge.Judge(judged), PlanOf(judging, key, record) is not null, () => key);
        }

        return tally.ToSurvey();
    }

    public override IReadOnlyList<PlannedDisposal> Plan(DisposalBatch batch)
    {
        var names = RecordNames.Of(batch.Keys, Path);
        var judging = new Judging(this, batch.Evaluator);
        return
        [
            .. records.Locked.Where(pair => batch.Subjects is null || Concerns(pair.Value, batch.Subjects))
                .Select(pair => (pair.Key, pair.Value, Plan: PlanOf(judging, pair.Key, pair.Value)))
                .Where(due => due.Plan is not null).Take(batch.Limit)
                .Select(due => new PlannedDisposal(due.Key, RowOf(names.Of(due.Key), due.Plan!), () => Apply(due.Key, due.Value, due.Plan!))),
        ];
    }

    public override IReadOnlyList<ExportedRecord> Export(RetentionSchedule schedule, IReadOnlyCollection<string> nativeIds)
    {
        var dataSet = schedule.DataSet(Path);
        var found = new List<ExportedRecord>();
        foreach (var (key, record) in records.Locked)
        {
            string?[] people = [.. _people.Select(person => person(record))];
            bool[] isPerson = [.. people.Select(person => person is not null && nativeIds.Contains(person))];
            if (isPerson.Contains(true))
            {
                var facts = nativeIds.Aggregate(Facts.Of(dataSet, key), (known, id) => Facts.With(known, dataSet, id));
                var fields = mapping.Fields.Keys.Order(StringComparer.Ordinal).Select(field => Stored(field, record));
                found.Add(ExportedRecord.Of(Path, key, _parties, isPerson, fields, facts) with { Triggers = Triggers(dataSet, record) });
            }
        }

        return found;
    }

    public override (long Records, long OfNobody, IReadOnlyCollection<string>? People) People(IReadOnlyCollection<string>? nativeKeys)
    {
        var (found, ofNobody, people) = (0L, 0L, new SortedSet<string>(StringComparer.Ordinal));
        foreach (var (key, record) in records.Locked)
        {
            if (nativeKeys is not null && !nativeKeys.Contains(key))
            {
                continue;
            }

            found++;
            string[] ids = [.. _people.Select(person => person(record)).OfType<string>()];
            ofNobody += ids.Length == 0 ? 1 : 0;
            people.UnionWith(ids);
        }

        return (found, ofNobody, IsOfKnown ? people : null);
    }

    public override bool Rectifies(string field) => mapping.Writers.ContainsKey(field);

    public override bool Rectify(Rectification rectification)
    {
        if (records.Locked.FirstOrDefault(pair => pair.Key == rectification.NativeKey).Value is not { } record)
        {
            return false;
        }

        bool[] isPerson = [.. _people.Select(person => person(record) is { } id && rectification.NativeIds.Contains(id, StringComparer.Ordinal))];
        if (!isPerson.Contains(true) || rectification.Values.Keys.Any(field => !mapping.Writers.ContainsKey(field) || !_parties.MaySee(field, isPerson)))
        {
            return false;
        }

        records.Put(rectification.Values.Aggregate(record, (corrected, value) => mapping.Writers[value.Key](corrected, value.Value)));
        return true;
    }

    private bool Concerns(T record, IReadOnlyList<string> subjects) =>
        _people.Any(person => person(record) is { } id && subjects.Contains(id, StringComparer.Ordinal));

    private StoredField Stored(string field, T record) =>
        new(field, mapping.Readers.TryGetValue(field, out var read) ? [new StoredValue(field, read(record))] : []);

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
            .. mapping.DeclaredParties.Select(declared => $"party {declared.Party.Role} {declared.Party.Kind} {string.Join(' ', declared.Party.Fields)}"),
        ])));
    }

    private Change? PlanOf(Judging judging, string key, T record)
    {
        var judged = judging.RecordOf(key, record);
        var verdict = judging.Judge.Judge(judged);
        if (verdict.IsWhole)
        {
            return new Change(null, DisposalKind.Erased, [], verdict.Record);
        }

        var (fields, kind, first) = (new List<string>(), DisposalKind.FieldsErased, default(FateDecision?));
        foreach (var (index, unit) in judging.Judge.Units.Index())
        {
            var decision = verdict.Units[index];
            if (decision.Fate is not (Fate.Erase or Fate.Anonymise) || !judged.IsPending[index])
            {
                continue;
            }

            fields.AddRange(unit.Fields);
            kind = decision.Fate == Fate.Anonymise && !unit.IsLink ? DisposalKind.Anonymised : kind;
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
        fields.Aggregate(record, (blanked, field) => DisposalOf(field) is { } dispose ? dispose(blanked) : blanked);

    private Func<T, T>? DisposalOf(string field) =>
        mapping.Fields.TryGetValue(field, out var dispose) ? dispose : mapping.DeclaredParties.Find(declared => declared.Party.Link == field).Sever;

    private TriggerValue[] Triggers(DataSetSchedule dataSet, T record) => [.. dataSet.Triggers.Select(trigger => mapping.Triggers[trigger](record))];

    /// <summary>Judges the records at one instant.</summary>
    private sealed class Judging(InMemoryDataSet<T> owner, RetentionEvaluator evaluator)
    {
        private readonly DataSetSchedule _dataSet = evaluator.Schedule.DataSet(owner.Path);
        private readonly PartyFacts[] _facts = new PartyFacts[owner._people.Length];
        private bool[] _isPending = [];
        private RecordFacts _record;

        public PartyJudge Judge { get; } = new(evaluator, evaluator.Schedule.DataSet(owner.Path), owner._parties);

        /// <summary>A record, until the next is asked for.</summary>
        public PartyRecord RecordOf(string key, T record)
        {
            _record = owner.Facts.Of(_dataSet, key);
            for (var party = 0; party < _facts.Length; party++)
            {
                var person = owner._people[party](record);
                _facts[party] = new PartyFacts(person is not null, owner.Facts.With(default, _dataSet, person), owner.Facts.With(_record, _dataSet, person));
            }

            _isPending = [.. Judge.Units.Select(unit => !owner.Blanked(record, unit.Fields).Equals(record))];
            return new PartyRecord(_dataSet, owner.Triggers(_dataSet, record), in _record, _facts, _isPending);
        }
    }

    private sealed record Change(T? Replacement, DisposalKind Kind, IReadOnlyList<string> Fields, FateDecision Decision);
}
