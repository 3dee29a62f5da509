namespace Gdpr.Sources;

/// <summary>A source that finds records again that it had disposed of, where a backup has brought them back.</summary>
public interface IRecallingSource : IDisposalSource
{
    /// <summary>The native keys, as facts name records (<see cref="FactTarget.Records"/>), of those records of a data set that are sought. Streams.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="isSought">Tells from a native key, as evidence names the record (<see cref="RecordNames"/>), whether the record is sought.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidOperationException">The source has to be prepared first.</exception>
    /// <exception cref="SourceUnavailableException">The source failed: what was found so far is not all.</exception>
    IAsyncEnumerable<string> FindReturnedAsync(string dataSet, Func<string, bool> isSought, CancellationToken cancellationToken);
}
