using Gdpr.Relational.Mapping;
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
            .Select(group => Inspect(schedule, sources, [.. group]))];
    }

    private InspectedDatabase Inspect(
        RetentionSchedule schedule, IReadOnlyList<IPersonalDataSource> sources, IReadOnlyList<(ICoveredSource Source, LiveCatalogue Catalogue)> live)
    {
        // Each has found names along its own search path; findings are in the words of the first.
        ICoveredSource[] inside = [.. live.Select(pair => pair.Source)];
        var tables = live[0].Catalogue.Tables;
        var parts = CoveredParts.Together([.. live.Select(pair => pair.Source.Covered(schedule).In(new CanonicalNames(pair.Catalogue.Tables, tables), schedule))]);
        var findings = CatalogueCoverage.Check(schedule, parts, tables, sources.Except(inside).SelectMany(source => source.DataSets));
        var today = Today(schedule, clock);
        BaselineFor[] known = [.. baselines.Where(known => inside.Any(source => source.Name == known.Source))];
        var outcome = CoverageBaseline.Together([.. known.Select(file => file.Read(today))]).Judge(findings, today);
        return new InspectedDatabase(string.Join(", ", inside.Select(source => source.Name)), outcome)
        {
            Missing = outcome.New.Count == 0 ? [] : [.. known.Select(file => file.Missing).OfType<CoverageFinding>()],
        };
    }

    /// <summary>The current date at the controller.</summary>
    public static LocalDate Today(RetentionSchedule schedule, IClock clock) =>
        LocalDays.TodayAt(clock.GetCurrentInstant(), DateTimeZoneProviders.Tzdb[schedule.Policy.Controllers.Values.First().TimeZone]);
}

/// <summary>What was found in a database.</summary>
/// <param name="Sources">The names of the sources in it.</param>
/// <param name="Outcome">What was found, held against what is known.</param>
internal sealed record InspectedDatabase(string Sources, CoverageOutcome Outcome)
{
    /// <summary>The baselines that do not exist, where gaps count as new for that.</summary>
    public IReadOnlyList<CoverageFinding> Missing { get; init; } = [];

    /// <summary>Throws where something is new or has lapsed.</summary>
    /// <exception cref="CoverageException">Something is.</exception>
    public static void ThrowUnlessInOrder(IReadOnlyList<InspectedDatabase> inspected)
    {
        InspectedDatabase[] wrong = [.. inspected.Where(database => !database.Outcome.IsInOrder)];
        if (wrong.Length > 0)
        {
            throw new CoverageException(string.Join(", ", wrong.Select(database => database.Sources)), [.. wrong.SelectMany(database => database.Outcome.Problems.Concat(database.Missing))]);
        }
    }
}

/// <summary>The file with the gaps that are known in a source's database.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Path">The file.</param>
internal sealed record BaselineFor(string Source, string Path)
{
    /// <summary>That there is no such file, and how to write it; <see langword="null"/> where there is one.</summary>
    public CoverageFinding? Missing => File.Exists(Path) ? null : new CoverageFinding(
        CoverageCodes.BaselineUnusable, Path, $"The baseline of {Source} does not exist yet, so that every gap is a new one.",
        "Record the gaps of today with gdpr coverage --write-baseline, or those of a context with GdprCoverage.WriteBaselineAsync, and check the file in.");

    /// <summary>Reads the file; where it does not exist, no gap is known.</summary>
    /// <exception cref="CoverageException">It cannot be read, or is no baseline.</exception>
    public CoverageBaseline Read(LocalDate today)
    {
        try
        {
            return CoverageBaseline.Parse(File.ReadAllText(Path), today);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return CoverageBaseline.Empty;
        }
        catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new CoverageException(Source, [new CoverageFinding(
                CoverageCodes.BaselineUnusable, Path, $"The baseline cannot be used: {problem.Message}", "Mend the file, or write it anew with gdpr coverage --write-baseline.")]);
        }
    }
}
