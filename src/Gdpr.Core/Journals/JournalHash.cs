using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Gdpr.Journals;

/// <summary>How entries are hashed: the same in every store, so that a journal can move from one to another, and anybody can verify it.</summary>
/// <remarks>The bytes are laid down in <c>docs/journal.md</c>.</remarks>
public static class JournalHash
{
    /// <summary>The entry that a store is to keep, with its hash.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="version">The entry's version in the stream.</param>
    /// <param name="position">Its position in the journal.</param>
    /// <param name="recordedAt">When it is recorded.</param>
    /// <param name="content">What happened.</param>
    /// <param name="previous">The hash of the stream's entry before it.</param>
    /// <exception cref="ArgumentException">A text is not Unicode: it has half of a surrogate pair.</exception>
    public static JournalEntry Seal(string stream, long version, long position, Instant recordedAt, NewJournalEntry content, Digest previous)
    {
        ArgumentNullException.ThrowIfNull(content);
        var entry = new JournalEntry(
            stream, version, position, ToTicks(recordedAt), content with { OccurredAt = ToTicks(content.OccurredAt) }, previous, default);
        return entry with { Hash = Of(entry) };
    }

    /// <summary>The hash that an entry ought to have: over every member but the hash itself.</summary>
    /// <param name="entry">The entry.</param>
    /// <exception cref="ArgumentException">A text is not Unicode: it has half of a surrogate pair.</exception>
    public static Digest Of(JournalEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var rented = ArrayPool<byte>.Shared.Rent(JournalEncoding.LimitOf(entry));
        var length = 0;
        try
        {
            length = JournalEncoding.Write(entry, rented);
            return Digest.Of(rented.AsSpan(0, length));
        }
        finally
        {
            // Entries are clear of personal data, but a pool is shared with everything else.
            rented.AsSpan(0, length).Clear();
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Whether an entry is as it was written: its hash is that of its members.</summary>
    internal static bool IsRight(JournalEntry entry)
    {
        try
        {
            return Of(entry) == entry.Hash;
        }
        catch (ArgumentException)
        {
            // Half of a surrogate pair: no store has ever accepted it.
            return false;
        }
    }

    private static Instant ToTicks(Instant instant) => Instant.FromUnixTimeTicks(instant.ToUnixTimeTicks());
}

/// <summary>The bytes that are hashed and authenticated. Numbers are big-endian, instants ticks of 100 nanoseconds since 1970; a text takes the length of
/// its UTF-8 in four bytes, -1 for none, and its bytes, so that no two lists of texts give the same.</summary>
internal static class JournalEncoding
{
    private const int BytesPerChar = 3;
    private const int Texts = 5;

    // Half of a surrogate pair has no bytes of its own: were it replaced, two texts would share a hash.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Where the hash of the entry before stands in an entry's bytes.</summary>
    public const int PreviousAt = 14;

    /// <summary>Where the version stands.</summary>
    public const int VersionAt = PreviousAt + Digest.Size;

    /// <summary>Where the position stands.</summary>
    public const int PositionAt = VersionAt + sizeof(long);

    /// <summary>How many bytes come before the texts.</summary>
    public const int HeadSize = PositionAt + (3 * sizeof(long));

    private static ReadOnlySpan<byte> EntryDomain => "gdpr-journal-1"u8;

    private static ReadOnlySpan<byte> CheckpointDomain => "gdpr-checkpoint-1"u8;

    private static ReadOnlySpan<byte> BaseDomain => "gdpr-base-1"u8;

    private static ReadOnlySpan<byte> RestoreDomain => "gdpr-restore-1"u8;

    private static ReadOnlySpan<byte> ExpiryDomain => "gdpr-expiry-1"u8;

    /// <summary>No fewer bytes than an entry takes.</summary>
    public static int LimitOf(JournalEntry entry)
    {
        var content = entry.Content;
        var chars = (long)entry.Stream.Length + content.Type.Length + (content.Controller?.Length ?? 0) + (content.Subject?.ToString().Length ?? 0) + content.Data.Length;
        return checked((int)(EntryDomain.Length + (2 * Digest.Size) + (4 * sizeof(long)) + 1 + (Texts * sizeof(int)) + (BytesPerChar * chars)));
    }

    /// <summary>Writes an entry's members, but for the hash.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="utf8">How texts are written that are not Unicode; unless stated, not at all.</param>
    /// <returns>How many bytes it took.</returns>
    /// <exception cref="ArgumentException">A text is not Unicode.</exception>
    public static int Write(JournalEntry entry, Span<byte> destination, Encoding? utf8 = null)
    {
        var content = entry.Content;
        var previous = entry.Previous;
        var payload = content.Payload.GetValueOrDefault();
        WriteHead(
            destination, previous.AsSpan(), entry.Version, entry.Position, entry.RecordedAt.ToUnixTimeTicks(), content.OccurredAt.ToUnixTimeTicks());
        var writer = new Writer(destination[HeadSize..], utf8 ?? Utf8);
        writer.Write(entry.Stream);
        writer.Write(content.Type);
        writer.Write(content.Controller);
        writer.Write(content.Subject?.ToString());
        writer.Write(content.Data);
        writer.Write(content.Payload is null ? [0] : [1]);
        writer.Write(payload.AsSpan());
        return HeadSize + writer.Written;
    }

    /// <summary>Writes what comes before an entry's texts.</summary>
    public static void WriteHead(Span<byte> destination, ReadOnlySpan<byte> previous, long version, long position, long recordedAtTicks, long occurredAtTicks)
    {
        var writer = new Writer(destination, Utf8);
        writer.Write(EntryDomain);
        writer.Write(previous);
        writer.Write(version);
        writer.Write(position);
        writer.Write(recordedAtTicks);
        writer.Write(occurredAtTicks);
    }

    /// <summary>The first text of an entry's bytes: its stream.</summary>
    public static ReadOnlySpan<byte> FirstText(ReadOnlySpan<byte> entry) =>
        entry.Slice(HeadSize + sizeof(int), BinaryPrimitives.ReadInt32BigEndian(entry[HeadSize..]));

    /// <summary>Reads an entry back from its bytes. Texts that are not UTF-8 come back with replacements.</summary>
    public static JournalEntry Read(EncodedEntry encoded)
    {
        var bytes = encoded.Bytes;
        var recordedAt = BinaryPrimitives.ReadInt64BigEndian(bytes[(PositionAt + sizeof(long))..]);
        var occurredAt = BinaryPrimitives.ReadInt64BigEndian(bytes[(PositionAt + (2 * sizeof(long)))..]);
        var at = HeadSize;
        var (stream, type, controller, subject, data) = (Text(bytes), Text(bytes), Text(bytes), Text(bytes), Text(bytes));
        var content = new NewJournalEntry(type ?? "", InstantOf(occurredAt), data ?? "")
        {
            Controller = controller,
            Subject = subject is null ? null : new SubjectKey(subject),
            Payload = encoded.HasPayload ? new Digest(bytes[^Digest.Size..]) : null,
        };
        return new JournalEntry(stream ?? "", encoded.Version, encoded.Position, InstantOf(recordedAt), content, encoded.Previous, encoded.Hash);

        string? Text(ReadOnlySpan<byte> from)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(from[at..]);
            var text = length < 0 ? null : Encoding.UTF8.GetString(from.Slice(at + sizeof(int), length));
            at += sizeof(int) + Math.Max(length, 0);
            return text;
        }
    }

    /// <summary>An instant; the nearest there is to one beyond all, which only a changed entry has.</summary>
    private static Instant InstantOf(long ticks) =>
        Instant.FromUnixTimeTicks(Math.Clamp(ticks, Instant.MinValue.ToUnixTimeTicks(), Instant.MaxValue.ToUnixTimeTicks()));

    /// <summary>What a checkpoint's code authenticates: every member but the code.</summary>
    public static byte[] Authenticated(JournalCheckpoint checkpoint)
    {
        var history = checkpoint.History;
        var bytes = new byte[CheckpointDomain.Length + (3 * sizeof(long)) + Digest.Size + sizeof(int) + Utf8.GetByteCount(checkpoint.KeyId)];
        var writer = new Writer(bytes, Utf8);
        writer.Write(CheckpointDomain);
        writer.Write(checkpoint.Number);
        writer.Write(checkpoint.Position);
        writer.Write(checkpoint.At.ToUnixTimeTicks());
        writer.Write(history.AsSpan());
        writer.Write(checkpoint.KeyId);
        return bytes;
    }

    /// <summary>The digest of a base: its checkpoint with the code, and every head.</summary>
    public static Digest DigestOf(JournalCheckpoint checkpoint, IReadOnlyList<StreamHead> heads)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var mac = checkpoint.Mac;
        Span<byte> number = stackalloc byte[sizeof(long)];
        hash.AppendData(BaseDomain);
        hash.AppendData(Authenticated(checkpoint));
        hash.AppendData(mac.AsSpan());
        BinaryPrimitives.WriteInt64BigEndian(number, heads.Count);
        hash.AppendData(number);
        foreach (var head in heads)
        {
            var headHash = head.Hash;
            var bytes = new byte[sizeof(int) + Utf8.GetByteCount(head.Stream) + sizeof(long)];
            var writer = new Writer(bytes, Utf8);
            writer.Write(head.Stream);
            writer.Write(head.Version);
            hash.AppendData(bytes);
            hash.AppendData(headHash.AsSpan());
        }

        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(digest);
        return new Digest(digest);
    }

    /// <summary>What the code of an expiry authenticates.</summary>
    public static byte[] AuthenticatedExpiry(Digest journalBase) => [.. ExpiryDomain, .. journalBase.AsSpan()];

    /// <summary>What the code of an acknowledged restore authenticates: which checkpoint it is about.</summary>
    public static byte[] AuthenticatedRestore(JournalCheckpoint checkpoint) =>
        AuthenticatedRestore(checkpoint.Number, checkpoint.Position, checkpoint.Mac.ToString());

    /// <inheritdoc cref="AuthenticatedRestore(JournalCheckpoint)"/>
    public static byte[] AuthenticatedRestore(long number, long position, string mac)
    {
        var bytes = new byte[RestoreDomain.Length + (2 * sizeof(long)) + sizeof(int) + Utf8.GetByteCount(mac)];
        var writer = new Writer(bytes, Utf8);
        writer.Write(RestoreDomain);
        writer.Write(number);
        writer.Write(position);
        writer.Write(mac);
        return bytes;
    }

    private ref struct Writer(Span<byte> destination, Encoding utf8)
    {
        private readonly Span<byte> _destination = destination;
        private readonly Encoding _utf8 = utf8;

        public int Written { get; private set; }

        public void Write(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_destination[Written..]);
            Written += bytes.Length;
        }

        public void Write(long number)
        {
            BinaryPrimitives.WriteInt64BigEndian(_destination[Written..], number);
            Written += sizeof(long);
        }

        public void Write(string? text)
        {
            var length = text is null ? -1 : _utf8.GetBytes(text, _destination[(Written + sizeof(int))..]);
            BinaryPrimitives.WriteInt32BigEndian(_destination[Written..], length);
            Written += sizeof(int) + Math.Max(length, 0);
        }
    }
}
