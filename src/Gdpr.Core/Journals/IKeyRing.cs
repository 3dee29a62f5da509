namespace Gdpr.Journals;

/// <summary>The secret keys under which identifiers are hashed and checkpoints authenticated. Kept outside every database of the library.</summary>
/// <remarks>Old keys stay for look-up until everything under them has been hashed anew. Without a key nothing starts.</remarks>
public interface IKeyRing
{
    /// <summary>The id of the key for new digests.</summary>
    string CurrentKeyId { get; }

    /// <summary>The ids of all keys, the current one first.</summary>
    IReadOnlyList<string> KeyIds { get; }

    /// <summary>The message authentication code (HMAC-SHA-256) of some bytes under a key.</summary>
    /// <param name="keyId">The key.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="KeyMissingException">The ring has no such key.</exception>
    Digest Authenticate(string keyId, ReadOnlySpan<byte> content);
}

/// <summary>A digest under a secret key, and which key.</summary>
/// <param name="KeyId">The id of the key.</param>
/// <param name="Digest">The digest.</param>
/// <remarks>The default value has no key and is no digest of anything. Equality compares both members.</remarks>
public readonly record struct KeyedDigest(string KeyId, Digest Digest);
