using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational;

/// <summary>Tables of a SQL database as a source: due records are selected and disposed of where they are, with the evidence in the same transaction.</summary>
/// <remarks>
/// <para>Beside the data stand four tables of the library's: <c>gdpr_block</c> (what forbids destruction), <c>gdpr_mark</c> (what ends or carries purposes),
/// <c>gdpr_position</c> and <c>gdpr_evidence</c>.</para>
/// <para>Safe to use from several threads; one at a time disposes.</para>
/// </remarks>
public sealed partial class SqlSource : IDisposalSource
{
    private readonly SqlDatabase _database;
    private readonly SqlMapping _mapping;
    private readonly EvidenceTable _evidence;
    private readonly FactTables _facts;
    private readonly ConcurrentDictionary<string, (string Plan, string Key)> _lastKeys = new(StringComparer.Ordinal);
    private volatile ResolvedMapping? _resolved;

    /// <summary>Makes a source of a database's tables.</summary>
    /// <param name="name">The source's name, unique in the host.</param>
    /// <param name="database">The database.</param>
    /// <param name="mapping">Which tables hold which data sets.</param>
    public SqlSource(string name, SqlDatabase database, SqlMapping mapping)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(mapping);
        Name = name;
        _database = database;
        _mapping = mapping;
        _evidence = new EvidenceTable(database.Dialect);
        _facts = new FactTables(database.Dialect);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> DataSets => [.. _mapping.DataSets.Keys.Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public SourceCapabilities Capabilities => SourceCapabilities.Dispose | SourceCapabilities.Verify | SourceCapabilities.GuardInTransaction;

    /// <inheritdoc/>
    public async ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        await GuardedAsync(async connection =>
        {
            await ResolveAsync(connection, schedule, cancellationToken).ConfigureAwait(false);
            await _database.PrepareAsync(connection, cancellationToken).ConfigureAwait(false);
            foreach (var statement in _database.Dialect.SideTables)
            {
                var command = connection.Command(null, statement);
                await using (command.ConfigureAwait(false))
                {
                    await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source has not been prepared: what convention finds is part of the mapping.</exception>
    public Digest MappingOf(string dataSet) => Known().Find(Name, dataSet).Mapping;

    /// <inheritdoc/>
    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        return GuardedAsync(async connection =>
        {
            var mapped = await MappedAsync(connection, evaluator.Schedule, dataSet, cancellationToken).ConfigureAwait(false);
            return await new Survey(_database.Dialect, mapped, evaluator, examples).RunAsync(connection, cancellationToken).ConfigureAwait(false);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return GuardedAsync(async connection =>
        {
            var mapped = await MappedAsync(connection, batch.Evaluator.Schedule, batch.DataSet, cancellationToken).ConfigureAwait(false);
            var evidence = await DisposeAsync(connection, mapped, batch, cancellationToken).ConfigureAwait(false);
            if (evidence.Rows.Count == 0)
            {
                await _database.TidyAsync(connection, cancellationToken).ConfigureAwait(false);
            }

            return evidence;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return GuardedAsync(
            connection => new RecordChanger(Name, _database.Dialect, Known().Find(Name, batch.DataSet)).CountUndisposedAsync(connection, null, batch, cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A batch at a time: nobody holds the database while the caller works on one.
        for (var after = afterBatch; ;)
        {
            var from = after;
            var next = await GuardedAsync(
                async connection =>
                {
                    await foreach (var batch in _evidence.ReadAsync(connection, plan, from, cancellationToken).ConfigureAwait(false))
                    {
                        return batch;
                    }

                    return null;
                },
                cancellationToken).ConfigureAwait(false);
            if (next is null)
            {
                yield break;
            }

            yield return next;
            after = next.Number;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, long position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return GuardedAsync(async connection =>
        {
            var mapped = changes.Select(change => (Change: change, DataSet: Known().Find(Name, change.DataSet))).ToArray();
            RefuseWithoutSubject(mapped);
            var transaction = await _database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var gone = new List<string>();
                foreach (var (change, dataSet) in mapped)
                {
                    if (change is { Fact: not null, Target: FactTarget.Records records })
                    {
                        gone.AddRange(await new RecordChanger(Name, _database.Dialect, dataSet)
                            .MissingAsync(connection, transaction, records.NativeKeys, cancellationToken).ConfigureAwait(false));
                    }
                }

                if (gone.Count > 0)
                {
                    return (IReadOnlyList<string>)gone;
                }

                foreach (var (change, dataSet) in mapped)
                {
                    await _facts.ChangeAsync(connection, transaction, change, new RecordQuery(_database.Dialect, dataSet), cancellationToken).ConfigureAwait(false);
                }

                await _facts.WritePositionAsync(connection, transaction, Name, position, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return gone;
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> ReadFactsPositionAsync(CancellationToken cancellationToken) =>
        GuardedAsync(connection => _facts.ReadPositionAsync(connection, null, Name, cancellationToken), cancellationToken);

    /// <summary>Finds due records while others may write; then changes them, if nobody has written meanwhile, or else judges those found once more, alone.</summary>
    private async ValueTask<BatchEvidence> DisposeAsync(DbConnection connection, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            DueRecords due;
            var reading = await _database.BeginReadAsync(connection, cancellationToken).ConfigureAwait(false);
            await using (reading.ConfigureAwait(false))
            {
                await GuardAsync(connection, reading, batch, cancellationToken).ConfigureAwait(false);
                due = await SelectAsync(connection, reading, dataSet, batch, cancellationToken).ConfigureAwait(false);
                if (due.Count == 0)
                {
                    return new BatchEvidence(batch.Plan, batch.DataSet, batch.Number, []);
                }

                if (await _database.TryWriteAsync(reading, cancellationToken).ConfigureAwait(false))
                {
                    return await CommitAsync(connection, reading, dataSet, batch, due, due, cancellationToken).ConfigureAwait(false);
                }
            }

            var alone = await _database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
            await using (alone.ConfigureAwait(false))
            {
                await GuardAsync(connection, alone, batch, cancellationToken).ConfigureAwait(false);
                var selection = await SelectionAsync(connection, alone, dataSet, batch, cancellationToken).ConfigureAwait(false);
                var still = await selection.SelectAmongAsync(connection, alone, [.. due.Kinds.SelectMany(kind => kind.Keys)], cancellationToken).ConfigureAwait(false);
                if (still.Count > 0)
                {
                    return await CommitAsync(connection, alone, dataSet, batch, still, due, cancellationToken).ConfigureAwait(false);
                }
            }

            // None of those found is due any more, because somebody else has got further; of others that is not known.
        }
    }

    private async ValueTask GuardAsync(DbConnection connection, DbTransaction transaction, DisposalBatch batch, CancellationToken cancellationToken)
    {
        var position = await _facts.ReadPositionAsync(connection, transaction, Name, cancellationToken).ConfigureAwait(false);
        if (position < batch.FactsPosition)
        {
            throw new FactsBehindException(Name, batch.FactsPosition, position);
        }

        if (await _evidence.HasAsync(connection, transaction, batch, cancellationToken).ConfigureAwait(false))
        {
            throw new SourceUnavailableException(Name, $"there is evidence of batch {batch.Number} of plan {batch.Plan} already.");
        }
    }

    private async ValueTask<BatchEvidence> CommitAsync(
        DbConnection connection,
        DbTransaction transaction,
        MappedDataSet dataSet,
        DisposalBatch batch,
        DueRecords due,
        DueRecords found,
        CancellationToken cancellationToken)
    {
        var rows = await ChangeAsync(connection, transaction, dataSet, batch, due, cancellationToken).ConfigureAwait(false);
        var evidence = new BatchEvidence(batch.Plan, batch.DataSet, batch.Number, rows) { NativeKeys = [.. due.Kinds.SelectMany(kind => kind.Keys)] };
        await new RecordChanger(Name, _database.Dialect, dataSet).ExpectDisposedAsync(connection, transaction, evidence, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        Remember(batch, found);
        return evidence;
    }

    private async ValueTask<List<EvidenceRow>> ChangeAsync(
        DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, DisposalBatch batch, DueRecords due, CancellationToken cancellationToken)
    {
        var changer = new RecordChanger(Name, _database.Dialect, dataSet);
        string[] whole = [.. due.Kinds.Where(kind => kind.Action == DisposalKind.Erased).SelectMany(kind => kind.Keys)];
        if (whole.Length > 0)
        {
            await changer.DeleteAsync(connection, transaction, whole, cancellationToken).ConfigureAwait(false);
            await _facts.ForgetAsync(connection, transaction, batch.DataSet, whole, cancellationToken).ConfigureAwait(false);
        }

        foreach (var kind in due.Kinds.Where(kind => kind.Action != DisposalKind.Erased))
        {
            await changer.ChangeAsync(connection, transaction, kind, cancellationToken).ConfigureAwait(false);
        }

        return await _evidence.WriteAsync(connection, transaction, batch, due, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Selects due records from where the plan's batch before ended; where none are left there, once more from the start: what was kept may be
    /// due by now.</summary>
    private async ValueTask<DueRecords> SelectAsync(
        DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken)
    {
        var selection = await SelectionAsync(connection, transaction, dataSet, batch, cancellationToken).ConfigureAwait(false);
        var after = selection.IsOrdered && _lastKeys.TryGetValue(batch.DataSet, out var last) && last.Plan == batch.Plan ? last.Key : null;
        var due = await selection.SelectAsync(connection, transaction, batch.Limit, after, cancellationToken).ConfigureAwait(false);
        return due.Count > 0 || after is null
            ? due
            : await selection.SelectAsync(connection, transaction, batch.Limit, null, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<DueSelection> SelectionAsync(
        DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken) => new(
        Name, _database.Dialect, dataSet, batch.Evaluator, await _facts.BesideAsync(connection, transaction, batch.DataSet, cancellationToken).ConfigureAwait(false));

    private void Remember(DisposalBatch batch, DueRecords due)
    {
        if (due.Count == batch.Limit)
        {
            _lastKeys[batch.DataSet] = (batch.Plan, due.Last!);
        }
        else
        {
            _lastKeys.TryRemove(batch.DataSet, out _);
        }
    }

    private void RefuseWithoutSubject(IEnumerable<(FactChange Change, MappedDataSet DataSet)> changes)
    {
        string[] problems = [.. changes.Where(change => change.Change.Target is FactTarget.Subjects && change.DataSet.Subject is null)
            .Select(change => change.DataSet.Path).Distinct(StringComparer.Ordinal)
            .Select(path => Conventions.Problem(path, "a fact is about people, and no column says whose a record is", "map the subject"))];
        if (problems.Length > 0)
        {
            throw new SourceMappingException(Name, problems);
        }
    }

    private ResolvedMapping Known() =>
        _resolved ?? throw new InvalidOperationException($"Source '{Name}' has not been prepared: call PrepareAsync first.");

    private async ValueTask<MappedDataSet> MappedAsync(DbConnection connection, RetentionSchedule schedule, string dataSet, CancellationToken cancellationToken)
    {
        var resolved = _resolved;
        if (resolved is null || !ReferenceEquals(resolved.Schedule, schedule))
        {
            resolved = await ResolveAsync(connection, schedule, cancellationToken).ConfigureAwait(false);
        }

        return resolved.Find(Name, dataSet);
    }

    private async ValueTask<ResolvedMapping> ResolveAsync(DbConnection connection, RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        var tables = await _database.DescribeAsync(connection, cancellationToken).ConfigureAwait(false);
        var (dataSets, found) = MappingResolver.Resolve(_mapping, schedule, tables);
        string[] problems = [.. found, .. await ExpressionProblemsAsync(connection, dataSets, cancellationToken).ConfigureAwait(false)];
        if (problems.Length > 0)
        {
            throw new SourceMappingException(Name, problems);
        }

        return _resolved = new ResolvedMapping(schedule, dataSets.ToDictionary(dataSet => dataSet.Path, StringComparer.Ordinal));
    }

    /// <summary>What the database says of the expressions that the host wrote.</summary>
    private async ValueTask<List<string>> ExpressionProblemsAsync(
        DbConnection connection, IEnumerable<MappedDataSet> dataSets, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var dataSet in dataSets)
        {
            var query = new RecordQuery(_database.Dialect, dataSet);
            foreach (var (name, trigger) in dataSet.Schedule.Triggers.Zip(dataSet.Triggers))
            {
                if (trigger is { Expression: not null }
                    && await _database.CheckAsync(connection, query.ExpressionCheck(trigger), cancellationToken).ConfigureAwait(false) is { } wrong)
                {
                    problems.Add(Conventions.Problem(
                        dataSet.Path, $"the database refuses the expression of trigger '{name}' ({wrong})", "mend it; the record's row is r"));
                }
            }
        }

        return problems;
    }

    private async ValueTask<T> GuardedAsync<T>(Func<DbConnection, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await _database.RunAsync(
                async token =>
                {
                    var connection = await _database.OpenAsync(token).ConfigureAwait(false);
                    try
                    {
                        return await work(connection).ConfigureAwait(false);
                    }
                    finally
                    {
                        await _database.CloseAsync(connection).ConfigureAwait(false);
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DbException problem)
        {
            // Not as the inner exception: drivers put values of records into their messages.
            throw new SourceUnavailableException(Name, _database.CauseOf(problem));
        }
    }

    /// <summary>A mapping as found for one schedule.</summary>
    private sealed record ResolvedMapping(RetentionSchedule Schedule, IReadOnlyDictionary<string, MappedDataSet> DataSets)
    {
        public MappedDataSet Find(string source, string dataSet) => DataSets.GetValueOrDefault(dataSet)
            ?? throw new SourceUnavailableException(source, $"it has no data set '{dataSet}'.");
    }
}
