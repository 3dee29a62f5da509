using Gdpr.Journals;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>The records that were disposed of and that a backup may bring back: what is imported must not.</summary>
internal sealed class ErasedRecords
{
    private readonly HashSet<(string DataSet, KeyedDigest Record)> _erased;
    private readonly Dictionary<string, RecordNames[]> _names;

    private ErasedRecords(HashSet<(string DataSet, KeyedDigest Record)> erased, Dictionary<string, RecordNames[]> names) => (_erased, _names) = (erased, names);

    /// <summary>Reads the tombstones that stand on a date. A key that the ring has no more finds nothing.</summary>
    public static async ValueTask<ErasedRecords> ReadAsync(ISubjectVault vault, IKeyRing keys, string controller, LocalDate today, CancellationToken cancellationToken)
    {
        var erased = new HashSet<(string DataSet, KeyedDigest Record)>();
        await foreach (var tombstone in vault.ReadTombstonesAsync(controller, today, cancellationToken).ConfigureAwait(false))
        {
            erased.Add((tombstone.DataSet, tombstone.Record));
        }

        var names = erased.Where(one => keys.KeyIds.Contains(one.Record.KeyId, StringComparer.Ordinal)).Select(one => (one.DataSet, one.Record.KeyId)).Distinct()
            .GroupBy(one => one.DataSet, StringComparer.Ordinal)
            .ToDictionary(set => set.Key, set => set.Select(one => RecordNames.Of(keys, one.KeyId, set.Key)).ToArray(), StringComparer.Ordinal);
        return new ErasedRecords(erased, names);
    }

    /// <summary>Whether a record of a data set with this key was disposed of.</summary>
    public bool Has(string dataSet, string nativeKey) =>
        _names.TryGetValue(dataSet, out var names) && Array.Exists(names, name => _erased.Contains((dataSet, name.Of(nativeKey))));
}
