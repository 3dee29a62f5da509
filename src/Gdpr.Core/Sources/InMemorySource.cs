using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Sources;

/// <summary>A source over records in memory: for trying out and for tests. It keeps the promises of <see cref="IDisposalSource"/>; a lock is its transaction.</summary>
public sealed class InMemorySource : IDisposalSource, IExportSource, IRectifySource, ICountingSource, IRecallingSource
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, InMemoryDataSet> _dataSets = new(StringComparer.Ordinal);
    private readonly List<BatchEvidence> _evidence = [];
    private readonly HashSet<string> _endedPlans = new(StringComparer.Ordinal);
    private RetentionSchedule? _schedule;
    private JournalPosition _factsPosition;

    /// <summary>Creates a source without data sets.</summary>
    /// <param name="name">The source's name, unique in the host.</param>
    public InMemorySource(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> DataSets => [.. _dataSets.Keys];

    /// <inheritdoc/>
    public SourceCapabilities Capabilities => SourceCapabilities.Dispose | SourceCapabilities.Verify | SourceCapabilities.GuardInTransaction
        | SourceCapabilities.DisposesByPerson | SourceCapabilities.Rectify
        | (_dataSets.Values.Any(dataSet => dataSet.ExportProblems.Count == 0) ? SourceCapabilities.Find | SourceCapabilities.Export : SourceCapabilities.None);

    /// <summary>Adds a data set. Before the source is used.</summary>
    /// <typeparam name="T">The type of a record: immutable, with equality by value.</typeparam>
    /// <param name="dataSet">The data set's path, such as <c>crm.customers</c>.</param>
    /// <param name="key">A record's native key, as text.</param>
    /// <param name="map">Says how records are read and disposed of.</param>
    /// <returns>The records: put them here.</returns>
    public InMemoryRecords<T> Add<T>(string dataSet, Func<T, string> key, Action<InMemoryDataSetBuilder<T>> map)
        where T : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataSet);
        ArgumentNullException.ThrowIfNull(map);
        var records = AddChildren(key);
        var mapping = new InMemoryDataSetBuilder<T>();
        map(mapping);
        _dataSets.Add(dataSet, new InMemoryDataSet<T>(dataSet, records, mapping));
        return records;
    }

    /// <summary>Adds records that belong to those of a data set: name them in its mapping with <see cref="InMemoryDataSetBuilder{T}.Children"/>.</summary>
    /// <typeparam name="T">The type of a record.</typeparam>
    /// <param name="key">A record's native key, as text.</param>
    public InMemoryRecords<T> AddChildren<T>(Func<T, string> key)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(key);
        return new InMemoryRecords<T>(_lock, key);
    }

    /// <inheritdoc/>
    public ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        cancellationToken.ThrowIfCancellationRequested();
        string[] problems = [.. _dataSets.Values.SelectMany(dataSet => dataSet.Problems(schedule))];
        if (problems.Length > 0)
        {
            throw new SourceMappingException(Name, problems);
        }

        _schedule = schedule;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public bool Exports(string dataSet) => Find(dataSet).ExportProblems.Count == 0;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ExportedRecord> ExportAsync(
        string dataSet, IReadOnlyList<string> nativeIds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nativeIds);
        var found = Find(dataSet);
        if (found.ExportProblems.Count > 0)
        {
            throw new SourceMappingException(Name, found.ExportProblems);
        }

        var schedule = _schedule ?? throw new InvalidOperationException($"Source '{Name}' has not been prepared: call PrepareAsync first.");
        IReadOnlyList<ExportedRecord> records;
        lock (_lock)
        {
            records = found.Export(schedule, new HashSet<string>(nativeIds, StringComparer.Ordinal));
        }

        foreach (var record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }

        await ValueTask.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> FindReturnedAsync(string dataSet, Func<string, bool> isSought, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(isSought);
        lock (_lock)
        {
            return Find(dataSet).Keys(isSought).ToAsyncEnumerable();
        }
    }

    /// <inheritdoc/>
    public ValueTask<DataSetCount> CountAsync(string dataSet, IReadOnlyCollection<string>? records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var (count, ofNobody, people) = Find(dataSet).People(records);
            return ValueTask.FromResult(new DataSetCount(count, people?.Count, ofNobody));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ReadPeopleAsync(
        string dataSet, IReadOnlyCollection<string>? records, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> people;
        lock (_lock)
        {
            people = Find(dataSet).People(records).People ?? [];
        }

        foreach (var person in people)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return person;
        }

        await ValueTask.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public bool Rectifies(string dataSet, string field) => Find(dataSet).Rectifies(field);

    /// <inheritdoc/>
    public ValueTask<bool> RectifyAsync(Rectification rectification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rectification);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return ValueTask.FromResult(Find(rectification.DataSet).Rectify(rectification));
        }
    }

    /// <inheritdoc/>
    public Digest MappingOf(string dataSet) => Find(dataSet).Mapping;

    /// <inheritdoc/>
    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return ValueTask.FromResult(Find(dataSet).Survey(evaluator, examples));
        }
    }

    /// <inheritdoc/>
    public ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_factsPosition.Meets(batch.FactsPosition))
            {
                throw new FactsBehindException(Name, batch.FactsPosition, _factsPosition);
            }

            if (_endedPlans.Contains(batch.Plan))
            {
                throw SourceUnavailableException.PlanEnded(Name, batch.Plan);
            }

            if (_evidence.Exists(evidence => evidence.Plan == batch.Plan && evidence.Number == batch.Number))
            {
                throw new SourceUnavailableException(Name, $"there is evidence of batch {batch.Number} of plan {batch.Plan} already.");
            }

            // All that can fail comes before the first change.
            var planned = Find(batch.DataSet).Plan(batch);
            var evidence = new BatchEvidence(batch.Plan, batch.DataSet, batch.Number, [.. planned.Select(record => record.Row)])
            {
                At = batch.Evaluator.Now,
            };
            foreach (var record in planned)
            {
                record.Apply();
            }

            if (planned.Count > 0)
            {
                _evidence.Add(evidence);
            }

            return ValueTask.FromResult(evidence with { NativeKeys = [.. planned.Select(record => record.NativeKey)] });
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var dataSet = Find(batch.DataSet);
            return ValueTask.FromResult(batch.NativeKeys.Zip(batch.Rows).Count(record => dataSet.IsUndisposed(record.First, record.Second)));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BatchEvidence[] batches;
        lock (_lock)
        {
            batches = [.. _evidence.Where(evidence => evidence.Plan == plan && evidence.Number > afterBatch).OrderBy(evidence => evidence.Number)];
        }

        foreach (var batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return batch;
        }

        await ValueTask.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ReadPlansAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _evidence.Select(evidence => evidence.Plan).Distinct(StringComparer.Ordinal).ToArray().ToAsyncEnumerable();
        }
    }

    /// <inheritdoc/>
    public ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _endedPlans.Add(plan);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            string[] gone =
            [
                .. from change in changes
                   from key in change.Required
                   where !Find(change.DataSet).Contains(key)
                   select key,
            ];
            if (gone.Length > 0)
            {
                return ValueTask.FromResult<IReadOnlyList<string>>(gone);
            }

            SourceUnavailableException.ThrowIfOlder(Name, position, _factsPosition);
            if (position == JournalPosition.None)
            {
                foreach (var dataSet in _dataSets.Values)
                {
                    dataSet.StartFactsAnew();
                }
            }

            foreach (var change in changes)
            {
                Find(change.DataSet).ChangeFacts(change);
            }

            _factsPosition = position;
            return ValueTask.FromResult<IReadOnlyList<string>>([]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return ValueTask.FromResult(_factsPosition);
        }
    }

    private InMemoryDataSet Find(string dataSet) => _dataSets.GetValueOrDefault(dataSet)
        ?? throw new SourceUnavailableException(Name, $"it has no data set '{dataSet}'.");
}
