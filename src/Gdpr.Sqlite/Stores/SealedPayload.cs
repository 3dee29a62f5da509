using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gdpr.Sqlite.Stores;

/// <summary>A payload under a secret of its own (AES-256 in counter mode). Whoever destroys the secret has destroyed every copy of the payload that SQLite has left
/// in the file when it moved rows between pages.</summary>
/// <remarks>A secret seals one payload once, so that the counter may start at zero. Whether the content was changed tells the commitment that the journal holds.</remarks>
internal static class SealedPayload
{
    /// <summary>The length of a secret in bytes.</summary>
    public const int SecretSize = 32;

    private const int BlockSize = 16;

    /// <summary>What stands in place of a secret that was destroyed.</summary>
    public static byte[] NoSecret => new byte[SecretSize];

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretSize);

    /// <summary>Seals salt and content, or opens them again: the two are the same.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="content">The content.</param>
    public static (byte[] Salt, byte[] Content) Apply(byte[] secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> content)
    {
        byte[] bytes = [.. salt, .. content];
        var blocks = new byte[(bytes.Length + BlockSize - 1) / BlockSize * BlockSize];
        for (var block = 0; block < blocks.Length; block += BlockSize)
        {
            BinaryPrimitives.WriteInt64BigEndian(blocks.AsSpan(block + BlockSize - sizeof(long)), block / BlockSize);
        }

        using var aes = Aes.Create();
        aes.Key = secret;
        var stream = aes.EncryptEcb(blocks, PaddingMode.None);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= stream[i];
        }

        return (bytes[..salt.Length], bytes[salt.Length..]);
    }
}
