using System.Text;
using CsvHelper;

namespace Gdpr.Tool.Records;

/// <summary>The lines of a CSV file, with their places. A quote that is wrong or never closed costs its own line, not those after it.</summary>
internal sealed class CsvLines : IDisposable
{
    /// <summary>The longest line, in bytes, line breaks within quotes included.</summary>
    public const int LongestLine = 1 << 20;

    private readonly Stream _stream;
    private readonly CsvReaderOptions _options;

    private CsvReader _reader;
    private CsvMalformedRecord? _malformed;
    private bool _tooLong;

    /// <summary>The line of the current reader on which the current line starts, from 1.</summary>
    private long _line;

    /// <summary>Where in the stream, and after how many lines, the reader was started.</summary>
    private (long Position, long Line) _start;

    /// <param name="stream">The file. It is closed with this.</param>
    /// <exception cref="BadInputException">The file is in UTF-16.</exception>
    public CsvLines(Stream stream)
    {
        _stream = stream.CanSeek ? stream : new RewindableInput(stream, 4 * LongestLine);
        _options = new CsvReaderOptions
        {
            HasHeader = false,
            Separator = ',',
            TrackLineNumbers = true,
            MaxRecordSize = LongestLine,
            OnMalformedRecord = malformed => _malformed = malformed,
        };
        RefuseUtf16(_stream);
        _start = (_stream.Position, 0);
        _reader = Open();
    }

    /// <summary>The length of the file in bytes, where it is known.</summary>
    public long? Length => _stream is RewindableInput ? null : _stream.Length;

    /// <summary>How many bytes lie before the current line.</summary>
    public long Position => _start.Position + _reader.ByteOffset;

    /// <summary>What is wrong with the quotes or the length of the current line, or <see langword="null"/>.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where in the current line the field with the problem starts, in bytes.</summary>
    public int ProblemOffset { get; private set; }

    /// <summary>The number of fields of the current line.</summary>
    public int FieldCount => _reader.FieldCount;

    /// <summary>The current line as it stands in the file.</summary>
    public ReadOnlySpan<byte> Raw => _tooLong ? default : _reader.RawRecord;

    /// <summary>The value of a field of the current line.</summary>
    public ReadOnlySpan<byte> Field(int index) => _reader.GetSpan(index);

    /// <summary>Goes to the next line that is not empty.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Read()
    {
        if (Problem is not null)
        {
            Resume();
        }

        Problem = null;
        try
        {
            if (!_reader.Read())
            {
                return false;
            }
        }
        catch (CsvFormatException tooLong)
        {
            // The options throw for one thing only: a line longer than the longest.
            _tooLong = true;
            _line = tooLong.LineNumber;
            ProblemOffset = 0;
            Problem = $"The line is longer than {LongestLine} bytes: close the quote that it opens, or shorten it.";
            return true;
        }

        _line = _reader.LineNumber;

        if (_malformed is { } malformed)
        {
            _malformed = null;
            ProblemOffset = StartOfFieldAt(malformed.ByteOffset - _reader.ByteOffset);
            Problem = malformed.Reason switch
            {
                CsvMalformedReason.StrayQuote => "A quote stands inside a field that is not quoted. Quote the whole field and double the quotes within it.",
                CsvMalformedReason.TextAfterClosingQuote => "Text follows a closing quote. Double the quotes within a quoted field.",
                _ => "A quote is never closed. Close it.",
            };
        }

        return true;
    }

    /// <summary>Where in the current line a field starts, in bytes.</summary>
    public int OffsetOf(int field)
    {
        var offset = 0;
        for (var i = 0; i < field; i++)
        {
            offset += _reader.GetRawSpan(i).Length + 1;
        }

        return offset;
    }

    /// <summary>The line of the file, from 1, and the character in it, from 1, of a byte of the current line.</summary>
    public (long Line, long Column) PlaceOf(int offset)
    {
        var before = Raw[..offset];
        var line = _start.Line + _line;
        for (var at = EndOfLine(before); at >= 0; at = EndOfLine(before))
        {
            before = before[at..];
            line++;
        }

        return (line, 1 + Encoding.UTF8.GetCharCount(before));
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }

    private int StartOfFieldAt(long offset)
    {
        var start = 0;
        for (var field = 0; field < _reader.FieldCount - 1; field++)
        {
            var next = start + _reader.GetRawSpan(field).Length + 1;
            if (next > offset)
            {
                break;
            }

            start = next;
        }

        return start;
    }

    private CsvReader Open() => CsvReader.Create(_stream, _options, leaveOpen: true);

    /// <summary>After a line with a wrong quote, which may have swallowed the lines below it, goes on with the next line of the file.</summary>
    private void Resume()
    {
        if (!_tooLong && EndOfLine(Raw) < 0)
        {
            return;
        }

        var line = _start.Line + _line;
        _stream.Position = Position;
        _start = (SkipLine(), line);
        _tooLong = false;
        _malformed = null;
        _reader.Dispose();
        _reader = Open();
    }

    /// <summary>Moves the stream past the next line break.</summary>
    /// <returns>The position there.</returns>
    private long SkipLine()
    {
        var buffer = new byte[4096];
        var position = _stream.Position;
        for (var read = _stream.Read(buffer); read > 0; read = _stream.Read(buffer))
        {
            var next = buffer.AsSpan(0, read).IndexOfAny((byte)'\r', (byte)'\n');
            if (next >= 0)
            {
                var isPair = buffer[next] == '\r' && (next + 1 < read ? buffer[next + 1] : _stream.ReadByte()) == '\n';
                return _stream.Position = position + next + (isPair ? 2 : 1);
            }

            position += read;
        }

        return position;
    }

    /// <summary>Where the text after the first line break starts, or -1 when there is none.</summary>
    private static int EndOfLine(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOfAny((byte)'\r', (byte)'\n');
        return at < 0 ? -1 : text[at..].StartsWith("\r\n"u8) ? at + 2 : at + 1;
    }

    private static void RefuseUtf16(Stream stream)
    {
        var start = stream.Position;
        Span<byte> mark = stackalloc byte[2];
        var read = stream.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        stream.Position = start;
        if (read == mark.Length && mark is [0xFE, 0xFF] or [0xFF, 0xFE])
        {
            throw new BadInputException("The file is in UTF-16. Save it as UTF-8.");
        }
    }
}
