using System.Data.Common;
using System.Numerics;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>Selects due records by the database's own reckoning, and judges each once more by the evaluator: where the two differ, nothing is done.</summary>
/// <param name="source">The source's name.</param>
/// <param name="dialect">How the database writes it.</param>
/// <param name="dataSet">The data set.</param>
/// <param name="evaluator">The rules and the instant.</param>
/// <param name="beside">What facts have been put beside the records.</param>
/// <param name="without">Only records of which none of these facts is known; <see langword="null"/> for all.</param>
/// <param name="subjects">Only records that concern a person with one of these ids; <see langword="null"/> for all.</param>
internal sealed class DueSelection(
    string source, SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator, FactsBeside beside, IReadOnlyList<FactScope>? without = null,
    IReadOnlyList<string>? subjects = null)
{
    private const string Place = "r.ctid";

    private readonly DueQuery _query = new(dialect, dataSet, evaluator, beside);
    private readonly PersonCondition _person = new(dialect, dataSet, new RecordQuery(dialect, dataSet));
    private readonly PartyJudge _judge = new(evaluator, evaluator.Schedule.DataSet(dataSet.Path), dataSet.Parties);
    private readonly MappedTrigger? _driver = dialect.LocksRows && !beside.Endings
        ? IndexedTrigger.Of(dialect, dataSet, evaluator.Cutoffs(evaluator.Schedule.DataSet(dataSet.Path))) : null;

    /// <summary>Whether the records can be taken in the order of their keys, each batch going on where the one before ended.</summary>
    public bool IsOrdered { get; } = dataSet.Key.All(column => column.Affinity is ColumnAffinity.Integer or ColumnAffinity.Text);

    /// <summary>Whether locked records come in the order in which they lie, and no index is to lead to them: where most that it holds have just been deleted, the
    /// database would still go to the place of each.</summary>
    public bool GoesByPlace { get; init; }

    /// <summary>Whether locked records can be taken in an order, each batch going on where the one before ended.</summary>
    public bool GoesOn => Driver is not null || IsOrdered;

    /// <summary>The column of <c>r</c> by which due records are found: their place, or what an index keeps in order; <see langword="null"/> where they are found in
    /// the order of their keys.</summary>
    private string? Driver => GoesByPlace ? Place : _driver is { } driver ? $"r.{dialect.Quote(driver.Path.Column)}" : null;

    private ColumnKind DriverKind => GoesByPlace ? new ColumnKind(ColumnAffinity.Any, "tid") : _driver!.Kind;

    /// <summary>Selects at most so many due records.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction that is to dispose of them.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="after">Only records whose key comes after this one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<DueRecords> SelectAsync(DbConnection connection, DbTransaction transaction, int limit, string? after, CancellationToken cancellationToken)
    {
        var values = new SqlValues(dialect);
        var rows = after is null ? Subjects : Condition.And(AfterKey(), Subjects ?? Condition.True);
        var text = _query.DueText(values, rows, IsOrdered, "limit");
        var command = AddAfter(AddSubjects(Command(connection, transaction, text, values, limit)), after);
        return await JudgeAsync(command, isLocked: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Selects at most so many due records and locks them.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction that is to dispose of them.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="after">Only records that come after this one in the order of the selection, or beside it.</param>
    /// <param name="waits">Whether to wait for records that somebody else has, or to leave them out.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<DueRecords> SelectLockedAsync(
        DbConnection connection, DbTransaction transaction, int limit, string? after, bool waits, CancellationToken cancellationToken)
    {
        var values = new SqlValues(dialect);
        var driver = Driver;
        var condition = after is not null ? driver is null ? AfterKey() : $"{driver} >= {dialect.Value(dialect.Parameter("after"), DriverKind)}"
            : GoesByPlace ? $"{driver} >= {dialect.Value("'(0,0)'", DriverKind)}"
            : null;

        // From a place on the table is read in order by itself.
        IReadOnlyList<string> order = GoesByPlace ? [] : driver is not null ? [driver] : IsOrdered ? [.. _query.Records.Key.Select(column => $"r.{column}")] : [];
        var rows = Condition.And(
            condition ?? Condition.True, Subjects ?? Condition.True, _query.Records.WithoutFacts(without ?? [], values, without is not null && beside.Linked));
        var command = AddSubjects(Command(connection, transaction, _query.LockedText(values, rows, order, GoesByPlace ? Place : null, "limit", waits), values, limit));
        if (driver is null)
        {
            AddAfter(command, after);
        }
        else if (after is not null)
        {
            command.Add(dialect, "after", after);
        }

        return await JudgeAsync(command, isLocked: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Selects those of some records that are due.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction that is to dispose of them.</param>
    /// <param name="keys">The records.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<DueRecords> SelectAmongAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var values = new SqlValues(dialect);
        var text = _query.DueText(values, Condition.And(_query.Records.HasKeyOf("keys"), Subjects ?? Condition.True), IsOrdered, "limit");
        var command = AddSubjects(Command(connection, transaction, text, values, keys.Count)).Add(dialect, "keys", KeyJson.Of(keys, dataSet.Key.Count > 1));
        return await JudgeAsync(command, isLocked: false, cancellationToken).ConfigureAwait(false);
    }

    private DbCommand Command(DbConnection connection, DbTransaction transaction, string text, SqlValues values, int limit) =>
        new SqlStatement(text, values).On(connection, transaction).Add(dialect, "limit", limit);

    /// <summary>A condition: the record is one of the person's alone who is to be disposed of; <see langword="null"/> for everybody's.</summary>
    private string? Subjects => subjects is null ? null : _person.Any();

    private DbCommand AddSubjects(DbCommand command) => subjects is null ? command : _person.AddTo(command, subjects);

    private DbCommand AddAfter(DbCommand command, string? after)
    {
        if (after is not null)
        {
            foreach (var (index, part) in KeyJson.PartsOf(after, dataSet.Key.Count).Index())
            {
                command.Add(dialect, $"after{index}", part);
            }
        }

        return command;
    }

    private async ValueTask<DueRecords> JudgeAsync(DbCommand command, bool isLocked, CancellationToken cancellationToken)
    {
        var due = new DueRecords(dataSet) { HasFacts = beside.Any };
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var records = new RecordReader(dataSet.Schedule, _query.Records, reader, dataSet.People.Count, dataSet.Units.Count);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (isLocked && !records.IsAsJudged)
                    {
                        due.Changed++;
                        continue;
                    }

                    records.Take();
                    var (key, address) = (records.Key, isLocked ? records.Address : null);
                    if (dataSet.Parties.IsDeclared)
                    {
                        JudgeParties(records, due, key, address);
                    }
                    else
                    {
                        Judge(records, due, key, address);
                    }

                    due.Last = isLocked && Driver is not null ? records.Order : key;
                }
            }
        }

        return due;
    }

    private string AfterKey()
    {
        var key = _query.Records.Key.Select(column => $"r.{column}").ToArray();
        return $"{Sql.Tuple(key)} > {Sql.Tuple([.. dataSet.Key.Select((column, i) => dialect.Value(dialect.Parameter($"after{i}"), column.Kind))])}";
    }

    private void Judge(RecordReader records, DueRecords due, string key, string? address)
    {
        var groups = dataSet.Schedule.FieldGroups.Count;
        var (isWhole, pending, first, only) = (true, BigInteger.Zero, default(FateDecision?), default(FateDecision));
        for (var group = 0; group < groups; group++)
        {
            var decision = evaluator.EvaluateGroup(records.Record, group);
            if (decision.Fate != records.FateOf(group))
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
            due.AddWhole(key, address, groups == 1 ? only : evaluator.Evaluate(records.Record));
        }
        else
        {
            due.AddGroups(key, address, pending, first ?? throw new SourceDisagreementException(source, dataSet.Path));
        }
    }

    private void JudgeParties(RecordReader records, DueRecords due, string key, string? address)
    {
        var verdict = _judge.Judge(records.PartyRecord);
        var (pending, first) = (BigInteger.Zero, default(FateDecision?));
        foreach (var (unit, decision) in verdict.Units.Index())
        {
            if (decision.Fate != records.FateOf(unit))
            {
                throw new SourceDisagreementException(source, dataSet.Path);
            }

            if (decision.Fate is Fate.Erase or Fate.Anonymise && records.IsPending(unit))
            {
                pending |= BigInteger.One << unit;
                first ??= decision;
            }
        }

        if (verdict.IsWhole != records.IsWhole)
        {
            throw new SourceDisagreementException(source, dataSet.Path);
        }

        if (verdict.IsWhole)
        {
            due.AddWhole(key, address, verdict.Record);
        }
        else
        {
            due.AddGroups(key, address, pending, first ?? throw new SourceDisagreementException(source, dataSet.Path));
        }
    }
}
