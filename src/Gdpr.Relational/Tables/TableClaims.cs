using System.Data.Common;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;

namespace Gdpr.Relational.Tables;

/// <summary>What a source has to do with a table.</summary>
/// <param name="Table">The table's full name.</param>
/// <param name="Asked">What its rows are asked for; <see langword="null"/> where some are records of the source, or go with one.</param>
internal sealed record TableClaim(string Table, DecidingTable? Asked)
{
    /// <summary>The source, where it is another's claim.</summary>
    public string Source { get; init; } = "";
}

/// <summary>Which tables have rows that are records of a source, or go with one, <c>gdpr_claim</c>, and which only decide about its records, <c>gdpr_asked</c>: by
/// them the sources of one database, also those of other processes, know which tables are not theirs to change.</summary>
internal sealed class TableClaims(string source, SqlDatabase database)
{
    private readonly string _claimed = database.Dialect.Beside("gdpr_claim");
    private readonly string _asked = database.Dialect.Beside("gdpr_asked");

    /// <summary>Claims tables, and no others any more. Nothing is written where they are claimed already.</summary>
    /// <param name="connection">A connection of the database, in no transaction.</param>
    /// <param name="claims">The claims.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask WriteAsync(DbConnection connection, IReadOnlyCollection<TableClaim> claims, CancellationToken cancellationToken)
    {
        var dialect = database.Dialect;
        if (database.IsReadOnly || (await ReadAsync(connection, null, "=", cancellationToken).ConfigureAwait(false)).Select(Said).ToHashSet().SetEquals(claims.Select(Said)))
        {
            return;
        }

        var transaction = await database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await RunAsync(Command($"DELETE FROM {_claimed} WHERE source = {P("source")}")).ConfigureAwait(false);
            await RunAsync(Command($"DELETE FROM {_asked} WHERE source = {P("source")}")).ConfigureAwait(false);
            foreach (var claim in claims)
            {
                await RunAsync((claim.Asked is { } asked
                    ? Command($"INSERT INTO {_asked} (source, table_name, asked) VALUES ({P("source")}, {P("name")}, {P("asked")}) ON CONFLICT DO NOTHING")
                        .Add(dialect, "asked", asked.ToJson())
                    : Command($"INSERT INTO {_claimed} (source, table_name) VALUES ({P("source")}, {P("name")}) ON CONFLICT DO NOTHING"))
                    .Add(dialect, "name", claim.Table)).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        DbCommand Command(string text) => connection.Command(transaction, text).Add(dialect, "source", source);

        static (string Table, string? Asked) Said(TableClaim claim) => (claim.Table, claim.Asked?.ToJson());

        async ValueTask RunAsync(DbCommand command)
        {
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What other sources claim.</summary>
    public ValueTask<IReadOnlyList<TableClaim>> ReadOthersAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken) =>
        ReadAsync(connection, transaction, "<>", cancellationToken);

    private async ValueTask<IReadOnlyList<TableClaim>> ReadAsync(
        DbConnection connection, DbTransaction? transaction, string compares, CancellationToken cancellationToken)
    {
        var command = connection.Command(
                transaction,
                $"SELECT table_name, NULL, source FROM {_claimed} WHERE source {compares} {P("source")} "
                + $"UNION SELECT table_name, asked, source FROM {_asked} WHERE source {compares} {P("source")}")
            .Add(database.Dialect, "source", source);
        await using var closing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        var claims = new List<TableClaim>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // What nobody can read is taken for a claim on the rows themselves.
            var isAsked = !await reader.IsDBNullAsync(1, cancellationToken).ConfigureAwait(false);
            claims.Add(new TableClaim(reader.GetString(0), isAsked ? DecidingTable.FromJson(reader.GetString(1)) : null) { Source = reader.GetString(2) });
        }

        return claims;
    }

    private string P(string name) => database.Dialect.Parameter(name);
}
