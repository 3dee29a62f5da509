namespace Gdpr.Sources;

/// <summary>A source that says how many people its records are about, and who they are: what a breach of it reaches (Art. 33(3)(a), 34).</summary>
public interface ICountingSource : IPersonalDataSource
{
    /// <summary>Counts the records of a data set, whatever keeps them from use, and the people whom they are about.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="records">Only the records of these native keys; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SourceUnavailableException">The source failed: nothing is counted.</exception>
    ValueTask<DataSetCount> CountAsync(string dataSet, IReadOnlyCollection<string>? records, CancellationToken cancellationToken);

    /// <summary>The ids under which the source knows the people whom the records of a data set are about, each once. Personal data.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="records">Only the records of these native keys; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SourceUnavailableException">The source failed: what was read so far is not all.</exception>
    IAsyncEnumerable<string> ReadPeopleAsync(string dataSet, IReadOnlyCollection<string>? records, CancellationToken cancellationToken);
}

/// <summary>How many records of a data set there are, and whom they are about.</summary>
/// <param name="Records">How many records.</param>
/// <param name="People">How many people, each counted once; <see langword="null"/> where the mapping does not say whose records they are.</param>
/// <param name="OfNobody">How many of the records name nobody.</param>
public sealed record DataSetCount(long Records, long? People, long OfNobody);
