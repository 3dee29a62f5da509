using System.Data.Common;
using System.Globalization;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>The statements that change data: children first, then the records; each must change exactly the records selected.</summary>
/// <param name="source">The source's name.</param>
/// <param name="dialect">How the database writes it.</param>
/// <param name="dataSet">The data set.</param>
/// <param name="watch">Is told what the statements change.</param>
internal sealed class RecordChanger(string source, SqlDialect dialect, MappedDataSet dataSet, ChangeWatch? watch = null)
{
    private readonly RecordQuery _query = new(dialect, dataSet);

    /// <summary>Whether rows can be told apart by where they are: unless the database itself, or what refers to them, may move them in between.</summary>
    public bool GoesByAddress { get; } = dialect.Address("r", dataSet.Table) is not null && !dataSet.HasTriggers && !RefersTo(dataSet.Children, dataSet.Table.Name);

    /// <summary>Deletes records, after what refers to them.</summary>
    public async ValueTask DeleteAsync(DbConnection connection, DbTransaction transaction, RowSet rows, CancellationToken cancellationToken)
    {
        var (condition, bind) = Among(rows);
        foreach (var child in dataSet.Children)
        {
            await EndAsync(child, _query.Table, condition).ConfigureAwait(false);
        }

        var whole = connection.Command(transaction, $"DELETE FROM {_query.Table} WHERE {condition}");
        var deleted = await RunAsync(whole, dataSet.Table.Name, isDeletion: true, bind, cancellationToken).ConfigureAwait(false);
        Expect(deleted, rows.Keys.Count, "deleted");

        async ValueTask EndAsync(ChildMapping child, string parent, string parentCondition)
        {
            var table = dialect.Table(child.Table);
            var own = child.On.Keys.Select(dialect.Quote).ToArray();
            var referred = string.Join(", ", child.On.Values.Select(dialect.Quote));
            var refers = $"{Sql.Tuple(own)} IN (SELECT {referred} FROM {parent} WHERE {parentCondition})";
            if (child.Action == ChildAction.Sever)
            {
                var set = string.Join(", ", child.Cut.Select(column => $"{dialect.Quote(column)} = NULL"));
                await ExpectAsync(child, refers).ConfigureAwait(false);
                var sever = connection.Command(transaction, $"{dialect.Update} {table} SET {set} WHERE {refers}");
                await RunAsync(sever, child.Table, isDeletion: false, bind, cancellationToken).ConfigureAwait(false);
                await ExpectNoneAsync(child, table, refers).ConfigureAwait(false);
                return;
            }

            foreach (var grandchild in child.Children)
            {
                await EndAsync(grandchild, table, refers).ConfigureAwait(false);
            }

            await ExpectAsync(child, refers).ConfigureAwait(false);
            var delete = connection.Command(transaction, $"DELETE FROM {table} WHERE {refers}");
            await RunAsync(delete, child.Table, isDeletion: true, bind, cancellationToken).ConfigureAwait(false);
            await ExpectNoneAsync(child, table, refers).ConfigureAwait(false);
        }

        ValueTask ExpectAsync(ChildMapping child, string refers) => watch?.ExpectAsync(child.Table, refers, bind, cancellationToken) ?? ValueTask.CompletedTask;

        async ValueTask ExpectNoneAsync(ChildMapping child, string table, string refers)
        {
            var command = connection.Command(transaction, $"SELECT count(*) FROM {table} WHERE {refers}");
            await using (command.ConfigureAwait(false))
            {
                bind(command);
                var left = Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
                if (left > 0)
                {
                    throw new SourceUnavailableException(
                        source,
                        $"{left} rows of table '{child.Table}' still refer to records of '{dataSet.Path}' that are to be deleted. "
                        + $"A trigger or a filter on table '{child.Table}' keeps them or puts them back: mend it.");
                }
            }
        }
    }

    /// <summary>Empties or changes some fields of records.</summary>
    public async ValueTask ChangeAsync(DbConnection connection, DbTransaction transaction, DueKeys kind, CancellationToken cancellationToken)
    {
        var values = new SqlValues(dialect);
        var set = string.Join(", ", dataSet.ChangesOf(kind.Fields).Select(change =>
        {
            var column = dialect.Quote(change.Column.Name);
            return $"{column} = {_query.Changed(column, change, values)}";
        }));
        var (condition, bind) = Among(kind.Rows);
        var command = connection.Command(transaction, $"{dialect.Update} {_query.Table} SET {set} WHERE {condition}");
        values.AddTo(command);
        var changed = await RunAsync(command, dataSet.Table.Name, isDeletion: false, bind, cancellationToken).ConfigureAwait(false);
        Expect(changed, kind.Keys.Count, "changed");
    }

    /// <summary>How many records of a batch are still as they were.</summary>
    public async ValueTask<int> CountUndisposedAsync(
        DbConnection connection, DbTransaction? transaction, BatchEvidence batch, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var (first, end) in AlikeIn(batch.Rows))
        {
            var values = new SqlValues(dialect);
            var row = batch.Rows[first];
            var pending = row.Action == DisposalKind.Erased ? "" : $" AND ({_query.IsPending(row.Fields, "r", values)})";
            var command = connection.Command(transaction, $"SELECT count(*) FROM {_query.Table} r WHERE {_query.IsSoughtBy("keys")}{pending}")
                .Add(dialect, "keys", KeyJson.Of(batch.NativeKeys.Take(first..end), dataSet.Key.Count > 1));
            values.AddTo(command);
            await using (command.ConfigureAwait(false))
            {
                count += Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
            }
        }

        return checked((int)count);
    }

    /// <summary>Which of some records are not there.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="keys">The records.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<IReadOnlyList<string>> MissingAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var parts = dataSet.Key.Count;
        var missing = new HashSet<string>(keys, StringComparer.Ordinal);
        var askable = keys.Where(key => dialect.CanHold(key) && (parts == 1 || KeyJson.IsComposite(key, parts)));
        var command = connection.Command(transaction, $"SELECT {_query.KeyText("r")} FROM {_query.Table} r WHERE {_query.HasKeyOf("keys", areKnown: false)}")
            .Add(dialect, "keys", KeyJson.Of(askable, parts > 1));
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    missing.Remove(reader.GetString(0));
                }
            }
        }

        return [.. keys.Where(missing.Contains)];
    }

    /// <summary>Whether something forbids to destroy a record that deleting some records changes: since they were found, others may have come to refer to
    /// them. Where they do by a foreign key, none does any more once they are locked.</summary>
    public async ValueTask<bool> AnyLinkedAsync(DbConnection connection, DbTransaction transaction, RowSet rows, CancellationToken cancellationToken)
    {
        var values = new SqlValues(dialect);
        var (condition, bind) = Among(rows);
        var command = connection.Command(transaction, $"SELECT count(*) FROM {_query.From} WHERE {Condition.And(condition, _query.IsLinkedToBlocked(values))}");
        values.AddTo(command);
        bind(command);
        await using (command.ConfigureAwait(false))
        {
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture) > 0;
        }
    }

    /// <summary>Reads the records again before anything is committed: the database itself may have put some back, or taken away some of which only fields were to
    /// go.</summary>
    public async ValueTask ExpectDisposedAsync(DbConnection connection, DbTransaction transaction, BatchEvidence batch, CancellationToken cancellationToken)
    {
        var left = await CountUndisposedAsync(connection, transaction, batch, cancellationToken).ConfigureAwait(false);
        if (left > 0)
        {
            throw new SourceUnavailableException(
                source,
                $"{left} of {batch.Rows.Count} records of '{dataSet.Path}' are still as they were. A trigger on table '{dataSet.Table.Name}' puts them back: mend it.");
        }

        string[] kept = [.. batch.NativeKeys.Where((_, i) => batch.Rows[i].Action != DisposalKind.Erased)];
        var missing = kept.Length > 0 ? await MissingAsync(connection, transaction, kept, cancellationToken).ConfigureAwait(false) : [];
        if (missing.Count > 0)
        {
            throw new SourceUnavailableException(
                source,
                $"{missing.Count} records of '{dataSet.Path}' of which only fields were to go are gone. "
                + $"A trigger on table '{dataSet.Table.Name}' takes them away: mend it.");
        }
    }

    /// <summary>Asks whether nothing else has changed, in tables whose rows are records, than what the statements say.</summary>
    public async ValueTask ExpectNothingElseAsync(CancellationToken cancellationToken)
    {
        var other = watch is null ? null : await watch.FindOtherAsync(cancellationToken).ConfigureAwait(false);
        if (watch?.Blindness is { } why)
        {
            throw new SourceUnavailableException(
                source, $"triggers or rules act on what disposing of records of '{dataSet.Path}' changes, and what else they change cannot be seen: {why}.");
        }

        if (other is not null)
        {
            throw new SourceUnavailableException(source, $"disposing of records of '{dataSet.Path}' {other.Wrong}. {other.Mend}");
        }
    }

    /// <summary>Where rows of which the same became follow each other.</summary>
    private static IEnumerable<(int First, int End)> AlikeIn(IReadOnlyList<EvidenceRow> rows)
    {
        for (int first = 0, end; first < rows.Count; first = end)
        {
            for (end = first + 1; end < rows.Count && rows[end].Action == rows[first].Action && ReferenceEquals(rows[end].Fields, rows[first].Fields); end++)
            {
            }

            yield return (first, end);
        }
    }

    private (string Condition, Action<DbCommand> Bind) Among(RowSet rows)
    {
        if (rows.Addresses is { } addresses && GoesByAddress)
        {
            string[] all = [.. addresses];
            return (dialect.IsAt(dialect.Parameter("rows"), dataSet.Table), command => command.Add(dialect, "rows", all));
        }

        var keys = KeyJson.Of(rows.Keys, dataSet.Key.Count > 1);
        return (_query.HasKeyOf("keys"), command => command.Add(dialect, "keys", keys));
    }

    private static bool RefersTo(IReadOnlyList<ChildMapping> children, string table) =>
        children.Any(child => string.Equals(child.Table, table, StringComparison.Ordinal) || RefersTo(child.Children, table));

    private async ValueTask<int> RunAsync(DbCommand command, string table, bool isDeletion, Action<DbCommand> bind, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            bind(command);
            var rows = await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            watch?.Note(table, rows, isDeletion);
            return rows;
        }
    }

    /// <summary>A trigger, a rule or a filter of the database may keep a statement from doing what it says: then nothing of the batch is done.</summary>
    private void Expect(int affected, int expected, string what)
    {
        if (affected != expected)
        {
            throw new SourceUnavailableException(
                source,
                $"of {expected} records of '{dataSet.Path}' the database {what} {affected}. A trigger or a filter on table '{dataSet.Table.Name}' stands in the way: mend it.");
        }
    }
}
