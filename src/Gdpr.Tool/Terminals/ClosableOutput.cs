namespace Gdpr.Tool.Terminals;

/// <summary>A stream to write to, whose reader may go away.</summary>
/// <param name="stream">The stream.</param>
internal sealed class ClosableOutput(Stream stream) : Stream
{
    private const int BrokenPipeOnUnix = 32;
    private const int BrokenPipeOnWindows = unchecked((int)0x8007006D);
    private const int ClosingPipeOnWindows = unchecked((int)0x800700E8);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            stream.Write(buffer);
        }
        catch (IOException failure) when (failure.HResult is BrokenPipeOnUnix or BrokenPipeOnWindows or ClosingPipeOnWindows)
        {
            throw new OutputClosedException(failure);
        }
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => stream.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Nobody reads the output any more.</summary>
internal sealed class OutputClosedException(IOException cause) : Exception("The output was closed.", cause);
