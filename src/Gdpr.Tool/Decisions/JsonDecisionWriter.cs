using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gdpr.Retention;

namespace Gdpr.Tool.Decisions;

/// <summary>Writes decisions as one JSON array of objects, an object a line.</summary>
internal sealed class JsonDecisionWriter : DecisionWriter
{
    private readonly OutputBuffer _output;
    private readonly Utf8JsonWriter _json;
    private bool _any;

    /// <param name="stream">Where the output goes.</param>
    public JsonDecisionWriter(Stream stream)
    {
        _output = new OutputBuffer(stream);
        _json = new Utf8JsonWriter(_output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public override void Begin() => _output.Write((byte)'[');

    public override void Write(ReadOnlySpan<byte> record, in FateDecision decision, WrittenGroup? group)
    {
        const int DateLength = 10;
        _output.Write(_any ? ",\n"u8 : "\n"u8);
        _any = true;
        _json.WriteStartObject();
        _json.WriteString("record"u8, record);
        _json.WriteString("fate"u8, CodeOf(decision.Fate));
        if (decision.Due is { } due)
        {
            Span<byte> date = stackalloc byte[DateLength];
            WriteDate(due, date);
            _json.WriteString("due"u8, date);
        }
        else
        {
            _json.WriteNull("due"u8);
        }

        if (decision.Rule is null)
        {
            _json.WriteNull("rule"u8);
        }
        else
        {
            _json.WriteString("rule"u8, IdOf(decision.Rule));
        }

        _json.WriteString("reason"u8, CodeOf(decision.Reason));
        if (group is not null)
        {
            _json.WriteStartArray("fields"u8);
            foreach (var field in group.Fields)
            {
                _json.WriteStringValue(field);
            }

            _json.WriteEndArray();
        }

        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
    }

    public override void End()
    {
        _output.Write("\n]\n"u8);
        _output.Flush();
    }
}
