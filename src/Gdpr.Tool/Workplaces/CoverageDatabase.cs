using Gdpr.Relational;
using Gdpr.Relational.Coverage;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;

namespace Gdpr.Tool.Workplaces;

/// <summary>A database that is looked through and never changed, with what is mapped in it.</summary>
/// <param name="path">The SQLite file.</param>
/// <param name="mappingFile">The mapping's file, where one is named.</param>
internal sealed class CoverageDatabase(string path, string? mappingFile)
{
    /// <summary>Finds every gap.</summary>
    /// <exception cref="BadInputException">The database or the mapping cannot be read.</exception>
    public async Task<IReadOnlyList<CoverageFinding>> CheckAsync(RetentionSchedule schedule, CancellationToken cancellation)
    {
        try
        {
            var database = new SqliteDatabase(DataDatabase.ConnectionString(path, isReadOnly: true));
            return await SqlCoverage.CheckAsync(schedule, database, await MappingAsync(database, schedule, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (SourceUnavailableException problem)
        {
            throw new BadInputException($"{path}: {problem.Message}");
        }
    }

    /// <summary>The file named, the file beside the database, or what convention gives: nothing, for whoever looks for the first time.</summary>
    private async Task<SqlMapping> MappingAsync(SqlDatabase database, RetentionSchedule schedule, CancellationToken cancellation)
    {
        var file = mappingFile ?? (path + ".mapping.json" is var beside && File.Exists(beside) ? beside : null);
        return file is not null
            ? MappingFile.Read(file)
            : await SqlCoverage.ByConventionAsync(schedule, database, cancellation).ConfigureAwait(false);
    }
}
