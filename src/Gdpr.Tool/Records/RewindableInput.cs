namespace Gdpr.Tool.Records;

/// <summary>Input that cannot seek, such as a pipe, and of which the last part is remembered, so that a reader may go back there.</summary>
/// <param name="input">The input. It is closed with this.</param>
/// <param name="remembered">How many bytes are remembered.</param>
internal sealed class RewindableInput(Stream input, int remembered) : Stream
{
    private readonly byte[] _last = new byte[remembered];
    private long _read;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    /// <summary>How much has been read: how much there is shows only at the end.</summary>
    public override long Length => _read;

    /// <summary>Where the next byte comes from: the end of what was read, or at most so far before it as is remembered.</summary>
    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, Math.Max(0, _read - remembered));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, _read);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        // In one piece up to where the ring begins anew.
        var at = (int)(_position % remembered);
        var room = Math.Min(buffer.Length, remembered - at);
        var count = _position < _read
            ? (int)Math.Min(room, _read - _position)
            : input.Read(_last.AsSpan(at, room));
        _last.AsSpan(at, count).CopyTo(buffer);
        _position += count;
        _read = Math.Max(_read, _position);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => _read + offset,
    };

    public override void SetLength(long value) => throw new NotSupportedException("Input is not written.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Input is not written.");

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
