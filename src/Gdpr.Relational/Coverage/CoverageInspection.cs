using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Relational.Coverage;

/// <summary>Looks through the databases of a host's sources, each database once with everything that any source maps in it.</summary>
internal sealed class CoverageInspection(IReadOnlyList<BaselineFor> baselines, IClock clock)
{
    /// <summary>Looks through the databases of some sources.</summary>
    /// <param name="schedule">The policy's rules.</param>
    /// <param name="sources">Every source of the host.</param>
    /// <param name="isWanted">Which of them are asked about: their databases are looked through.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<IReadOnlyList<InspectedDatabase>> RunAsync(
        RetentionSchedule schedule, IReadOnlyList<IPersonalDataSource> sources, Func<ICoveredSource, bool> isWanted, CancellationToken cancellationToken)
    {
        var live = new List<(ICoveredSource Source, LiveCatalogue Catalogue)>();
        ICoveredSource[] covered = [.. sources.OfType<ICoveredSource>()];
        if (Array.Exists(covered, source => isWanted(source)))
        {
            foreach (var source in covered)
            {
                live.Add((source, await LiveCatalogue.ReadAsync(source.Name, source.Database, cancellationToken).ConfigureAwait(false)));
            }
        }

        return [.. live.GroupBy(pair => pair.Catalogue.Database, StringComparer.Ordinal).Where(group => group.Any(pair => isWanted(pair.Source)))
            .Select(group => Inspect(schedule, sources, [.. group.Select(pair => pair.Source)], group.First().Catalogue))];
    }

    private InspectedDatabase Inspect(
        RetentionSchedule schedule, IReadOnlyList<IPersonalDataSource> sources, IReadOnlyList<ICoveredSource> inside, LiveCatalogue catalogue)
    {
        var elsewhere = sources.Except(inside).SelectMany(source => source.DataSets);
        var findings = CatalogueCoverage.Check(schedule, CoveredParts.Together([.. inside.Select(source => source.Covered(schedule))]), catalogue.Tables, elsewhere);
        var zone = DateTimeZoneProviders.Tzdb[schedule.Policy.Controllers.Values.First().TimeZone];
        var today = LocalDays.TodayAt(clock.GetCurrentInstant(), zone);
        var baseline = CoverageBaseline.Together([.. baselines.Where(known => inside.Any(source => source.Name == known.Source)).Select(known => known.Read(today))]);
        return new InspectedDatabase(string.Join(", ", inside.Select(source => source.Name)), baseline.Judge(findings, today));
    }
}

/// <summary>What was found in a database.</summary>
/// <param name="Sources">The names of the sources in it.</param>
/// <param name="Outcome">What was found, held against what is known.</param>
internal sealed record InspectedDatabase(string Sources, CoverageOutcome Outcome)
{
    /// <summary>Throws where something is new or has lapsed.</summary>
    /// <exception cref="CoverageException">Something is.</exception>
    public static void ThrowUnlessInOrder(IReadOnlyList<InspectedDatabase> inspected)
    {
        InspectedDatabase[] wrong = [.. inspected.Where(database => !database.Outcome.IsInOrder)];
        if (wrong.Length > 0)
        {
            throw new CoverageException(string.Join(", ", wrong.Select(database => database.Sources)), [.. wrong.SelectMany(database => database.Outcome.Problems)]);
        }
    }
}

/// <summary>The file with the gaps that are known in a source's database.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Path">The file.</param>
internal sealed record BaselineFor(string Source, string Path)
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="CoverageException">It cannot be read, or is no baseline.</exception>
    public CoverageBaseline Read(LocalDate today)
    {
        try
        {
            return CoverageBaseline.Parse(File.ReadAllText(Path), today);
        }
        catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new CoverageException(Source, [new CoverageFinding(
                CoverageCodes.BaselineUnusable, Path, $"The baseline cannot be used: {problem.Message}", "Mend the file, or write it anew with gdpr coverage --write-baseline.")]);
        }
    }
}
