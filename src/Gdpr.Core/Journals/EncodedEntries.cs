using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Gdpr.Journals;

/// <summary>A page of entries, each as the bytes that its hash is of, in a buffer out of a pool.</summary>
/// <remarks>A store writes an entry's members in this order: <see cref="Begin"/>; <see cref="AddText"/> or <see cref="AddNoText"/> for the stream, the type, the
/// controller, the subject and the data; <see cref="End"/>. Not safe to use from several threads at once.</remarks>
public sealed class EncodedEntries : IDisposable
{
    // A page of entries as they usually are: most need no larger one.
    private const int FirstSize = 1 << 19;

    private readonly List<int> _ends = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _length;

    /// <summary>Why the entry after these cannot be read back; <see langword="null"/> where there is no such entry in the page.</summary>
    public StoreException? Unreadable { get; private set; }

    /// <summary>How many entries there are.</summary>
    public int Count => _ends.Count;

    /// <summary>An entry, as long as the page is not disposed of.</summary>
    internal EncodedEntry this[int index]
    {
        get
        {
            var bytes = _buffer.AsSpan((index == 0 ? 0 : _ends[index - 1]).._ends[index]);
            return new EncodedEntry(bytes[..^Digest.Size], new Digest(bytes[^Digest.Size..]));
        }
    }

    /// <summary>Begins an entry. One that was begun and not ended is forgotten.</summary>
    /// <param name="previous">The hash of the entry before it in its stream, 32 bytes.</param>
    /// <param name="version">Its version.</param>
    /// <param name="position">Its position.</param>
    /// <param name="recordedAtTicks">When it was recorded: ticks of 100 nanoseconds since 1970.</param>
    /// <param name="occurredAtTicks">When it happened: ticks of 100 nanoseconds since 1970.</param>
    public void Begin(ReadOnlySpan<byte> previous, long version, long position, long recordedAtTicks, long occurredAtTicks)
    {
        if (previous.Length != Digest.Size)
        {
            throw new ArgumentOutOfRangeException(nameof(previous), previous.Length, "A hash has 32 bytes.");
        }

        _length = _ends.Count == 0 ? 0 : _ends[^1];
        JournalEncoding.WriteHead(Take(JournalEncoding.HeadSize), previous, version, position, recordedAtTicks, occurredAtTicks);
    }

    /// <summary>Adds the next text.</summary>
    /// <param name="utf8">Its bytes.</param>
    public void AddText(ReadOnlySpan<byte> utf8)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), utf8.Length);
        utf8.CopyTo(Take(utf8.Length));
    }

    /// <summary>Says that the next text is none.</summary>
    public void AddNoText() => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), -1);

    /// <summary>Ends the entry.</summary>
    /// <param name="payload">The commitment to its payload, 32 bytes; empty for none.</param>
    /// <param name="hash">Its hash, 32 bytes.</param>
    public void End(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> hash)
    {
        if (hash.Length != Digest.Size)
        {
            throw new ArgumentOutOfRangeException(nameof(hash), hash.Length, "A hash has 32 bytes.");
        }

        if (payload.Length is not (0 or Digest.Size))
        {
            throw new ArgumentOutOfRangeException(nameof(payload), payload.Length, "A commitment has 32 bytes.");
        }

        Take(1)[0] = payload.IsEmpty ? (byte)0 : (byte)1;
        var commitment = Take(Digest.Size);
        commitment.Clear();
        payload.CopyTo(commitment);
        hash.CopyTo(Take(Digest.Size));
        _ends.Add(_length);
    }

    /// <summary>Ends the page before an entry that cannot be read back.</summary>
    /// <param name="unreadable">Why it cannot.</param>
    public void BreakOff(StoreException unreadable)
    {
        ArgumentNullException.ThrowIfNull(unreadable);
        Unreadable = unreadable;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        Return(_buffer, _length);
        _buffer = [];
        _ends.Clear();
        _length = 0;
    }

    private static void Return(byte[] buffer, int used)
    {
        // Entries are clear of personal data, but a pool is shared with everything else.
        buffer.AsSpan(0, used).Clear();
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private Span<byte> Take(int length)
    {
        if (_buffer.Length - _length < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(checked(_length + Math.Max(length, _length)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            Return(_buffer, _length);
            _buffer = larger;
        }

        _length += length;
        return _buffer.AsSpan(_length - length, length);
    }
}

/// <summary>An entry as the bytes that its hash is of, and the hash that it has.</summary>
[SuppressMessage("Design", "CA1815:Override equals and operator equals on value types", Justification = "A view, compared with nothing.")]
internal readonly ref struct EncodedEntry(ReadOnlySpan<byte> bytes, Digest hash)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public Digest Hash { get; } = hash;

    public Digest Previous => new(Bytes.Slice(JournalEncoding.PreviousAt, Digest.Size));

    public long Version => BinaryPrimitives.ReadInt64BigEndian(Bytes[JournalEncoding.VersionAt..]);

    public long Position => BinaryPrimitives.ReadInt64BigEndian(Bytes[JournalEncoding.PositionAt..]);

    /// <summary>The stream's name in UTF-8.</summary>
    public ReadOnlySpan<byte> Stream => JournalEncoding.FirstText(Bytes);

    public bool HasPayload => Bytes[^(Digest.Size + 1)] != 0;

    /// <summary>The entry itself.</summary>
    public JournalEntry Decode() => JournalEncoding.Read(this);
}
