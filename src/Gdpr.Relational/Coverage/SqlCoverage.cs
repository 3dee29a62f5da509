using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Coverage;

/// <summary>Looks whether everything in a SQL database that can reach a person is mapped, or excused with a reason, and whether everything mapped is there.</summary>
public static class SqlCoverage
{
    /// <summary>Finds every gap.</summary>
    /// <param name="schedule">The policy's rules.</param>
    /// <param name="database">The database.</param>
    /// <param name="mapping">Which tables hold what, and what is excused.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The gaps, in the order of their places; none where coverage is complete.</returns>
    /// <exception cref="SourceUnavailableException">The database cannot be read.</exception>
    public static async ValueTask<IReadOnlyList<CoverageFinding>> CheckAsync(
        RetentionSchedule schedule, SqlDatabase database, SqlMapping mapping, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(mapping);
        var live = await LiveCatalogue.ReadAsync(NameOf(mapping), database, cancellationToken).ConfigureAwait(false);
        return CatalogueCoverage.Check(schedule, new CoveredParts(mapping).In(new CanonicalNames(live.Tables), schedule), live.Tables, []);
    }

    /// <summary>The mapping that convention alone gives in a database.</summary>
    /// <param name="schedule">The policy's rules.</param>
    /// <param name="database">The database.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SourceUnavailableException">The database cannot be read.</exception>
    public static async ValueTask<SqlMapping> ByConventionAsync(RetentionSchedule schedule, SqlDatabase database, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(database);
        var live = await LiveCatalogue.ReadAsync("database", database, cancellationToken).ConfigureAwait(false);
        return SqlMapping.ByConvention(schedule, live.Tables);
    }

    /// <summary>Throws unless coverage is complete: one line for the host's own tests.</summary>
    /// <param name="schedule">The policy's rules.</param>
    /// <param name="database">The database.</param>
    /// <param name="mapping">Which tables hold what, and what is excused.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CoverageException">There are gaps: all of them, each with its mend.</exception>
    /// <exception cref="SourceUnavailableException">The database cannot be read.</exception>
    public static async ValueTask AssertCompleteAsync(
        RetentionSchedule schedule, SqlDatabase database, SqlMapping mapping, CancellationToken cancellationToken = default)
    {
        var findings = await CheckAsync(schedule, database, mapping, cancellationToken).ConfigureAwait(false);
        if (findings.Count > 0)
        {
            throw new CoverageException(NameOf(mapping), findings);
        }
    }

    private static string NameOf(SqlMapping mapping)
    {
        var systems = mapping.DataSets.Keys.Select(path => path.Split('.', 2)[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return string.Join(", ", systems) is { Length: > 0 } names ? names : "database";
    }
}
