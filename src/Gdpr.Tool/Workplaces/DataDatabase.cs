using System.Data.Common;
using System.Globalization;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;
using Microsoft.Data.Sqlite;

namespace Gdpr.Tool.Workplaces;

/// <summary>The database that holds the personal data, looked at before anything is done with it.</summary>
internal static class DataDatabase
{
    /// <summary>The connection string of a file that is there.</summary>
    /// <exception cref="BadInputException">It is not there.</exception>
    public static string ConnectionString(string path, bool isReadOnly)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"{path}: there is no such database. Correct the path: none is created.");
        }

        return new SqliteConnectionStringBuilder
        {
            DataSource = Path.GetFullPath(path),
            Mode = isReadOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
        }.ToString();
    }

    /// <summary>The mapping: the file named, the file beside the database, or what convention gives.</summary>
    /// <exception cref="BadInputException">The file or the database cannot be read, or convention finds nothing.</exception>
    public static async Task<SqlMapping> MappingAsync(Places places, RetentionSchedule schedule, CancellationToken cancellation)
    {
        if (places.Mapping is { } named)
        {
            return MappingFile.Read(named);
        }

        if (places.Database + ".mapping.json" is var beside && File.Exists(beside))
        {
            return MappingFile.Read(beside);
        }

        var mapping = SqlMapping.ByConvention(schedule, await AskAsync(places, DescribeAsync, cancellation).ConfigureAwait(false));
        return mapping.DataSets.Count > 0 ? mapping : throw new BadInputException(
            $"{places.Database}: no table is named as one of the policy's data sets ({string.Join(", ", schedule.DataSets.Select(dataSet => dataSet.Path))}). "
            + $"Write a mapping, and name it with --mapping or {beside}.");
    }

    /// <summary>Holds a mapping against the policy and the database, changing neither.</summary>
    /// <exception cref="BadInputException">It does not fit: everything at once, each with its mend.</exception>
    public static async Task CheckAsync(Places places, SqlMapping mapping, RetentionSchedule schedule, CancellationToken cancellation)
    {
        try
        {
            await new SqlSource(places.Source, new SqliteDatabase(ConnectionString(places.Database, isReadOnly: true)), mapping)
                .PrepareAsync(schedule, cancellation).ConfigureAwait(false);
        }
        catch (SourceMappingException problem)
        {
            throw new BadInputException(string.Join(Environment.NewLine, problem.Problems));
        }
    }

    /// <summary>Whether the library has destroyed or held anything in the database: then there is a journal somewhere.</summary>
    public static Task<bool> HasTracesAsync(Places places, CancellationToken cancellation) => AskAsync(places, async (_, connection, token) =>
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = "SELECT EXISTS (SELECT 1 FROM gdpr_evidence) OR EXISTS (SELECT 1 FROM gdpr_position WHERE position > 0)";
            return Convert.ToBoolean(await command.ExecuteScalarAsync(token).ConfigureAwait(false), CultureInfo.InvariantCulture);
        }
    }, cancellation);

    private static async ValueTask<IReadOnlyList<TableDescription>> DescribeAsync(SqliteDatabase database, DbConnection connection, CancellationToken cancellation) =>
        await database.DescribeAsync(connection, cancellation).ConfigureAwait(false);

    private static async Task<T> AskAsync<T>(Places places, Func<SqliteDatabase, DbConnection, CancellationToken, ValueTask<T>> ask, CancellationToken cancellation)
    {
        var database = new SqliteDatabase(ConnectionString(places.Database, isReadOnly: true));
        try
        {
            var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await ask(database, connection, cancellation).ConfigureAwait(false);
            }
        }
        catch (DbException problem)
        {
            throw new BadInputException($"{places.Database}: {database.CauseOf(problem)}");
        }
    }
}
