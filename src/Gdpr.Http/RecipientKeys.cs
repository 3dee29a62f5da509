using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Http;

/// <summary>The keys that a controller shares with its recipients, one each, so that either knows what the other has sent.</summary>
/// <remarks>Derived from the key ring: a recipient's key tells nothing of the ring's, nor of another recipient's. Hand it over once, by a safe way. It changes when the
/// ring's current key does; callbacks under the keys before are accepted for as long as the ring has them.</remarks>
public sealed class RecipientKeys
{
    /// <summary>The header that carries a signature: <c>key=…;at=…;mac=…</c>, the last being HMAC-SHA-256 in hexadecimal over the time, a point and the body.</summary>
    public const string SignatureHeader = "Gdpr-Signature";

    private const string Domain = "gdpr-http-recipient-1\n";

    private readonly IKeyRing _keys;

    /// <summary>Makes the keys of a ring.</summary>
    /// <param name="keys">The ring.</param>
    public RecipientKeys(IKeyRing keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys = keys;
    }

    /// <summary>The key shared with a recipient: 32 bytes, secret.</summary>
    /// <param name="recipient">The recipient's id.</param>
    /// <param name="keyId">The ring's key that it is derived from; <see langword="null"/> for the current one.</param>
    /// <exception cref="KeyMissingException">The ring has no such key.</exception>
    public byte[] KeyFor(string recipient, string? keyId = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(recipient);
        return _keys.Authenticate(keyId ?? _keys.CurrentKeyId, Encoding.UTF8.GetBytes(Domain + recipient)).ToArray();
    }

    /// <summary>Signs a body for a recipient.</summary>
    /// <param name="recipient">The recipient's id.</param>
    /// <param name="body">The body.</param>
    /// <param name="at">When it is signed.</param>
    /// <returns>The value of <see cref="SignatureHeader"/>.</returns>
    public string Sign(string recipient, ReadOnlySpan<byte> body, Instant at)
    {
        var (keyId, time) = (_keys.CurrentKeyId, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        return $"key={keyId};at={time};mac={Convert.ToHexStringLower(Mac(KeyFor(recipient, keyId), time, body))}";
    }

    /// <summary>Whether a recipient has signed a body, not long ago.</summary>
    /// <param name="recipient">The recipient's id.</param>
    /// <param name="body">The body.</param>
    /// <param name="signature">The value of <see cref="SignatureHeader"/>.</param>
    /// <param name="now">The present.</param>
    /// <param name="age">How old, or how far ahead, it may be.</param>
    public bool Verify(string recipient, ReadOnlySpan<byte> body, string? signature, Instant now, Duration age)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(recipient);
        if (Read(signature) is not var (keyId, time, mac)
            || !_keys.KeyIds.Contains(keyId, StringComparer.Ordinal) || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > Instant.MaxValue.ToUnixTimeSeconds())
        {
            return false;
        }

        var distance = now - Instant.FromUnixTimeSeconds(seconds);
        return distance <= age && -distance <= age && CryptographicOperations.FixedTimeEquals(Mac(KeyFor(recipient, keyId), time, body), mac);
    }

    private static byte[] Mac(byte[] key, string time, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(time + "."), .. body];
        return HMACSHA256.HashData(key, signed);
    }

    private static (string KeyId, string Time, byte[] Mac)? Read(string? signature)
    {
        var parts = signature?.Split(';') ?? [];
        if (parts is not [['k', 'e', 'y', '=', ..], ['a', 't', '=', ..], ['m', 'a', 'c', '=', ..]]
            || parts[2].Length != 4 + (2 * Digest.Size) || !parts[2].Skip(4).All(char.IsAsciiHexDigit))
        {
            return null;
        }

        return (parts[0][4..], parts[1][3..], Convert.FromHexString(parts[2].AsSpan(4)));
    }
}
