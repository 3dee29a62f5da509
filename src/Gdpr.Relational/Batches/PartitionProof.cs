using System.Data.Common;
using Gdpr.Journals;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>What one scan says of a partition: whether every row is due, and, by rule and reason, how many are and what they are named.</summary>
/// <remarks>Where one comparison decides, it says all. Otherwise the scan puts rows together whose triggers hold the same, and the evaluator judges each kind of them
/// once more: it says which rule ended last.</remarks>
internal sealed class PartitionProof
{
    private readonly SqlDialect _dialect;
    private readonly RetentionEvaluator _evaluator;
    private readonly DataSetSchedule _schedule;
    private readonly RecordQuery _records;
    private readonly OneRule? _rule;
    private readonly Func<SqlValues, string> _isWhole;
    private readonly int[] _triggers;

    public PartitionProof(SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator, OneRule? rule)
    {
        var query = new DueQuery(dialect, dataSet, evaluator, new FactsBeside(Any: false, Endings: false));
        (_dialect, _evaluator, _rule, _records) = (dialect, evaluator, rule, query.Records);
        _schedule = evaluator.Schedule.DataSet(dataSet.Path);
        _isWhole = values => rule?.Past ?? query.IsWhole(values);
        _triggers = rule is not null ? [] : [.. evaluator.Cutoffs(_schedule).Groups.SelectMany(group => group.Rules)
            .SelectMany(rule => rule.Limb.Events()).Select(happening => happening.TriggerIndex).Distinct().Order()];
    }

    /// <summary>A condition on the row <c>r</c>: it is a record, is to be deleted whole, and nothing else is known of it.</summary>
    public string IsDue(IReadOnlyList<FactScope> scopes, SqlValues values) =>
        Condition.And(_isWhole(values), _records.HasKey("r"), _records.WithoutFacts(scopes, values));

    /// <summary>Scans a partition that nobody else writes to.</summary>
    /// <returns>The evidence; <see langword="null"/> where a row is not due, there is none, or there are too many.</returns>
    public async ValueTask<IReadOnlyList<EvidenceLine>?> ScanAsync(
        DbConnection connection, DbTransaction transaction, string partition, IReadOnlyList<FactScope> scopes, HashedNames names, CancellationToken cancellationToken)
    {
        var values = new SqlValues(_dialect);
        string[] all = [.. _records.TriggersOf()];
        var text = $"SELECT CAST(count(*) AS bigint), count(*) FILTER (WHERE {IsDue(scopes, values)}), {names.Of(_records.KeyText("r"))}"
            + string.Concat(_triggers.Select(trigger => $", {all[trigger]}"))
            + $" FROM {partition} r"
            + (_triggers.Length > 0 ? $" GROUP BY {string.Join(", ", _triggers.Select((_, i) => Sql.Number(4 + i)))}" : "");
        var command = connection.Command(transaction, text);
        values.AddTo(command);
        names.AddTo(command);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await ReadAsync(reader, names, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<IReadOnlyList<EvidenceLine>?> ReadAsync(DbDataReader reader, HashedNames names, CancellationToken cancellationToken)
    {
        var (kinds, total) = (new Dictionary<(string Rule, string Reason), (long Records, MemoryStream Names)>(), 0L);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var records = reader.GetInt64(0);
            var decision = Decide(reader);
            total += records;
            if (records == 0 || reader.GetInt64(1) != records || decision.Fate != Fate.Erase || total > (names.IsNamed ? DuePartitions.MostNamed : int.MaxValue))
            {
                return null;
            }

            var kind = (decision.Rule?.Id ?? "", decision.Reason.Code());
            var (before, written) = kinds.TryGetValue(kind, out var known) ? known : (0, new MemoryStream());
            written.Write(reader.GetFieldValue<byte[]>(2));
            kinds[kind] = (before + records, written);
        }

        return kinds.Count == 0 ? null
            : [.. kinds.Select(kind => new EvidenceLine(
                names.KeyId, kind.Value.Names.ToArray(), (int)kind.Value.Records, DisposalKind.Erased, [], kind.Key.Rule, kind.Key.Reason))];
    }

    private FateDecision Decide(DbDataReader reader)
    {
        if (_rule is not null)
        {
            return _rule.Decision;
        }

        var triggers = new TriggerValue[_schedule.Triggers.Count];
        foreach (var (i, trigger) in _triggers.Index())
        {
            triggers[trigger] = TriggerCode.ToValue(reader.IsDBNull(3 + i) ? null : reader.GetInt64(3 + i));
        }

        return _evaluator.Evaluate(new RetentionRecord(_schedule, triggers));
    }
}
