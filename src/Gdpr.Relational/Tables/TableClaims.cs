using System.Data.Common;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Queries;

namespace Gdpr.Relational.Tables;

/// <summary>Which tables have rows that are records of a source, or go with one, <c>gdpr_claim</c>: by it the sources of one database, also those of other processes,
/// know which tables are not theirs to change.</summary>
internal sealed class TableClaims(string source, SqlDatabase database)
{
    private readonly string _table = database.Dialect.Beside("gdpr_claim");

    /// <summary>Claims tables, and no others any more. Nothing is written where they are claimed already.</summary>
    /// <param name="connection">A connection of the database, in no transaction.</param>
    /// <param name="tables">The tables' full names.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask WriteAsync(DbConnection connection, IReadOnlyCollection<string> tables, CancellationToken cancellationToken)
    {
        var dialect = database.Dialect;
        if (database.IsReadOnly || (await ReadAsync(connection, null, "=", cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal).SetEquals(tables))
        {
            return;
        }

        var transaction = await database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await RunAsync($"DELETE FROM {_table} WHERE source = {dialect.Parameter("source")}", _ => { }).ConfigureAwait(false);
            await RunAsync(
                $"INSERT INTO {_table} (source, table_name) SELECT {dialect.Parameter("source")}, k0 "
                + $"FROM ({dialect.KeySet(dialect.Parameter("keys"), [ColumnAffinity.Text])}) AS claimed WHERE true ON CONFLICT DO NOTHING",
                command => command.Add(dialect, "keys", KeyJson.Of(tables, isComposite: false))).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        async ValueTask RunAsync(string text, Action<DbCommand> bind)
        {
            var command = connection.Command(transaction, text).Add(dialect, "source", source);
            await using (command.ConfigureAwait(false))
            {
                bind(command);
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The full names of the tables that other sources claim.</summary>
    public ValueTask<IReadOnlyList<string>> ReadOthersAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken) =>
        ReadAsync(connection, transaction, "<>", cancellationToken);

    private async ValueTask<IReadOnlyList<string>> ReadAsync(DbConnection connection, DbTransaction? transaction, string compares, CancellationToken cancellationToken)
    {
        var dialect = database.Dialect;
        var command = connection.Command(transaction, $"SELECT DISTINCT table_name FROM {_table} WHERE source {compares} {dialect.Parameter("source")}")
            .Add(dialect, "source", source);
        await using var closing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        var tables = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }
}
