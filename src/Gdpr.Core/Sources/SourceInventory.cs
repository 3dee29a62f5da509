using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>Which source holds which data set.</summary>
public sealed class SourceInventory
{
    private readonly Dictionary<string, IPersonalDataSource> _byDataSet = new(StringComparer.Ordinal);

    /// <summary>Takes stock of the sources.</summary>
    /// <param name="sources">The sources.</param>
    /// <exception cref="SourceInventoryException">Two sources have the same name, or claim the same data set: all problems at once.</exception>
    public SourceInventory(IEnumerable<IPersonalDataSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        Sources = [.. sources];
        List<string> problems =
        [
            .. Sources.GroupBy(source => source.Name, StringComparer.Ordinal).Where(same => same.Count() > 1)
                .Select(same => $"{same.Count()} sources are named '{same.Key}': give each a name of its own."),
            .. Sources.SelectMany(source => source.DataSets.Distinct(StringComparer.Ordinal).Select(dataSet => (dataSet, source)))
                .GroupBy(pair => pair.dataSet, pair => pair.source, StringComparer.Ordinal).Where(claims => claims.Count() > 1)
                .Select(claims => $"Data set '{claims.Key}' is claimed by the sources {string.Join(" and ", claims.Select(source => $"'{source.Name}'"))}: map it in one of them, "
                    + "and where an EF Core context that is a source has the class too, say there KeptElsewhere of it."),
        ];
        if (problems.Count > 0)
        {
            throw new SourceInventoryException(problems);
        }

        foreach (var source in Sources)
        {
            foreach (var dataSet in source.DataSets)
            {
                _byDataSet[dataSet] = source;
            }
        }
    }

    /// <summary>The sources, in the order in which they were registered.</summary>
    public IReadOnlyList<IPersonalDataSource> Sources { get; }

    /// <summary>The source that holds a data set, or <see langword="null"/>: people do the work there.</summary>
    /// <param name="dataSet">The data set's path.</param>
    public IPersonalDataSource? Find(string dataSet) => _byDataSet.GetValueOrDefault(dataSet);

    /// <summary>The source that disposes of a data set's records, or <see langword="null"/>.</summary>
    /// <param name="dataSet">The data set's path.</param>
    public IDisposalSource? FindDisposing(string dataSet) =>
        Find(dataSet) is IDisposalSource source && source.Capabilities.HasFlag(SourceCapabilities.Dispose) ? source : null;

    /// <summary>The source that finds a person's records of a data set and gives them out, or <see langword="null"/>: people do it there.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <exception cref="InvalidOperationException">The source has to be prepared first.</exception>
    public IExportSource? FindExporting(string dataSet) =>
        Find(dataSet) is IExportSource source && source.Capabilities.HasFlag(SourceCapabilities.Export) && source.Exports(dataSet) ? source : null;

    /// <summary>The source that corrects a field of a data set, or <see langword="null"/>: people do it there.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="field">The field's id.</param>
    public IRectifySource? FindRectifying(string dataSet, string field) =>
        Find(dataSet) is IRectifySource source && source.Capabilities.HasFlag(SourceCapabilities.Rectify) && source.Rectifies(dataSet, field) ? source : null;

    /// <summary>The data sets of a policy that no source disposes of, in policy order.</summary>
    /// <param name="schedule">The policy's schedule.</param>
    public IReadOnlyList<string> WithoutDisposal(RetentionSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return [.. schedule.DataSets.Select(dataSet => dataSet.Path).Where(path => FindDisposing(path) is null)];
    }
}

/// <summary>The sources do not go together (<c>E-SRC-04</c>).</summary>
public sealed class SourceInventoryException : GdprException
{
    internal SourceInventoryException(IReadOnlyList<string> problems)
        : base("E-SRC-04", string.Join(" ", problems)) => Problems = problems;

    /// <summary>Everything that is wrong, each with its mend.</summary>
    public IReadOnlyList<string> Problems { get; }
}
