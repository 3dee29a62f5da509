using System.Security.Cryptography;

namespace Gdpr.Journals;

/// <summary>The personal part of an entry, with the salt that makes its commitment tell nothing once both are erased.</summary>
/// <param name="Content">The content.</param>
/// <param name="Salt">32 random bytes.</param>
public sealed record JournalPayload(ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Salt)
{
    /// <summary>The length of a salt in bytes.</summary>
    public const int SaltSize = 32;

    /// <summary>What an entry holds of the payload: the digest of salt and content.</summary>
    public Digest Commitment => Digest.Of([.. Salt.Span, .. Content.Span]);

    /// <summary>A payload with a fresh salt.</summary>
    /// <param name="content">The content.</param>
    public static JournalPayload Create(ReadOnlyMemory<byte> content) => new(content, RandomNumberGenerator.GetBytes(SaltSize));
}
