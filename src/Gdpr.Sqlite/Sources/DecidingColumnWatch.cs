using System.Data.Common;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Sources;

/// <summary>Whether a batch changes what rows of other tables say of when records are due, or whose they are. A trigger of the database may keep a count there.</summary>
/// <remarks>Triggers of this connection alone, for as long as the batch takes: they go with its transaction where that is undone.</remarks>
internal sealed class DecidingColumnWatch(SqlDialect dialect, DbTransaction transaction, IReadOnlyDictionary<string, DecidingTable> tables)
{
    private const string Touched = "gdpr_touched";

    private string[] _triggers = [];

    /// <summary>Begins to watch.</summary>
    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        var watched = new List<(string Table, string[] Columns)>();
        foreach (var (table, deciding) in tables.Where(table => table.Value.Columns.Count > 0))
        {
            // What another source has claimed may be called otherwise by now: then any may be what it asks.
            var columns = await ColumnsOfAsync(table, cancellationToken).ConfigureAwait(false);
            var asked = deciding.Columns.All(column => columns.Contains(column, StringComparer.OrdinalIgnoreCase)) ? [.. deciding.Columns] : columns;
            watched.AddRange(asked.Length > 0 ? [(table, asked)] : []);
        }

        if (watched.Count == 0)
        {
            return;
        }

        await RunAsync($"CREATE TEMP TABLE IF NOT EXISTS {Touched} (name TEXT)", cancellationToken).ConfigureAwait(false);
        foreach (var (index, (table, decide)) in watched.Index())
        {
            var changes = string.Join(" OR ", decide.Select(column => $"old.{dialect.Quote(column)} IS NOT new.{dialect.Quote(column)}"));
            await RunAsync(
                $"CREATE TEMP TRIGGER {Touched}_{index} AFTER UPDATE ON main.{dialect.Quote(table)} WHEN {changes} "
                + $"BEGIN INSERT INTO {Touched} VALUES ('{table.Replace("'", "''", StringComparison.Ordinal)}'); END", cancellationToken).ConfigureAwait(false);
        }

        _triggers = [.. watched.Index().Select(table => $"{Touched}_{table.Index}")];
    }

    /// <summary>Ends watching.</summary>
    /// <returns>A table in which something was changed that decides, or <see langword="null"/>.</returns>
    public async ValueTask<string?> EndAsync(CancellationToken cancellationToken)
    {
        if (_triggers.Length == 0)
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

        _triggers = [];
        return touched;
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
