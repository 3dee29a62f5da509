using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>What an unsubscribe link is for.</summary>
/// <param name="Subject">The person to whom the message goes.</param>
/// <param name="List">The list, such as <c>newsletter</c>: a short word.</param>
/// <param name="Purposes">The purposes that end, at least one: that of the list, and whatever the organisation has promised to end with it.</param>
/// <param name="Channel">The channel over which the message goes, such as <c>email</c>: a short word.</param>
public sealed record UnsubscribeLink(DataSubject Subject, string List, IReadOnlyList<string> Purposes, string Channel)
{
    /// <summary>The address to which the message goes: suppressed too, even when the person has been erased before the link is followed.</summary>
    public SubjectIdentifier? Address { get; init; }

    /// <summary>Whether the purposes go on over other channels.</summary>
    public bool IsChannelOnly { get; init; }

    /// <summary>The list alone.</summary>
    public override string ToString() => $"{nameof(UnsubscribeLink)} ({List})";
}

/// <summary>What a token said, once it was found genuine.</summary>
internal sealed record OpenedLink(UnsubscribeLink Link, KeyedDigest? Address, IdentifierKind AddressKind, Instant IssuedAt);

/// <summary>Makes and reads the tokens of unsubscribe links: good for nothing else, readable and makeable by whoever holds the key ring alone.</summary>
/// <remarks>A token is its content, encrypted under an initial value that is the content's authentication code (the construction of RFC 5297, over
/// HMAC-SHA-256): who
/// has no key learns nothing from it, not even the opaque key of the person, and makes none that is accepted.</remarks>
internal static class UnsubscribeTokens
{
    private const int TagLength = 16;
    private const int LongestToken = 2048;

    private static ReadOnlySpan<byte> TagDomain => "gdpr-unsubscribe-tag-1"u8;

    private static ReadOnlySpan<byte> StreamDomain => "gdpr-unsubscribe-stream-1"u8;

    /// <summary>A token under the current key.</summary>
    public static string Write(UnsubscribeLink link, Instant issuedAt, IKeyRing keys)
    {
        var content = Encode(link, issuedAt, keys);
        var tag = TagOf(content, keys.CurrentKeyId, keys);
        Crypt(content, tag, keys.CurrentKeyId, keys);
        return Base64Url.EncodeToString([.. tag, .. content]);
    }

    /// <summary>What a token says; <see langword="null"/> for one that was not made here.</summary>
    public static OpenedLink? Read(string token, IKeyRing keys)
    {
        if (token.Length > LongestToken || !Base64Url.IsValid(token) || Base64Url.DecodeFromChars(token) is not { Length: > TagLength } bytes)
        {
            return null;
        }

        var tag = bytes[..TagLength];
        foreach (var keyId in keys.KeyIds)
        {
            var content = bytes[TagLength..];
            Crypt(content, tag, keyId, keys);
            if (CryptographicOperations.FixedTimeEquals(TagOf(content, keyId, keys), tag))
            {
                return Decode(content);
            }
        }

        return null;
    }

    private static byte[] TagOf(ReadOnlySpan<byte> content, string keyId, IKeyRing keys) => keys.Authenticate(keyId, [.. TagDomain, .. content]).ToArray()[..TagLength];

    private static void Crypt(Span<byte> content, ReadOnlySpan<byte> tag, string keyId, IKeyRing keys)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        for (var block = 0; block * Digest.Size < content.Length; block++)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, block);
            var stream = keys.Authenticate(keyId, [.. StreamDomain, .. tag, .. number]).ToArray();
            var part = content[(block * Digest.Size)..Math.Min(content.Length, (block + 1) * Digest.Size)];
            for (var i = 0; i < part.Length; i++)
            {
                part[i] ^= stream[i];
            }
        }
    }

    private static byte[] Encode(UnsubscribeLink link, Instant issuedAt, IKeyRing keys)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8))
        {
            writer.Write(issuedAt.ToUnixTimeSeconds());
            writer.Write(link.Subject.Controller);
            writer.Write(link.Subject.Key.ToString());
            writer.Write(link.List);
            writer.Write(link.Channel);
            writer.Write(link.IsChannelOnly);
            writer.Write(link.Purposes.Count);
            foreach (var purpose in link.Purposes)
            {
                writer.Write(purpose);
            }

            var address = link.Address?.Hash(link.Subject.Controller, keys);
            writer.Write(address is not null);
            if (address is not null)
            {
                writer.Write((int)address.Kind);
                writer.Write(address.Digests[0].KeyId);
                writer.Write(address.Digests[0].Digest.ToArray());
            }
        }

        return content.ToArray();
    }

    private static OpenedLink Decode(byte[] content)
    {
        using var reader = new BinaryReader(new MemoryStream(content), Encoding.UTF8);
        var issuedAt = Instant.FromUnixTimeSeconds(reader.ReadInt64());
        var subject = new DataSubject(reader.ReadString(), new SubjectKey(reader.ReadString()));
        var (list, channel, isChannelOnly) = (reader.ReadString(), reader.ReadString(), reader.ReadBoolean());
        string[] purposes = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())];
        var (kind, address) = (default(IdentifierKind), default(KeyedDigest?));
        if (reader.ReadBoolean())
        {
            kind = (IdentifierKind)reader.ReadInt32();
            address = new KeyedDigest(reader.ReadString(), new Digest(reader.ReadBytes(Digest.Size)));
        }

        return new OpenedLink(new UnsubscribeLink(subject, list, purposes, channel) { IsChannelOnly = isChannelOnly }, address, kind, issuedAt);
    }
}
