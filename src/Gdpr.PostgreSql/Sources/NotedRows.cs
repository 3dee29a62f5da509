using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;

namespace Gdpr.PostgreSql.Sources;

/// <summary>Rows of a table that a batch is about to change: which they are, and what they say in columns by which records are judged. A trigger that acts before
/// a change is not counted, and a count does not tell rows apart.</summary>
/// <remarks>Of a table without a key it knows no more than what the rows say.</remarks>
/// <param name="dialect">How the database writes it.</param>
/// <param name="transaction">The batch's transaction.</param>
/// <param name="table">The table.</param>
/// <param name="key">The columns that tell its rows apart; none where nothing does.</param>
/// <param name="columns">The columns by which records are judged, and which the batch does not change.</param>
internal sealed class NotedRows(SqlDialect dialect, DbTransaction transaction, TableDescription table, IReadOnlyList<string> key, IReadOnlyList<string> columns)
{
    private readonly List<(RowId Row, string Says)> _rows = [];
    private readonly Dictionary<RowId, string> _byRow = [];

    /// <summary>The columns that must stay as they are.</summary>
    public IReadOnlyList<string> Columns => columns;

    /// <summary>Whether its rows can be told apart.</summary>
    public bool TellsRows => key.Count > 0;

    /// <summary>A condition: this transaction has written a row. Rows that it sees are written by transactions that have ended, or by itself; in an exception block of a
    /// trigger, under a number of its own that came later.</summary>
    public static string IsWrittenHere(string alias)
    {
        const string Current = "CAST(CAST(pg_current_xact_id() AS text) AS bigint)";
        var writer = $"CAST(CAST({alias}.xmin AS text) AS bigint)";
        var later = $"(({writer} - {Current} % 4294967296 + 4294967296) % 4294967296)";
        return $"({writer} > 2 AND {later} < 2147483648 AND CASE "
            + $"WHEN {Current} + {later} < CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) "
            + $"THEN pg_xact_status(CAST(CAST({Current} + {later} AS text) AS xid8)) = 'in progress' ELSE true END)";
    }

    /// <summary>Notes rows. What has been written here is noted already, or is none of the batch's: a trigger may have made it refer to a record.</summary>
    /// <param name="condition">The condition on the rows, which are named <c>r</c>.</param>
    /// <param name="bind">Binds what the condition refers to.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask NoteAsync(string condition, Action<DbCommand> bind, CancellationToken cancellationToken)
    {
        await foreach (var (row, says) in ReadAsync($"({condition}) AND NOT {IsWrittenHere("r")}", bind, cancellationToken).ConfigureAwait(false))
        {
            if (!TellsRows || _byRow.TryAdd(row, says))
            {
                _rows.Add((row, says));
            }
        }
    }

    /// <summary>Whether any of those that are still there says something else.</summary>
    public async ValueTask<bool> AnyChangedAsync(CancellationToken cancellationToken)
    {
        if (columns.Count == 0 || _rows.Count == 0)
        {
            return false;
        }

        var left = _rows.Select(row => row.Says).CountBy(says => says, StringComparer.Ordinal).ToDictionary(says => says.Key, says => says.Value, StringComparer.Ordinal);
        await foreach (var (row, says) in ReadAsync(TellsRows ? IsNoted : IsWrittenHere("r"), BindRows, cancellationToken).ConfigureAwait(false))
        {
            if (TellsRows ? _byRow.GetValueOrDefault(row) != says : (left[says] = left.GetValueOrDefault(says) - 1) < 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether this transaction has written a row that is none of them.</summary>
    public async ValueTask<bool> AnyOtherWrittenAsync(CancellationToken cancellationToken)
    {
        var command = transaction.Connection!.Command(
            transaction, $"SELECT EXISTS (SELECT FROM {dialect.Table(table.Name)} r WHERE {IsWrittenHere("r")} AND NOT coalesce({IsNoted}, false))");
        await using var closing = command.ConfigureAwait(false);
        BindRows(command);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    /// <summary>A condition that an index on the key serves: a row is one of them, column by column.</summary>
    private string IsNoted
    {
        get
        {
            var given = key.Select((column, i) => dialect.Value($"u.k{i}", table.Find(column)!.Kind));
            return $"({string.Join(", ", key.Select(column => $"r.{dialect.Quote(column)}"))}) IN (SELECT {string.Join(", ", given)} "
                + $"FROM unnest({string.Join(", ", key.Select((_, i) => dialect.Parameter($"ids{i}")))}) AS u({string.Join(", ", key.Select((_, i) => $"k{i}"))}))";
        }
    }

    private void BindRows(DbCommand command)
    {
        for (var i = 0; i < key.Count; i++)
        {
            command.Add(dialect, $"ids{i}", _rows.Select(row => row.Row.Key[i]).ToArray());
        }
    }

    private async IAsyncEnumerable<(RowId Row, string Says)> ReadAsync(
        string condition, Action<DbCommand> bind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var id = string.Join(", ", key.Select(column => $"CAST(r.{dialect.Quote(column)} AS text)"));
        var says = columns.Count == 0 ? "''" : $"CAST(ROW({string.Join(", ", columns.Select(column => $"r.{dialect.Quote(column)}"))}) AS text)";
        var command = transaction.Connection!.Command(
            transaction, $"SELECT CAST(ARRAY[{id}] AS text[]), {says} FROM {dialect.Table(table.Name)} r WHERE {condition}");
        await using var closing = command.ConfigureAwait(false);
        bind(command);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return (new RowId(reader.GetFieldValue<string[]>(0)), reader.GetString(1));
        }
    }

    /// <summary>What tells a row of a table: the texts of its key.</summary>
    private readonly record struct RowId(IReadOnlyList<string> Key)
    {
        public bool Equals(RowId other) => Key.SequenceEqual(other.Key, StringComparer.Ordinal);

        public override int GetHashCode() => Key.Aggregate(0, HashCode.Combine);
    }
}
