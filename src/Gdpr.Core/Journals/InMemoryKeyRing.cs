using System.Security.Cryptography;

namespace Gdpr.Journals;

/// <summary>A key ring in memory: for tests, and for hosts that get their keys from a secret store of their own.</summary>
public sealed class InMemoryKeyRing : IKeyRing
{
    /// <summary>The least length of a key in bytes.</summary>
    public const int LeastKeySize = 32;

    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <summary>Makes a ring.</summary>
    /// <param name="currentKeyId">The id of the key for new digests.</param>
    /// <param name="keys">All keys by id, each of at least 32 bytes. They are copied.</param>
    /// <exception cref="KeyMissingException">The current key is not among them.</exception>
    /// <exception cref="ArgumentException">A key is too short.</exception>
    public InMemoryKeyRing(string currentKeyId, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> keys)
    {
        ArgumentException.ThrowIfNullOrEmpty(currentKeyId);
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var (id, key) in keys)
        {
            _keys.Add(id, key.Length >= LeastKeySize
                ? key.ToArray()
                : throw new ArgumentException($"Key '{id}' has {key.Length} bytes: a key takes at least {LeastKeySize} random bytes.", nameof(keys)));
        }

        if (!_keys.ContainsKey(currentKeyId))
        {
            throw new KeyMissingException(currentKeyId);
        }

        CurrentKeyId = currentKeyId;
        KeyIds = [currentKeyId, .. _keys.Keys.Where(id => id != currentKeyId).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public string CurrentKeyId { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> KeyIds { get; }

    /// <summary>A ring of one fresh random key: what is hashed under it is worth as much as the process lives.</summary>
    /// <param name="keyId">The key's id.</param>
    public static InMemoryKeyRing WithRandomKey(string keyId = "k1") =>
        new(keyId, new Dictionary<string, ReadOnlyMemory<byte>> { [keyId] = RandomNumberGenerator.GetBytes(LeastKeySize) });

    /// <inheritdoc/>
    public Digest Authenticate(string keyId, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        if (!_keys.TryGetValue(keyId, out var key))
        {
            throw new KeyMissingException(keyId);
        }

        Span<byte> mac = stackalloc byte[Digest.Size];
        HMACSHA256.HashData(key, content, mac);
        return new Digest(mac);
    }
}
