using Gdpr.Journals;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Records that were disposed of, by the names that their tombstones keep: what a backup brings back, or somebody imports, is known by them.</summary>
internal sealed class ErasedRecords
{
    private readonly HashSet<(string DataSet, KeyedDigest Record)> _erased;
    private readonly Dictionary<string, RecordNames[]> _names;

    /// <summary>Takes tombstones. A key that the ring has no more finds nothing.</summary>
    public ErasedRecords(IEnumerable<Tombstone> tombstones, IKeyRing keys)
    {
        _erased = [.. tombstones.Select(tombstone => (tombstone.DataSet, tombstone.Record))];
        _names = _erased.Where(one => keys.KeyIds.Contains(one.Record.KeyId, StringComparer.Ordinal)).Select(one => (one.DataSet, one.Record.KeyId)).Distinct()
            .GroupBy(one => one.DataSet, StringComparer.Ordinal)
            .ToDictionary(set => set.Key, set => set.Select(one => RecordNames.Of(keys, one.KeyId, set.Key)).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>Reads the tombstones that stand on a date.</summary>
    public static async ValueTask<ErasedRecords> ReadAsync(ISubjectVault vault, IKeyRing keys, string controller, LocalDate today, CancellationToken cancellationToken)
    {
        var tombstones = new List<Tombstone>();
        await foreach (var tombstone in vault.ReadTombstonesAsync(controller, today, cancellationToken).ConfigureAwait(false))
        {
            tombstones.Add(tombstone);
        }

        return new ErasedRecords(tombstones, keys);
    }

    /// <summary>Whether a record of a data set with this key was disposed of.</summary>
    public bool Has(string dataSet, string nativeKey) =>
        _names.TryGetValue(dataSet, out var names) && Array.Exists(names, name => _erased.Contains((dataSet, name.Of(nativeKey))));
}
