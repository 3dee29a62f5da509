using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Gdpr.Journals;

namespace Gdpr.Sources;

/// <summary>How the records of a data set are named where their keys must not stand: in evidence, tombstones and the journal.</summary>
/// <remarks>
/// A name is the HMAC-SHA-256 of the record's native key under a key of the data set's own, which the ring derives. It is the same in every source, so that a record is
/// found again under the name that its disposal gave it; and a database that hashes by itself is handed the data set's key, never the
/// ring's. Safe for use by many threads.
/// </remarks>
public sealed class RecordNames
{
    private const int StackLimit = 256;

    private readonly byte[] _key;
    private IncrementalHash? _spare;

    private RecordNames(string keyId, byte[] key)
    {
        KeyId = keyId;
        _key = key;
    }

    private static ReadOnlySpan<byte> Domain => "gdpr-record-2"u8;

    /// <summary>The id of the ring's key from which the data set's was derived.</summary>
    public string KeyId { get; }

    /// <summary>The data set's key, 32 bytes: for databases that hash. As secret as the names are to be; never stored.</summary>
    public ReadOnlyMemory<byte> Key => _key;

    /// <summary>The names of a data set's records under the ring's current key.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="dataSet">The data set's path.</param>
    public static RecordNames Of(IKeyRing keys, string dataSet)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Of(keys, keys.CurrentKeyId, dataSet);
    }

    /// <summary>The names of a data set's records under one key of the ring.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <exception cref="KeyMissingException">The ring has no such key.</exception>
    public static RecordNames Of(IKeyRing keys, string keyId, string dataSet)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(keyId);
        ArgumentNullException.ThrowIfNull(dataSet);
        return new RecordNames(keyId, keys.Authenticate(keyId, [.. Domain, .. Encoding.UTF8.GetBytes(dataSet)]).ToArray());
    }

    /// <summary>The name of a record.</summary>
    /// <param name="nativeKey">The record's key in the source, as text; a composite key as a JSON array.</param>
    public KeyedDigest Of(string nativeKey)
    {
        ArgumentNullException.ThrowIfNull(nativeKey);
        var most = Encoding.UTF8.GetMaxByteCount(nativeKey.Length);
        var rented = most > StackLimit ? ArrayPool<byte>.Shared.Rent(most) : null;
        var bytes = rented ?? stackalloc byte[StackLimit];
        Span<byte> name = stackalloc byte[Digest.Size];

        // To set up a key takes as long as to hash a name.
        var hash = Interlocked.Exchange(ref _spare, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(bytes[..Encoding.UTF8.GetBytes(nativeKey, bytes)]);
        hash.GetHashAndReset(name);
        Interlocked.Exchange(ref _spare, hash)?.Dispose();
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }

        return new KeyedDigest(KeyId, new Digest(name));
    }
}
