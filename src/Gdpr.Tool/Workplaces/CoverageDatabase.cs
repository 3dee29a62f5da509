using Gdpr.PostgreSql.Sources;
using Gdpr.Relational;
using Gdpr.Relational.Coverage;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;

namespace Gdpr.Tool.Workplaces;

/// <summary>A database that is looked through and never changed, with what is mapped in it.</summary>
/// <param name="name">What the command line calls it.</param>
/// <param name="database">The database.</param>
/// <param name="mappingFile">The mapping's file; none where convention has to do.</param>
internal sealed class CoverageDatabase(string name, SqlDatabase database, string? mappingFile)
{
    /// <summary>The database that a command line names.</summary>
    /// <param name="file">A SQLite file, or nothing.</param>
    /// <param name="postgres">A connection string of PostgreSQL, or nothing.</param>
    /// <param name="mappingFile">The mapping's file, where one is named; by default the one beside a SQLite file.</param>
    /// <exception cref="BadInputException">The file is not there, or the connection string is none.</exception>
    public static CoverageDatabase Of(string? file, string? postgres, string? mappingFile)
    {
        if (file is not null)
        {
            var beside = file + ".mapping.json";
            return new CoverageDatabase(
                file, new SqliteDatabase(DataDatabase.ConnectionString(file, isReadOnly: true)), mappingFile ?? (File.Exists(beside) ? beside : null));
        }

        try
        {
            return new CoverageDatabase("--postgres", new PostgreSqlDatabase(postgres!), mappingFile);
        }
        catch (ArgumentException)
        {
            // Its message may quote what was written, a password too.
            throw new BadInputException("--postgres: this is no connection string of PostgreSQL. Write one such as Host=localhost;Username=me;Database=shop.");
        }
    }

    /// <summary>Finds every gap.</summary>
    /// <exception cref="BadInputException">The database or the mapping cannot be read.</exception>
    public async Task<IReadOnlyList<CoverageFinding>> CheckAsync(RetentionSchedule schedule, CancellationToken cancellation)
    {
        try
        {
            // Whoever looks for the first time has mapped nothing.
            var mapping = mappingFile is not null
                ? MappingFile.Read(mappingFile)
                : await SqlCoverage.ByConventionAsync(schedule, database, cancellation).ConfigureAwait(false);
            return await SqlCoverage.CheckAsync(schedule, database, mapping, cancellation).ConfigureAwait(false);
        }
        catch (SourceUnavailableException problem)
        {
            throw new BadInputException($"{name}: {problem.Message}");
        }
    }
}
