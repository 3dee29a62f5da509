using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Coverage;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Relational;

/// <summary>Tables of a SQL database as a source: due records are selected and disposed of where they are, with the evidence in the same transaction.</summary>
/// <remarks>
/// <para>Beside the data stand seven tables of the library's: <c>gdpr_block</c> (what forbids destruction), <c>gdpr_mark</c> (what ends or carries purposes),
/// <c>gdpr_position</c>, <c>gdpr_fact_sum</c>, <c>gdpr_claim</c> (which tables are which source's), <c>gdpr_asked</c> (which others say when its records are
/// due) and <c>gdpr_evidence</c>. They have a version: older ones are brought up, newer ones refused.</para>
/// <para>Safe to use from several threads.</para>
/// </remarks>
public sealed partial class SqlSource : IDisposalSource, IExportSource, IRectifySource, ICountingSource, IRecallingSource, IClaimingSource
{
    private const int PlansAtOnce = 500;

    private readonly SqlDatabase _database;
    private readonly LiveMapping _mapping;
    private readonly EvidenceTable _evidence;
    private readonly FactTables _facts;
    private readonly BatchRunner _batches;
    private readonly EvidenceDetail _detail;

    /// <summary>Makes a source of a database's tables.</summary>
    /// <param name="name">The source's name, unique in the host.</param>
    /// <param name="database">The database.</param>
    /// <param name="mapping">Which tables hold which data sets.</param>
    /// <param name="evidence">How much the evidence says, where the database disposes of a batch in one statement; everywhere else it names each record.</param>
    public SqlSource(string name, SqlDatabase database, SqlMapping mapping, EvidenceDetail evidence = EvidenceDetail.PerRecord)
        : this(name, database, mapping, evidence, baseline: null)
    {
    }

    internal SqlSource(string name, SqlDatabase database, SqlMapping mapping, EvidenceDetail evidence, Func<RetentionSchedule, CoverageBaseline>? baseline)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(mapping);
        Name = name;
        _database = database;
        _mapping = new LiveMapping(name, database, mapping, baseline);
        _evidence = new EvidenceTable(database.Dialect);
        _facts = new FactTables(database.Dialect);
        _batches = BatchRunner.Of(name, database, evidence);
        _detail = evidence;
    }

    /// <summary>What in the live catalogue must not be beside the mapping, as whoever made the mapping knows.</summary>
    internal Func<IReadOnlyList<TableDescription>, IEnumerable<MappingProblem>> Hazards { init => _mapping.Hazards = value; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> DataSets => [.. _mapping.DataSets.Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Claims { get; private set; } = [];

    /// <inheritdoc/>
    public SourceCapabilities Capabilities => SourceCapabilities.Find | SourceCapabilities.Export | SourceCapabilities.Rectify
        | SourceCapabilities.Dispose | SourceCapabilities.DisposesByPerson | SourceCapabilities.Verify | SourceCapabilities.GuardInTransaction
        | (_database.Dialect.LocksRows ? SourceCapabilities.SharedRuns : _database.LetsOthersWrite ? SourceCapabilities.LooksAhead : SourceCapabilities.None);

    /// <inheritdoc/>
    public async ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        RefuseNameless(schedule);
        await GuardedAsync(async connection =>
        {
            var resolved = await _mapping.ResolveAsync(connection, schedule, cancellationToken).ConfigureAwait(false);
            Claims = await _database.IdentityOfAsync(connection, cancellationToken).ConfigureAwait(false) is { } identity
                ? [.. resolved.DataSets.Values.SelectMany(dataSet => dataSet.Changed)
                    .Select(table => $"table '{table.FullName}' of {identity}").Distinct(StringComparer.Ordinal)]
                : [];
            var beside = new SideTables(Name, _database);
            var version = await beside.CheckAsync(connection, cancellationToken).ConfigureAwait(false);
            await _database.PrepareAsync(connection, cancellationToken).ConfigureAwait(false);
            await beside.MigrateAsync(connection, version, cancellationToken).ConfigureAwait(false);
            TableClaim[] claims = [.. resolved.DataSets.Values.Take(1).SelectMany(dataSet => dataSet.Claims)];
            var written = new TableClaims(Name, _database);
            await written.WriteAsync(connection, claims, cancellationToken).ConfigureAwait(false);
            var others = _database.IsReadOnly ? [] : await written.ReadOthersAsync(connection, null, cancellationToken).ConfigureAwait(false);
            string[] problems = [.. resolved.DataSets.Values.SelectMany(dataSet => AskedElsewhere.Of(dataSet, others)).Select(problem => problem.ToString())];
            if (problems.Length > 0)
            {
                throw new SourceMappingException(Name, problems);
            }

            await _database.GuardTablesAsync(connection, [.. resolved.DataSets.Values], cancellationToken).ConfigureAwait(false);
            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source has not been prepared: what convention finds is part of the mapping.</exception>
    public Digest MappingOf(string dataSet) => _mapping.Known(dataSet).Mapping;

    /// <inheritdoc/>
    /// <remarks>The table, the columns of the key, and the ways to the people: neither fields nor triggers.</remarks>
    /// <exception cref="InvalidOperationException">The source has not been prepared: what convention finds is part of it.</exception>
    public Digest NamingOf(string dataSet) => _mapping.Known(dataSet).Naming;

    /// <inheritdoc/>
    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken) =>
        SurveyAsync(evaluator, dataSet, examples, isUnsettled: false, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DataSetSurvey> SurveyUnsettledAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken) =>
        SurveyAsync(evaluator, dataSet, examples, isUnsettled: true, cancellationToken);

    private ValueTask<DataSetSurvey> SurveyAsync(
        RetentionEvaluator evaluator, string dataSet, int examples, bool isUnsettled, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        return GuardedAsync(async connection =>
        {
            var mapped = await _mapping.FindAsync(connection, evaluator.Schedule, dataSet, cancellationToken).ConfigureAwait(false);
            var transaction = await _database.BeginReadAsync(connection, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var beside = await _facts.BesideAsync(connection, transaction, mapped, cancellationToken).ConfigureAwait(false);
                var survey = await new Survey(_database.Dialect, mapped, evaluator, beside, examples)
                    .RunAsync(connection, transaction, isUnsettled, _batches.WentByPlace(dataSet), cancellationToken).ConfigureAwait(false);
                return isUnsettled ? survey.Unsettled() : survey with { Advice = IndexAdvice.Of(_database.Dialect, mapped, evaluator, survey.Records) };
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return GuardedAsync(async connection =>
        {
            var mapped = await _mapping.FindAsync(connection, batch.Evaluator.Schedule, batch.DataSet, cancellationToken).ConfigureAwait(false);
            if (mapped.Gaps.Count > 0)
            {
                throw new SourceMappingException(Name, [.. mapped.Gaps.Select(gap => gap.ToString())]);
            }

            var evidence = await _batches.DisposeAsync(connection, mapped, batch, cancellationToken).ConfigureAwait(false);
            return evidence.Rows.Count == 0 && await batch.MayChange.ConfigureAwait(false)
                ? evidence with { Bytes = await _database.TidyAsync(connection, cancellationToken).ConfigureAwait(false) }
                : evidence;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.NativeKeys.Count == 0)
        {
            // Evidence by batch names no record: what the deleting statement counted is what there is to know.
            return ValueTask.FromResult(0);
        }

        return GuardedAsync(
            async connection =>
            {
                var transaction = await _database.BeginReadAsync(connection, cancellationToken).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    return await new RecordChanger(Name, _database.Dialect, _mapping.Known(batch.DataSet))
                        .CountUndisposedAsync(connection, transaction, batch, cancellationToken).ConfigureAwait(false);
                }
            },
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
    public async IAsyncEnumerable<string> ReadPlansAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = ""; ;)
        {
            var from = after;
            var some = await GuardedAsync(
                connection => _evidence.ReadPlansAsync(connection, DataSets, from, PlansAtOnce, cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (var plan in some)
            {
                yield return plan;
            }

            if (some.Count < PlansAtOnce)
            {
                yield break;
            }

            after = some[^1];
        }
    }

    /// <inheritdoc/>
    public async ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(dataSet);
        await GuardedAsync(async connection =>
        {
            var transaction = await _database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await _database.TakeTurnAsync(transaction, Name, isAlone: true, cancellationToken).ConfigureAwait(false);
                await _evidence.EndAsync(connection, transaction, plan, dataSet, at, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a backup brings back is found again by its name alone.</summary>
    private void RefuseNameless(RetentionSchedule schedule)
    {
        string[] problems = _detail == EvidenceDetail.PerRecord ? [] : [.. DataSets
            .Where(path => DataPath.TryParse(path, out var parsed) && schedule.Policy.Systems.TryGetValue(parsed.System, out var system) && system.Backup is not null)
            .Select(path => $"{path}: its system has backups, and evidence per batch does not name the records that one may bring back; keep evidence per record.")];
        if (problems.Length > 0)
        {
            throw new SourceMappingException(Name, problems);
        }
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
                        await _database.CloseAsync(connection, CancellationToken.None).ConfigureAwait(false);
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
}
