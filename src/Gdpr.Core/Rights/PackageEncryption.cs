using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gdpr.Rights;

/// <summary>Encrypts what is given out on its way to the person: AES-256-GCM under a key from a passphrase, which goes by another way (Art. 32(1)(a)).</summary>
/// <remarks>The form: eight bytes of name and version, the rounds (four bytes, the highest first), 16 bytes of salt, 12 of nonce, 16 of tag, then the content.
/// Everything before the
/// content is authenticated with it. The key is PBKDF2 of the passphrase in UTF-8 with HMAC-SHA-256.</remarks>
public static class PackageEncryption
{
    private const int Rounds = 600_000;
    private const int MostRounds = 10_000_000;
    private const int SaltSize = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int KeySize = 32;
    private const int ShortestPassphrase = 12;

    private static ReadOnlySpan<byte> Name => "GDPRPKG1"u8;

    private static int HeadSize => Name.Length + sizeof(int) + SaltSize + NonceSize;

    /// <summary>Encrypts.</summary>
    /// <param name="content">The content, such as <see cref="PortabilityPackage.ToZip"/>.</param>
    /// <param name="passphrase">The passphrase, at least twelve characters.</param>
    /// <exception cref="ArgumentException">The passphrase is too short.</exception>
    public static byte[] Encrypt(ReadOnlySpan<byte> content, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        if (passphrase.Length < ShortestPassphrase)
        {
            throw new ArgumentException($"A passphrase has at least {ShortestPassphrase} characters.", nameof(passphrase));
        }

        var output = new byte[HeadSize + TagSize + content.Length];
        var head = output.AsSpan(0, HeadSize);
        Name.CopyTo(head);
        BinaryPrimitives.WriteInt32BigEndian(head[Name.Length..], Rounds);
        RandomNumberGenerator.Fill(head[(Name.Length + sizeof(int))..]);
        using var cipher = CipherOf(passphrase, head, Rounds);
        cipher.Encrypt(NonceOf(head), content, output.AsSpan(HeadSize + TagSize), output.AsSpan(HeadSize, TagSize), head);
        return output;
    }

    /// <summary>Decrypts.</summary>
    /// <param name="encrypted">What <see cref="Encrypt"/> gave.</param>
    /// <param name="passphrase">The passphrase.</param>
    /// <exception cref="ArgumentException">It is not of this form.</exception>
    /// <exception cref="CryptographicException">The passphrase is another, or something has been changed.</exception>
    public static byte[] Decrypt(ReadOnlySpan<byte> encrypted, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        if (encrypted.Length < HeadSize + TagSize || !encrypted.StartsWith(Name))
        {
            throw new ArgumentException("This is no encrypted package of this version.", nameof(encrypted));
        }

        var head = encrypted[..HeadSize];
        var rounds = BinaryPrimitives.ReadInt32BigEndian(head[Name.Length..]);
        if (rounds is < 1 or > MostRounds)
        {
            throw new ArgumentException("This is no encrypted package of this version.", nameof(encrypted));
        }

        var content = new byte[encrypted.Length - HeadSize - TagSize];
        using var cipher = CipherOf(passphrase, head, rounds);
        cipher.Decrypt(NonceOf(head), encrypted[(HeadSize + TagSize)..], encrypted.Slice(HeadSize, TagSize), content, head);
        return content;
    }

    private static ReadOnlySpan<byte> NonceOf(ReadOnlySpan<byte> head) => head[^NonceSize..];

    private static AesGcm CipherOf(string passphrase, ReadOnlySpan<byte> head, int rounds)
    {
        var key = Rfc2898DeriveBytes.Pbkdf2(passphrase, head.Slice(Name.Length + sizeof(int), SaltSize), rounds, HashAlgorithmName.SHA256, KeySize);
        try
        {
            return new AesGcm(key, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
