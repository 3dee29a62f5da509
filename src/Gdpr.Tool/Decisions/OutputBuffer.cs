using System.Buffers;

namespace Gdpr.Tool.Decisions;

/// <summary>Collects output and writes it in large pieces.</summary>
/// <param name="stream">Where it goes.</param>
internal sealed class OutputBuffer(Stream stream) : IBufferWriter<byte>
{
    private const int Piece = 64 * 1024;

    private byte[] _buffer = new byte[Piece];
    private int _used;

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_used);
    }

    /// <summary>Writes one byte.</summary>
    public void Write(byte value)
    {
        Reserve(1);
        _buffer[_used++] = value;
    }

    /// <summary>Writes out everything.</summary>
    public void Flush()
    {
        stream.Write(_buffer.AsSpan(0, _used));
        _used = 0;
        stream.Flush();
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - _used >= size)
        {
            return;
        }

        stream.Write(_buffer.AsSpan(0, _used));
        _used = 0;
        if (_buffer.Length < size)
        {
            _buffer = new byte[size];
        }
    }
}
