using System.Data.Common;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Sources;

/// <summary>Whether a batch changes what rows say of when records are due, or whose they are: rows of other tables, in which a trigger of the database may keep a count,
/// or rows that the batch changes itself, in which it may change more.</summary>
/// <remarks>Triggers of this connection alone, for as long as the batch takes: they go with its transaction where that is undone.</remarks>
/// <param name="dialect">How the database writes it.</param>
/// <param name="transaction">The batch's transaction.</param>
/// <param name="dataSet">The data set.</param>
/// <param name="idOf">An expression that tells a row of a table from others.</param>
internal sealed class DecidingColumnWatch(SqlDialect dialect, DbTransaction transaction, MappedDataSet dataSet, Func<TableDescription, string, string> idOf)
{
    private const string Touched = "gdpr_touched";

    private readonly List<string> _triggers = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _ofChanged = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Begins to watch.</summary>
    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        var watched = new List<(string Table, IReadOnlyList<string> Columns, TableDescription? Changed)>();
        foreach (var (table, deciding) in dataSet.OnlyDeciding.Where(table => table.Value.Columns.Count > 0))
        {
            var asked = await KnownAsync(table, deciding.Columns, cancellationToken).ConfigureAwait(false);
            watched.AddRange(asked.Count > 0 ? [(table, asked, null)] : []);
        }

        foreach (var (table, columns) in dataSet.AskedOfChanged)
        {
            _ofChanged[table.Name] = columns;
            watched.Add((table.Name, columns, table));
        }

        if (watched.Count == 0)
        {
            return;
        }

        await RunAsync($"CREATE TEMP TABLE IF NOT EXISTS {Touched} (name TEXT, id TEXT)", cancellationToken).ConfigureAwait(false);
        await RunAsync($"CREATE INDEX IF NOT EXISTS temp.{Touched}_row ON {Touched} (name, id)", cancellationToken).ConfigureAwait(false);
        foreach (var (index, (table, decide, changed)) in watched.Index())
        {
            var name = $"'{table.Replace("'", "''", StringComparison.Ordinal)}'";
            var changes = string.Join(" OR ", decide.Select(column => $"old.{dialect.Quote(column)} IS NOT new.{dialect.Quote(column)}"));
            await CreateAsync(
                $"{Touched}_{index}",
                $"AFTER UPDATE ON main.{dialect.Quote(table)} WHEN {changes} "
                + $"BEGIN INSERT INTO {Touched} VALUES ({name}, {(changed is null ? "NULL" : idOf(changed, "new"))}); END",
                cancellationToken).ConfigureAwait(false);
            if (changed is not null)
            {
                // What a row says that goes with the batch decides nothing any more.
                await CreateAsync(
                    $"{Touched}_{index}_gone",
                    $"AFTER DELETE ON main.{dialect.Quote(table)} BEGIN DELETE FROM {Touched} WHERE name = {name} AND id = CAST({idOf(changed, "old")} AS TEXT); END",
                    cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends watching.</summary>
    /// <returns>What was changed that decides, or <see langword="null"/>.</returns>
    public async ValueTask<OtherChange?> EndAsync(CancellationToken cancellationToken)
    {
        if (_triggers.Count == 0)
        {
            return null;
        }

        var command = transaction.Connection!.Command(transaction, $"SELECT min(name) FROM {Touched}");
        await using var closing = command.ConfigureAwait(false);
        var touched = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
        foreach (var trigger in _triggers)
        {
            await RunAsync($"DROP TRIGGER temp.{trigger}", cancellationToken).ConfigureAwait(false);
        }

        _triggers.Clear();
        return touched is null ? null : _ofChanged.TryGetValue(touched, out var columns) ? OtherChange.Deciding(touched, columns) : OtherChange.Rows($"table '{touched}'");
    }

    private async ValueTask CreateAsync(string trigger, string does, CancellationToken cancellationToken)
    {
        await RunAsync($"CREATE TEMP TRIGGER {trigger} {does}", cancellationToken).ConfigureAwait(false);
        _triggers.Add(trigger);
    }

    /// <summary>The columns by which a table is asked. What another source has claimed may be called otherwise by now: then any may be one.</summary>
    private async ValueTask<IReadOnlyList<string>> KnownAsync(string table, IReadOnlyList<string> asked, CancellationToken cancellationToken)
    {
        var columns = await ColumnsOfAsync(table, cancellationToken).ConfigureAwait(false);
        return asked.All(column => columns.Contains(column, StringComparer.OrdinalIgnoreCase)) ? asked : columns;
    }

    /// <summary>A table's columns; none where it is not there.</summary>
    private async ValueTask<string[]> ColumnsOfAsync(string table, CancellationToken cancellationToken)
    {
        var columns = new List<string>();
        var command = transaction.Connection!.Command(transaction, $"SELECT name FROM pragma_table_xinfo({dialect.Parameter("table")}, 'main') WHERE hidden <> 1")
            .Add(dialect, "table", table);
        await using var closing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            columns.Add(reader.GetString(0));
        }

        return [.. columns];
    }

    private async ValueTask RunAsync(string text, CancellationToken cancellationToken)
    {
        var command = transaction.Connection!.Command(transaction, text);
        await using var closing = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
