using System.Buffers;
using System.Text;
using Gdpr.Retention;

namespace Gdpr.Tool.Decisions;

/// <summary>Writes decisions as CSV: <c>record,fate,due,rule,reason</c>, and <c>fields</c> where each is about a field group.</summary>
/// <remarks>The names of records are repeated as they are, so that the output can be joined with its source. A name that begins as a formula would
/// be run by a spreadsheet: <see cref="LiveFormulas"/> counts them, and on request an apostrophe is put before each.</remarks>
internal sealed class CsvDecisionWriter : DecisionWriter
{
    private static readonly SearchValues<byte> Quoted = SearchValues.Create(",\"\r\n"u8);

    private readonly OutputBuffer _output;
    private readonly bool _byField;
    private readonly bool _forSpreadsheet;
    private readonly Dictionary<WrittenGroup, byte[]> _fields = new(ReferenceEqualityComparer.Instance);

    /// <param name="stream">Where the output goes.</param>
    /// <param name="byField">Whether each decision is about a field group.</param>
    /// <param name="forSpreadsheet">Whether the output will be opened in a spreadsheet: marked as UTF-8, formulas put out of action.</param>
    public CsvDecisionWriter(Stream stream, bool byField, bool forSpreadsheet)
    {
        _output = new OutputBuffer(stream);
        _byField = byField;
        _forSpreadsheet = forSpreadsheet;
    }

    /// <summary>How many names of records were written that a spreadsheet would run.</summary>
    public long LiveFormulas { get; private set; }

    public override void Begin()
    {
        if (_forSpreadsheet)
        {
            _output.Write(Encoding.UTF8.Preamble);
        }

        _output.Write(_byField ? "record,fate,due,rule,reason,fields\n"u8 : "record,fate,due,rule,reason\n"u8);
    }

    public override void Write(ReadOnlySpan<byte> record, in FateDecision decision, WrittenGroup? group)
    {
        const int DateLength = 10;
        WriteName(record);
        _output.Write((byte)',');
        _output.Write(CodeOf(decision.Fate));
        _output.Write((byte)',');
        if (decision.Due is { } due)
        {
            WriteDate(due, _output.GetSpan(DateLength));
            _output.Advance(DateLength);
        }

        _output.Write((byte)',');
        _output.Write(IdOf(decision.Rule));
        _output.Write((byte)',');
        _output.Write(CodeOf(decision.Reason));
        if (group is not null)
        {
            _output.Write((byte)',');
            _output.Write(FieldsOf(group));
        }

        _output.Write((byte)'\n');
    }

    public override void End() => _output.Flush();

    private ReadOnlySpan<byte> FieldsOf(WrittenGroup group)
    {
        if (!_fields.TryGetValue(group, out var fields))
        {
            _fields.Add(group, fields = Encoding.UTF8.GetBytes(string.Join(';', group.Fields)));
        }

        return fields;
    }

    private void WriteName(ReadOnlySpan<byte> name)
    {
        var live = IsLive(name);
        var marked = live && _forSpreadsheet;
        LiveFormulas += live && !_forSpreadsheet ? 1 : 0;
        if (name.IndexOfAny(Quoted) < 0)
        {
            if (marked)
            {
                _output.Write((byte)'\'');
            }

            _output.Write(name);
            return;
        }

        _output.Write(marked ? "\"'"u8 : "\""u8);
        for (var quote = name.IndexOf((byte)'"'); quote >= 0; quote = name.IndexOf((byte)'"'))
        {
            _output.Write(name[..(quote + 1)]);
            _output.Write((byte)'"');
            name = name[(quote + 1)..];
        }

        _output.Write(name);
        _output.Write((byte)'"');
    }

    /// <summary>Whether a spreadsheet takes a text for a formula. A plain number with its sign is none.</summary>
    private static bool IsLive(ReadOnlySpan<byte> name) => name[0] switch
    {
        (byte)'=' or (byte)'@' or (byte)'\t' or (byte)'\r' or (byte)'\n' => true,
        (byte)'+' or (byte)'-' => name.Length == 1 || name[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'),
        _ => false,
    };
}
