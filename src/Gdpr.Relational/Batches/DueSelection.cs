using System.Data.Common;
using System.Numerics;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>Selects due records by the database's own reckoning, and judges each once more by the evaluator: where the two differ, nothing is done.</summary>
internal sealed class DueSelection(string source, SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator, FactsBeside beside)
{
    private readonly DueQuery _query = new(dialect, dataSet, evaluator, beside);
    private readonly PartyJudge _judge = new(evaluator, evaluator.Schedule.DataSet(dataSet.Path), dataSet.Parties);

    /// <summary>Whether the records can be taken in the order of their keys, each batch going on where the one before ended.</summary>
    public bool IsOrdered { get; } = dataSet.Key.All(column => column.Affinity is ColumnAffinity.Integer or ColumnAffinity.Text);

    /// <summary>Selects at most so many due records.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction that is to dispose of them.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="after">Only records whose key comes after this one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<DueRecords> SelectAsync(DbConnection connection, DbTransaction transaction, int limit, string? after, CancellationToken cancellationToken)
    {
        var command = Command(connection, transaction, after is null ? null : AfterKey(), limit);
        await using (command.ConfigureAwait(false))
        {
            if (after is not null)
            {
                foreach (var (index, part) in KeyJson.PartsOf(after, dataSet.Key.Count).Index())
                {
                    command.Add(dialect, $"after{index}", part);
                }
            }

            return await JudgeAsync(command, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Selects those of some records that are due.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction that is to dispose of them.</param>
    /// <param name="keys">The records.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<DueRecords> SelectAmongAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var command = Command(connection, transaction, _query.Records.HasKeyOf("keys"), keys.Count).Add(dialect, "keys", KeyJson.Of(keys, dataSet.Key.Count > 1));
        await using (command.ConfigureAwait(false))
        {
            return await JudgeAsync(command, cancellationToken).ConfigureAwait(false);
        }
    }

    private DbCommand Command(DbConnection connection, DbTransaction transaction, string? condition, int limit)
    {
        var values = new SqlValues(dialect);
        return new SqlStatement(_query.DueText(values, condition, IsOrdered, "limit"), values).On(connection, transaction).Add(dialect, "limit", limit);
    }

    private async ValueTask<DueRecords> JudgeAsync(DbCommand command, CancellationToken cancellationToken)
    {
        var due = new DueRecords(dataSet);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var records = new RecordReader(dataSet.Schedule, _query.Records, reader, dataSet.People.Count, dataSet.Units.Count);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                records.Take();
                if (dataSet.Parties.IsDeclared)
                {
                    JudgeParties(records, due);
                }
                else
                {
                    Judge(records, due);
                }
            }
        }

        return due;
    }

    private string AfterKey()
    {
        var key = _query.Records.Key.Select(column => $"r.{column}").ToArray();
        return $"{Sql.Tuple(key)} > {Sql.Tuple([.. key.Select((_, i) => dialect.Parameter($"after{i}"))])}";
    }

    private void Judge(RecordReader records, DueRecords due)
    {
        var groups = dataSet.Schedule.FieldGroups.Count;
        var (isWhole, pending, first, only) = (true, BigInteger.Zero, default(FateDecision?), default(FateDecision));
        for (var group = 0; group < groups; group++)
        {
            var decision = evaluator.EvaluateGroup(records.Record, group);
            if (decision.Fate != records.FateOf(group, groups))
            {
                throw new SourceDisagreementException(source, dataSet.Path);
            }

            only = decision;
            isWhole &= decision.Fate == Fate.Erase;
            if (decision.Fate is Fate.Erase or Fate.Anonymise && dataSet.IsDisposedInParts && records.IsPending(group))
            {
                pending |= BigInteger.One << group;
                first ??= decision;
            }
        }

        if (isWhole)
        {
            due.AddWhole(records.Key, groups == 1 ? only : evaluator.Evaluate(records.Record));
        }
        else
        {
            due.AddGroups(records.Key, pending, first ?? throw new SourceDisagreementException(source, dataSet.Path));
        }
    }

    private void JudgeParties(RecordReader records, DueRecords due)
    {
        var verdict = _judge.Judge(records.PartyRecord);
        var (units, pending, first) = (verdict.Units.Count, BigInteger.Zero, default(FateDecision?));
        foreach (var (unit, decision) in verdict.Units.Index())
        {
            if (decision.Fate != records.FateOf(unit, units))
            {
                throw new SourceDisagreementException(source, dataSet.Path);
            }

            if (decision.Fate is Fate.Erase or Fate.Anonymise && records.IsPending(unit))
            {
                pending |= BigInteger.One << unit;
                first ??= decision;
            }
        }

        if (verdict.IsWhole != records.IsWhole(units))
        {
            throw new SourceDisagreementException(source, dataSet.Path);
        }

        if (verdict.IsWhole)
        {
            due.AddWhole(records.Key, verdict.Record);
        }
        else
        {
            due.AddGroups(records.Key, pending, first ?? throw new SourceDisagreementException(source, dataSet.Path));
        }
    }
}
