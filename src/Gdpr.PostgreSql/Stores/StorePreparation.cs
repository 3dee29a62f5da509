using Gdpr.Journals;
using Npgsql;

namespace Gdpr.PostgreSql.Stores;

/// <summary>Brings the tables up to the version that this code knows, or says what stands against it.</summary>
internal sealed class StorePreparation(StoreDatabase database)
{
    private readonly StoreTables _tables = database.Tables;

    /// <exception cref="StoreException">A newer version of the library made the tables; the role may not create what is missing, or use what is there; or the
    /// database does not keep texts or commits as the stores need it.</exception>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var version = await database.RunAsync(connection => CheckedVersionAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (version < StoreSchema.Version)
        {
            try
            {
                await database.TransactAsync(connection => MigrateAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
            {
                throw new StoreException(
                    StoreFailure.Unavailable, database.Place, $"Its tables have version {version}, this version of the library needs {StoreSchema.Version}, and the role may "
                    + "not make them. Run the text of PostgreSqlStoreMigrations.Script under a role that may, and grant this one what it needs.", exception);
            }
        }

        await database.RunAsync(connection => CheckRightsAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One node at a time; the others find it done.</summary>
    private async ValueTask<int> MigrateAsync(StoreConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new StoreStatement("SELECT pg_advisory_xact_lock($1, $2)", StoreLocks.Migration, _tables.Lock), cancellationToken).ConfigureAwait(false);
        var statements = new List<StoreStatement>();
        var exists = await connection.QueryAsync(
            new StoreStatement("SELECT 1 FROM pg_namespace WHERE nspname = $1", _tables.Schema), static _ => true, cancellationToken).ConfigureAwait(false);
        if (exists.Count == 0)
        {
            // Only where it is missing: it would ask for the right to create schemas even where there is nothing to create.
            statements.Add(new StoreStatement(StoreSchema.CreateSchema(_tables)));
        }

        var version = await CheckedVersionAsync(connection, cancellationToken).ConfigureAwait(false);
        if (version == 0)
        {
            statements.Add(new StoreStatement(StoreSchema.CreateVersions(_tables)));
        }

        while (version < StoreSchema.Version)
        {
            version++;
            statements.AddRange(StoreSchema.Statements(_tables, version).Select(statement => new StoreStatement(statement)));
            statements.Add(new StoreStatement(StoreSchema.Applied(_tables, version)));
        }

        foreach (var statement in statements)
        {
            await connection.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
        }

        return version;
    }

    /// <summary>The version of the tables; 0 where there are none.</summary>
    private async ValueTask<int> CheckedVersionAsync(StoreConnection connection, CancellationToken cancellationToken)
    {
        // The catalogue tells whether a table is there to everybody, whatever they may do with it.
        var (exists, encoding, commits) = await connection.SingleAsync(
            new StoreStatement(
                """
                SELECT EXISTS (SELECT FROM pg_class t JOIN pg_namespace s ON s.oid = t.relnamespace WHERE s.nspname = $1 AND t.relname = 'gdpr_schema'),
                    current_setting('server_encoding'), current_setting('synchronous_commit')
                """,
                _tables.Schema),
            static row => (row.GetBoolean(0), row.GetString(1), row.GetString(2)), cancellationToken).ConfigureAwait(false);
        if (encoding != "UTF8")
        {
            throw new StoreException(
                StoreFailure.Unavailable, database.Place, $"Its encoding is {encoding}, which has not every text that the journal holds. "
                + "Create a database with the encoding UTF8.");
        }

        if (commits == "off")
        {
            throw new StoreException(
                StoreFailure.Unavailable, database.Place, "Its commits are not on the disk when they are reported (synchronous_commit is off), and proofs would be lost. "
                + "Set it to on for the role, or in the connection string (Options=-c synchronous_commit=on).");
        }

        var version = exists
            ? await connection.SingleAsync(
                new StoreStatement($"SELECT coalesce(max(version), 0) FROM {_tables.Versions}"), static row => row.GetInt32(0), cancellationToken).ConfigureAwait(false)
            : 0;
        return version <= StoreSchema.Version ? version : throw new StoreException(
            StoreFailure.NewerSchema, database.Place, $"Its tables have version {version}, and this version of the library knows {StoreSchema.Version}. "
            + "Update the library, or name another schema.");
    }

    private async ValueTask<int> CheckRightsAsync(StoreConnection connection, CancellationToken cancellationToken)
    {
        var lacking = await connection.QueryAsync(
            new StoreStatement(
                """
                SELECT w.name, w.privilege FROM unnest($2::text[], $3::text[]) AS w (name, privilege)
                LEFT JOIN pg_class t ON t.relname = w.name AND t.relnamespace = (SELECT s.oid FROM pg_namespace s WHERE s.nspname = $1)
                WHERE NOT coalesce(CASE WHEN t.relkind = 'S' THEN has_sequence_privilege(t.oid, w.privilege) ELSE has_table_privilege(t.oid, w.privilege) END, false)
                ORDER BY w.name, w.privilege
                """,
                _tables.Schema, Wanted(static (name, _) => name), Wanted(static (_, privilege) => privilege)),
            static row => $"{row.GetString(1)} on {row.GetString(0)}", cancellationToken).ConfigureAwait(false);
        return lacking.Count == 0 ? 0 : throw new StoreException(
            StoreFailure.Unavailable, database.Place, $"The role lacks {string.Join(", ", lacking)}. Grant it, or have what is missing made: see PostgreSqlStoreMigrations.");
    }

    private static string[] Wanted(Func<string, string, string> select) =>
        [.. StoreSchema.Privileges.SelectMany(table => table.Value.Split(", ").Select(privilege => select(table.Key, privilege)))];
}
