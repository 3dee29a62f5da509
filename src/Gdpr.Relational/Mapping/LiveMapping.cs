using System.Data.Common;
using Gdpr.Relational.Coverage;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Mapping;

/// <summary>A source's mapping as it was last found to fit a schedule and the live catalogue.</summary>
internal sealed class LiveMapping(string source, SqlDatabase database, SqlMapping mapping, Func<RetentionSchedule, CoverageBaseline>? baseline)
{
    private volatile ResolvedMapping? _resolved;

    /// <summary>The mapping as the host wrote it.</summary>
    public SqlMapping Declared => mapping;

    public IEnumerable<string> DataSets => mapping.DataSets.Keys;

    /// <summary>What in the live catalogue must not be beside the mapping, as whoever made the mapping knows.</summary>
    public Func<IReadOnlyList<TableDescription>, IEnumerable<MappingProblem>> Hazards { get; set; } = static _ => [];

    /// <summary>Whether everything mapped was found last for this very schedule.</summary>
    public bool IsFoundFor(RetentionSchedule schedule) => ReferenceEquals(_resolved?.Schedule, schedule);

    /// <summary>A data set as it was found last.</summary>
    /// <exception cref="InvalidOperationException">The source has not been prepared.</exception>
    public MappedDataSet Known(string dataSet) =>
        (_resolved ?? throw new InvalidOperationException($"Source '{source}' has not been prepared: call PrepareAsync first.")).Find(source, dataSet);

    /// <summary>A data set for a schedule: as it was found, where that was for the same.</summary>
    public async ValueTask<MappedDataSet> FindAsync(DbConnection connection, RetentionSchedule schedule, string dataSet, CancellationToken cancellationToken)
    {
        var resolved = _resolved;
        if (resolved is null || !ReferenceEquals(resolved.Schedule, schedule))
        {
            resolved = await ResolveAsync(connection, schedule, cancellationToken).ConfigureAwait(false);
        }

        return resolved.Find(source, dataSet);
    }

    /// <summary>Finds everything mapped in the live catalogue.</summary>
    /// <exception cref="SourceMappingException">It does not fit: all problems at once.</exception>
    public async ValueTask<ResolvedMapping> ResolveAsync(DbConnection connection, RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        var tables = await database.DescribeAsync(connection, cancellationToken).ConfigureAwait(false);
        var (found, wrong) = MappingResolver.Resolve(mapping, schedule, tables);
        var gaps = GapsOf(wrong, schedule);
        var problems = new List<MappingProblem>([.. wrong.Except(gaps), .. Hazards(tables)]);
        var dataSets = new Dictionary<string, MappedDataSet>(StringComparer.Ordinal);
        MappedDataSet[] linked = [.. LinkedRecords.In(found, tables)];
        TableDescription[] changed = [.. linked.SelectMany(dataSet => dataSet.Changed).DistinctBy(table => table.FullName, StringComparer.Ordinal)];
        TableDescription[] all = [.. changed.Concat(DecidingTables.In(found, tables)).DistinctBy(table => table.FullName, StringComparer.Ordinal)];

        // The catalogue's names, of which two may differ by case alone.
        var deciding = new Dictionary<string, DecidingTable>(StringComparer.Ordinal);
        foreach (var table in all.Skip(changed.Length))
        {
            deciding[table.Name] = DecidingTables.Of(table, found);
        }

        string[] following = [.. linked.SelectMany(dataSet => LinkedRecords.TablesOf(dataSet.Children)).Distinct(StringComparer.Ordinal)
            .Where(table => !found.Any(other => other.Table.Name == table))];
        foreach (var dataSet in linked)
        {
            var mapped = await CheckedAsync(connection, dataSet, problems, cancellationToken).ConfigureAwait(false);
            dataSets.Add(dataSet.Path, mapped with
            {
                Mapped = [.. all.Select(table => table.Name)],
                OnlyDeciding = deciding,
                OnlyFollowing = following,
                Asked = changed.GroupBy(table => table.Name, StringComparer.Ordinal).ToDictionary(
                    alike => alike.Key,
                    alike => (IReadOnlyList<string>)[.. alike.SelectMany(table => DecidingTables.AskedOf(table, found)).Distinct(StringComparer.Ordinal)],
                    StringComparer.Ordinal),
                Siblings = [.. found.Where(other => other.Path != dataSet.Path && other.IsOfRowsOf(dataSet))],
                FullNames = all.ToDictionary(table => table.FullName, table => table.Name, StringComparer.Ordinal),
                Joined = [.. DecidingTables.OnWaysOf(mapped, tables)],
                Gaps = [.. gaps.Where(gap => gap.DataSet == dataSet.Path)],
            });
        }

        return problems.Count > 0
            ? throw new SourceMappingException(source, [.. problems.Select(problem => problem.ToString())])
            : _resolved = new ResolvedMapping(schedule, dataSets);
    }

    /// <summary>References that nobody has mapped and that the baseline knows: they stop no preview.</summary>
    private MappingProblem[] GapsOf(IReadOnlyList<MappingProblem> problems, RetentionSchedule schedule)
    {
        MappingProblem[] references = [.. problems.Where(problem => problem.Fault == MappingFault.Reference)];
        if (references.Length == 0 || baseline is null)
        {
            return [];
        }

        var known = baseline(schedule).Gaps.Select(gap => (gap.Code, gap.Place)).ToHashSet();
        return [.. references.Where(problem => known.Contains((CoverageCodes.Path, problem.Place)) || known.Contains((CoverageCodes.Table, problem.Table!)))];
    }

    /// <summary>Has the database compile the expressions that the host wrote, and say of what type they are.</summary>
    private async ValueTask<MappedDataSet> CheckedAsync(
        DbConnection connection, MappedDataSet dataSet, List<MappingProblem> problems, CancellationToken cancellationToken)
    {
        var triggers = dataSet.Triggers.ToArray();
        for (var i = 0; i < triggers.Length; i++)
        {
            if (triggers[i] is not { Expression: not null } trigger)
            {
                continue;
            }

            var query = new RecordQuery(database.Dialect, dataSet);
            if (await database.CheckAsync(connection, query.ExpressionCheck(trigger), cancellationToken).ConfigureAwait(false) is { } wrong)
            {
                problems.Add(new MappingProblem(
                    dataSet.Path, $"the database refuses the expression of trigger '{dataSet.Schedule.Triggers[i]}' ({wrong})", "mend it; the record's row is r"));
            }
            else if (await FindUnsteadyAsync(connection, trigger.Expression, cancellationToken).ConfigureAwait(false) is { Count: > 0 } unsteady)
            {
                problems.Add(new MappingProblem(
                    dataSet.Path, $"the expression of trigger '{dataSet.Schedule.Triggers[i]}' calls {string.Join(", ", unsteady)}, which may give something else for the same "
                    + "arguments: what it reads nobody sees", "write what it reads into the expression, or declare it immutable where it reads no table and no clock"));
            }
            else if (await database.TypeOfAsync(connection, query.ExpressionValue(trigger), cancellationToken).ConfigureAwait(false) is { Type.Length: > 0 } kind)
            {
                triggers[i] = trigger with { Kind = kind };
            }
        }

        return dataSet with { Triggers = triggers };
    }

    private ValueTask<IReadOnlyList<string>> FindUnsteadyAsync(DbConnection connection, string expression, CancellationToken cancellationToken)
    {
        var (called, members) = ExpressionText.Functions(expression);
        return database.FindUnsteadyAsync(connection, called, members, cancellationToken);
    }
}

/// <summary>A mapping as found for one schedule.</summary>
internal sealed record ResolvedMapping(RetentionSchedule Schedule, IReadOnlyDictionary<string, MappedDataSet> DataSets)
{
    public MappedDataSet Find(string source, string dataSet) => DataSets.GetValueOrDefault(dataSet)
        ?? throw new SourceUnavailableException(source, $"it has no data set '{dataSet}'.");
}
