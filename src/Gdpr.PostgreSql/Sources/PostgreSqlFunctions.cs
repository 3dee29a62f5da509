using System.Data.Common;
using Npgsql;

namespace Gdpr.PostgreSql.Sources;

/// <summary>The functions that a host's expression may call: what one reads besides its arguments nobody sees.</summary>
internal static class PostgreSqlFunctions
{
    // The host's own ones must depend on their arguments alone; those of PostgreSQL read no tables, unless they are volatile. A name after a dot is a column, a function
    // of a schema, or one of a whole row; a name alone is one that is seen.
    private const string Query = """
        SELECT DISTINCT p.proname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE ((p.proname = ANY ($1) AND (p.proname = ANY ($2) OR pg_catalog.pg_function_is_visible(p.oid))) OR (p.proname = ANY ($2) AND p.pronargs = 1
                AND EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = p.proargtypes[0] AND t.typtype = 'c')))
            AND CASE WHEN n.nspname = 'pg_catalog' THEN p.provolatile = 'v' ELSE p.provolatile <> 'i' END
        ORDER BY 1
        """;

    /// <summary>Those of some functions that may give something else for the same arguments.</summary>
    /// <param name="connection">A connection of the database.</param>
    /// <param name="called">The names that are called.</param>
    /// <param name="members">The names that stand after a dot.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async ValueTask<IReadOnlyList<string>> FindUnsteadyAsync(
        DbConnection connection, IReadOnlyCollection<string> called, IReadOnlyCollection<string> members, CancellationToken cancellationToken)
    {
        var command = ((NpgsqlConnection)connection).CreateCommand();
        await using var closing = command.ConfigureAwait(false);
        command.CommandText = Query;
        command.Parameters.Add(new NpgsqlParameter { Value = called.ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = members.ToArray() });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        var found = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }
}
