using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gdpr.Journals;

/// <summary>A SHA-256 digest: 32 bytes by value.</summary>
/// <remarks>The default value is 32 zero bytes: what a chain starts from. Equality compares the bytes.</remarks>
public readonly struct Digest : IEquatable<Digest>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private readonly Bytes _bytes;

    /// <summary>Takes a digest from its bytes.</summary>
    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A digest has {Size} bytes; {bytes.Length} were given.", nameof(bytes));
        }

        bytes.CopyTo(_bytes);
    }

    /// <summary>Whether two digests are the same.</summary>
    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    /// <summary>Whether two digests differ.</summary>
    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    /// <summary>The digest of some bytes.</summary>
    /// <param name="content">The bytes.</param>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);
        return new Digest(hash);
    }

    /// <summary>Reads a digest from 64 hexadecimal digits.</summary>
    /// <param name="text">The digits, in lower or upper case.</param>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static Digest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 2 * Size ? new Digest(Convert.FromHexString(text)) : throw new FormatException($"A digest is written as {2 * Size} hexadecimal digits.");
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">Where to; at least 32 bytes.</param>
    public void CopyTo(Span<byte> destination) => AsSpan().CopyTo(destination);

    /// <summary>The 32 bytes, copied.</summary>
    public byte[] ToArray() => AsSpan().ToArray();

    /// <inheritdoc/>
    public bool Equals(Digest other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(AsSpan());

    /// <summary>64 hexadecimal digits in lower case.</summary>
    public override string ToString() => Convert.ToHexStringLower(AsSpan());

    [UnscopedRef]
    internal ReadOnlySpan<byte> AsSpan() => _bytes;

    [InlineArray(Size)]
    private struct Bytes
    {
        private byte _first;
    }
}
