using System.Buffers.Binary;
using System.Text;
using Gdpr.Journals;

namespace Gdpr.Sources;

/// <summary>How a record is named where its key must not stand: in evidence, tombstones and the journal.</summary>
/// <remarks>The same in every source, so that a record is found again under the name that its disposal gave it.</remarks>
public static class RecordName
{
    private static ReadOnlySpan<byte> Domain => "gdpr-record-1"u8;

    /// <summary>The name of a record under the ring's current key: a keyed hash of its data set and native key.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="nativeKey">The record's key in the source, as text; a composite key as a JSON array.</param>
    public static KeyedDigest Of(IKeyRing keys, string dataSet, string nativeKey)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Of(keys, keys.CurrentKeyId, dataSet, nativeKey);
    }

    /// <summary>The name of a record under one key of the ring.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="nativeKey">The record's key in the source, as text; a composite key as a JSON array.</param>
    /// <exception cref="KeyMissingException">The ring has no such key.</exception>
    public static KeyedDigest Of(IKeyRing keys, string keyId, string dataSet, string nativeKey)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentNullException.ThrowIfNull(nativeKey);

        // The length before the path: no two pairs of path and key give the same bytes.
        var path = Encoding.UTF8.GetByteCount(dataSet);
        var content = new byte[Domain.Length + sizeof(int) + path + Encoding.UTF8.GetByteCount(nativeKey)];
        Domain.CopyTo(content);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(Domain.Length), path);
        Encoding.UTF8.GetBytes(dataSet, content.AsSpan(Domain.Length + sizeof(int)));
        Encoding.UTF8.GetBytes(nativeKey, content.AsSpan(Domain.Length + sizeof(int) + path));
        return new KeyedDigest(keyId, keys.Authenticate(keyId, content));
    }
}
