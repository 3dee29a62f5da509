using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Gdpr.Journals;

/// <summary>How entries are hashed: the same in every store, so that a journal can move from one to another.</summary>
public static class JournalHash
{
    // Half of a surrogate pair has no bytes of its own: were it replaced, two texts would share a hash.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Domain => "gdpr-journal-1"u8;

    /// <summary>The entry that a store is to keep, with its hash.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="version">The entry's version in the stream.</param>
    /// <param name="position">Its position in the journal.</param>
    /// <param name="recordedAt">When it is recorded.</param>
    /// <param name="content">What happened.</param>
    /// <param name="previous">The hash of the stream's entry before it.</param>
    public static JournalEntry Seal(string stream, long version, long position, Instant recordedAt, NewJournalEntry content, Digest previous)
    {
        ArgumentNullException.ThrowIfNull(content);
        var entry = new JournalEntry(
            stream, version, position, ToTicks(recordedAt), content with { OccurredAt = ToTicks(content.OccurredAt) }, previous, default);
        return entry with { Hash = Of(entry) };
    }

    /// <summary>The hash that an entry ought to have: over every member but the hash itself.</summary>
    /// <param name="entry">The entry.</param>
    public static Digest Of(JournalEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var content = entry.Content;
        var subject = content.Subject?.ToString();
        var previous = entry.Previous;
        var payload = content.Payload.GetValueOrDefault();
        var size = Domain.Length + (2 * Digest.Size) + (4 * sizeof(long)) + 1
            + SizeOf(entry.Stream) + SizeOf(content.Type) + SizeOf(content.Controller) + SizeOf(subject) + SizeOf(content.Data);
        var rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var writer = new Writer(rented.AsSpan(0, size));
            writer.Write(Domain);
            writer.Write(previous.AsSpan());
            writer.Write(entry.Version);
            writer.Write(entry.Position);
            writer.Write(entry.RecordedAt.ToUnixTimeTicks());
            writer.Write(content.OccurredAt.ToUnixTimeTicks());
            writer.Write(entry.Stream);
            writer.Write(content.Type);
            writer.Write(content.Controller);
            writer.Write(subject);
            writer.Write(content.Data);
            writer.Write(content.Payload is null ? [0] : [1]);
            writer.Write(payload.AsSpan());
            Span<byte> hash = stackalloc byte[Digest.Size];
            SHA256.HashData(rented.AsSpan(0, size), hash);
            return new Digest(hash);
        }
        finally
        {
            // Data is clear of personal data, but a pool is shared with everything else.
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static Instant ToTicks(Instant instant) => Instant.FromUnixTimeTicks(instant.ToUnixTimeTicks());

    /// <summary>A text takes its length, -1 for none, and its bytes: no two lists of texts give the same bytes.</summary>
    private static int SizeOf(string? text) => sizeof(int) + (text is null ? 0 : Utf8.GetByteCount(text));

    private ref struct Writer(Span<byte> rest)
    {
        private Span<byte> _rest = rest;

        public void Write(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_rest);
            _rest = _rest[bytes.Length..];
        }

        public void Write(long number)
        {
            BinaryPrimitives.WriteInt64BigEndian(_rest, number);
            _rest = _rest[sizeof(long)..];
        }

        public void Write(string? text)
        {
            var length = text is null ? -1 : Utf8.GetBytes(text, _rest[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(_rest, length);
            _rest = _rest[(sizeof(int) + Math.Max(length, 0))..];
        }
    }
}
