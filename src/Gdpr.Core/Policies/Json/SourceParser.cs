using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gdpr.Policies.Json;

/// <summary>Reads a JSON text into nodes that know their places. Comments and trailing commas are allowed.</summary>
/// <remarks>A text that is not JSON gives one finding: after the first error nothing that follows can be trusted to be what it seems.</remarks>
internal ref struct SourceParser
{
    /// <summary>More than any policy needs, and little enough to be held in memory a few times over.</summary>
    public const int MaximumBytes = 16 * 1024 * 1024;

    private readonly ReadOnlySpan<byte> _text;
    private readonly List<int> _lineStarts;
    private Utf8JsonReader _reader;
    private (int Offset, SourcePosition At) _last = (0, new SourcePosition(1, 1));

    private SourceParser(ReadOnlySpan<byte> utf8Json)
    {
        _text = utf8Json;
        _lineStarts = LineStarts(utf8Json);
        _reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            MaxDepth = PolicyJsonContext.DepthLimit + 1,
        });
    }

    /// <summary>The finding that ended the reading, where one did.</summary>
    private PolicyFinding? Problem { get; set; }

    /// <summary>Reads a text.</summary>
    /// <param name="utf8Json">The text in UTF-8, with or without a byte order mark.</param>
    /// <param name="problem">Why it cannot be read, when the answer is <see langword="null"/>.</param>
    public static SourceNode? Parse(ReadOnlySpan<byte> utf8Json, out PolicyFinding? problem)
    {
        if (utf8Json.StartsWith("\uFEFF"u8))
        {
            utf8Json = utf8Json[3..];
        }

        problem = CheckText(utf8Json);
        if (problem is not null)
        {
            return null;
        }

        var parser = new SourceParser(utf8Json);
        var root = parser.ParseDocument();
        problem = parser.Problem;
        return problem is null ? root : null;
    }

    private static PolicyFinding? CheckText(ReadOnlySpan<byte> utf8Json)
    {
        if (utf8Json.Length > MaximumBytes)
        {
            var size = string.Create(CultureInfo.InvariantCulture, $"The text is {utf8Json.Length:N0} bytes long; a policy has at most {MaximumBytes:N0}.");
            return Unreadable(size, "Check that this is the policy; divide it in several if it is.", new SourcePosition(1, 1));
        }

        if (!Utf8.IsValid(utf8Json))
        {
            return Unreadable("The text is not UTF-8.", "Save the file in UTF-8.", PositionOf(utf8Json, LineStarts(utf8Json), ValidLength(utf8Json)));
        }

        return utf8Json.Trim(" \t\r\n"u8).IsEmpty
            ? Unreadable("The text is empty.", "Write a policy: an object with policy, version, effective, controllers, systems and activities.", new SourcePosition(1, 1))
            : null;
    }

    private static int ValidLength(ReadOnlySpan<byte> utf8Json)
    {
        Span<char> chars = stackalloc char[256];
        var length = 0;
        OperationStatus status;
        do
        {
            status = Utf8.ToUtf16(utf8Json[length..], chars, out var read, out _, replaceInvalidSequences: false);
            length += read;
        }
        while (status == OperationStatus.DestinationTooSmall);
        return length;
    }

    private SourceNode? ParseDocument()
    {
        try
        {
            if (!_reader.Read())
            {
                Stop("The text holds no value.", "Write a policy: an object.");
                return null;
            }

            var root = ParseValue();
            if (root is not null)
            {
                // Whatever follows the value is an error, which the reader reports.
                _reader.Read();
            }

            return root;
        }
        catch (JsonException exception)
        {
            var at = new SourcePosition((int)(exception.LineNumber ?? 0) + 1, (int)(exception.BytePositionInLine ?? 0) + 1);
            Problem = Unreadable(
                $"The text is not JSON from here on: {WithoutPlace(exception.Message)}", "Mend the text at this place; comments and trailing commas are allowed.", at);
            return null;
        }
    }

    private SourceNode? ParseValue()
    {
        var at = Position();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return TooDeep() ? null : ParseObject(new SourceNode(JsonValueKind.Object, at));
            case JsonTokenType.StartArray:
                return TooDeep() ? null : ParseArray(new SourceNode(JsonValueKind.Array, at));
            case JsonTokenType.String:
                return TryReadText(out var text) ? new SourceNode(JsonValueKind.String, at, text) : null;
            case JsonTokenType.Number:
                return new SourceNode(JsonValueKind.Number, at, System.Text.Encoding.UTF8.GetString(_reader.ValueSpan));
            case JsonTokenType.True:
                return new SourceNode(JsonValueKind.True, at);
            case JsonTokenType.False:
                return new SourceNode(JsonValueKind.False, at);
            default:
                return new SourceNode(JsonValueKind.Null, at);
        }
    }

    private SourceNode? ParseObject(SourceNode node)
    {
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var at = Position();
            if (!TryReadText(out var name))
            {
                return null;
            }

            _reader.Read();
            var value = ParseValue();
            if (value is null)
            {
                return null;
            }

            node.Add(new SourceMember(name, at, value));
        }

        return node;
    }

    private SourceNode? ParseArray(SourceNode node)
    {
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            var item = ParseValue();
            if (item is null)
            {
                return null;
            }

            node.Add(item);
        }

        return node;
    }

    private bool TooDeep()
    {
        var tooDeep = _reader.CurrentDepth >= PolicyJsonContext.DepthLimit;
        if (tooDeep)
        {
            Stop($"The text nests deeper than {PolicyJsonContext.DepthLimit} levels.", "Nest the rules less deeply.");
        }

        return tooDeep;
    }

    private bool TryReadText(out string text)
    {
        try
        {
            text = _reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // The one reason there is: half of a pair of \u escapes, which no string can hold.
            text = "";
            Stop("The string holds half of a pair of \\u escapes.", "Write both halves, or the character itself.");
            return false;
        }
    }

    private void Stop(string message, string mend) => Problem = Unreadable(message, mend, Position());

    private SourcePosition Position()
    {
        // On the line of the token before, only what lies between is counted: the whole text may be one line.
        var offset = (int)_reader.TokenStartIndex;
        var line = LineOf(_lineStarts, offset);
        var at = line + 1 == _last.At.Line && offset >= _last.Offset
            ? new SourcePosition(line + 1, _last.At.Column + Encoding.UTF8.GetCharCount(_text[_last.Offset..offset]))
            : PositionOf(_text, _lineStarts, offset);
        _last = (offset, at);
        return at;
    }

    private static SourcePosition PositionOf(ReadOnlySpan<byte> text, List<int> lineStarts, int offset)
    {
        var line = LineOf(lineStarts, offset);
        return new SourcePosition(line + 1, Encoding.UTF8.GetCharCount(text[lineStarts[line]..offset]) + 1);
    }

    private static int LineOf(List<int> lineStarts, int offset)
    {
        var index = lineStarts.BinarySearch(offset);
        return index >= 0 ? index : ~index - 1;
    }

    private static List<int> LineStarts(ReadOnlySpan<byte> utf8Json)
    {
        var starts = new List<int> { 0 };
        for (var index = 0; index < utf8Json.Length; index++)
        {
            if (utf8Json[index] == (byte)'\n')
            {
                starts.Add(index + 1);
            }
        }

        return starts;
    }

    // The reader ends its message with a place that counts from 0, beside ours that count from 1.
    private static string WithoutPlace(string message)
    {
        var place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return place < 0 ? message : message[..place];
    }

    private static PolicyFinding Unreadable(string message, string mend, SourcePosition at) =>
        new(FindingCodes.Unreadable, FindingSeverity.Error, "", message, mend, null, at.Line, at.Column);
}
