using System.Text.Json;

namespace Gdpr.Sources;

/// <summary>A source that corrects and supplements what it holds (Art. 16).</summary>
public interface IRectifySource : IPersonalDataSource
{
    /// <summary>Whether a field of a data set can be corrected by the source. Where it cannot, people do it.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="field">The field's id.</param>
    bool Rectifies(string dataSet, string field);

    /// <summary>Writes the values of a person's record, all or none.</summary>
    /// <param name="rectification">What to write.</param>
    /// <param name="cancellationToken">Cancels before anything is written, never half-way.</param>
    /// <returns>Whether the record was there, and the fields that person's to correct; otherwise nothing was written.</returns>
    /// <exception cref="ArgumentException">A value is not of a kind that the field can hold.</exception>
    /// <exception cref="SourceUnavailableException">The source failed: nothing was written.</exception>
    ValueTask<bool> RectifyAsync(Rectification rectification, CancellationToken cancellationToken);
}

/// <summary>Values to be written into a person's record. Personal data.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="NativeKey">The record's key in the source, as <see cref="ExportedRecord.NativeKey"/> gives it.</param>
/// <param name="NativeIds">The ids under which the source knows the person: the record and the fields must be that person's.</param>
/// <param name="Values">The values by field id: text, numbers, truth values, or <c>null</c>.</param>
public sealed record Rectification(string DataSet, string NativeKey, IReadOnlyList<string> NativeIds, IReadOnlyDictionary<string, JsonElement> Values)
{
    /// <summary>The data set: nothing of the record.</summary>
    public override string ToString() => $"{nameof(Rectification)} of {DataSet}";
}
