using System.Security.Cryptography;
using System.Text;

namespace Gdpr.Journals;

/// <summary>Hashes many entries one after another, in a buffer of its own. Not safe to use from several threads.</summary>
internal sealed class JournalHasher : IDisposable
{
    private const int FirstSize = 4096;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[FirstSize];

    /// <summary>An entry as the bytes that its hash is of, until the next is encoded.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isUnicode">Whether its texts are Unicode: the bytes of those that are not have replacements.</param>
    public EncodedEntry Encode(JournalEntry entry, out bool isUnicode)
    {
        var limit = JournalEncoding.LimitOf(entry);
        if (limit > _buffer.Length)
        {
            _buffer = new byte[Math.Max(limit, 2 * _buffer.Length)];
        }

        int length;
        try
        {
            length = JournalEncoding.Write(entry, _buffer);
            isUnicode = true;
        }
        catch (ArgumentException)
        {
            // Half of a surrogate pair: no store has ever accepted it.
            length = JournalEncoding.Write(entry, _buffer, Encoding.UTF8);
            isUnicode = false;
        }

        return new EncodedEntry(_buffer.AsSpan(0, length), entry.Hash);
    }

    /// <summary>The hash that an entry ought to have.</summary>
    public Digest Of(ReadOnlySpan<byte> encoded)
    {
        _hash.AppendData(encoded);
        Span<byte> digest = stackalloc byte[Digest.Size];
        _hash.GetHashAndReset(digest);
        return new Digest(digest);
    }

    public void Dispose() => _hash.Dispose();
}

/// <summary>The hash of a checkpoint over the hashes of entries: SHA-256 of the history before it and of each entry's hash, in order.</summary>
internal sealed class JournalHistory : IDisposable
{
    private const int Pending = 128;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _pending = new byte[Pending * Digest.Size];
    private int _length;

    /// <summary>Starts from the history before.</summary>
    public JournalHistory(Digest before) => Add(before);

    /// <summary>Takes in the hash of the next entry.</summary>
    public void Add(Digest hash)
    {
        if (_length == _pending.Length)
        {
            Flush();
        }

        hash.CopyTo(_pending.AsSpan(_length));
        _length += Digest.Size;
    }

    /// <summary>The history up to here; what is taken in after it belongs to the next, which starts from it.</summary>
    public Digest Close()
    {
        Flush();
        Span<byte> digest = stackalloc byte[Digest.Size];
        _hash.GetHashAndReset(digest);
        return new Digest(digest);
    }

    public void Dispose() => _hash.Dispose();

    private void Flush()
    {
        _hash.AppendData(_pending.AsSpan(0, _length));
        _length = 0;
    }
}
