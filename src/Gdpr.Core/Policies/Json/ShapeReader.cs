using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Gdpr.Policies.Json;

/// <summary>Holds a document against the shape of a policy: reports all that does not fit, and writes what does in the form that the
/// generated code reads.</summary>
/// <remarks>What does not fit is left out, shorthands are written out. So a document with mistakes still yields a policy to be checked
/// further, and everything is reported at once.</remarks>
internal sealed class ShapeReader
{
    private readonly List<PolicyFinding> _findings = [];
    private readonly HashSet<string> _settled = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _clean = new();
    private readonly Utf8JsonWriter _writer;

    private ShapeReader() => _writer = new Utf8JsonWriter(_clean, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Reads a document whose root is an object.</summary>
    public static ShapeReading Read(SourceNode root)
    {
        var reader = new ShapeReader();
        using (reader._writer)
        {
            reader.WriteObject(root, PolicyShapes.Policy, "");
        }

        var policy = JsonSerializer.Deserialize(reader._clean.WrittenSpan, PolicyJsonContext.Default.GdprPolicy)!;
        return new ShapeReading(policy, reader._findings, reader._settled);
    }

    private void Write(SourceNode node, Shape shape, string pointer)
    {
        switch (shape)
        {
            case ObjectShape known:
                WriteObject(node, known, pointer);
                break;
            case MapShape map:
                WriteMap(node, map, pointer);
                break;
            case ListShape list:
                WriteList(node, list, pointer);
                break;
            default:
                WriteScalar(node);
                break;
        }
    }

    private void WriteObject(SourceNode node, ObjectShape shape, string pointer)
    {
        var stated = new HashSet<string>(StringComparer.Ordinal);
        _writer.WriteStartObject();
        if (node.Kind == JsonValueKind.String && shape.Shorthand is { } shorthand)
        {
            WriteMember(node, shorthand, pointer, stated);
        }

        foreach (var (name, at, value) in node.Members)
        {
            var place = JsonPointer.Child(pointer, name);
            if (!shape.TryGet(name, out var member))
            {
                ReportUnknown(node, name, at, shape, pointer);
            }
            else if (stated.Contains(name))
            {
                Report(FindingCodes.DuplicateMember, place, at, $"\"{name}\" is stated twice; the first one counts until this is mended.", "Keep one of the two.");
            }
            else
            {
                WriteMember(value, member, place, stated);
            }
        }

        _writer.WriteEndObject();
    }

    private void WriteMember(SourceNode value, MemberShape member, string pointer, HashSet<string> stated)
    {
        if (value.Kind == JsonValueKind.Null && !member.Required)
        {
            Report(FindingCodes.NullMember, pointer, value.At,
                "null says nothing: the member counts as left out.", "Give it a value, or leave it out where it is not needed.");
        }

        if (value.Kind == JsonValueKind.Null || (member.Required && value.Kind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.Text)))
        {
            return;
        }

        stated.Add(member.Name);
        if (Fits(value, member.Shape, pointer))
        {
            _writer.WritePropertyName(member.Name);
            Write(value, member.Shape, pointer);
        }
    }

    private void WriteMap(SourceNode node, MapShape map, string pointer)
    {
        var stated = new HashSet<string>(StringComparer.Ordinal);
        _writer.WriteStartObject();
        foreach (var (id, at, value) in node.Members)
        {
            var place = JsonPointer.Child(pointer, id);
            if (!map.Ids.Accepts(id))
            {
                Report(FindingCodes.IllFormedId, place, at, string.IsNullOrWhiteSpace(id) ? "The id is blank." : $"\"{id}\" cannot be an id.",
                    $"Make it of {map.Ids.Description}.");
            }
            else if (!stated.Add(id))
            {
                Report(FindingCodes.DuplicateMember, place, at, $"\"{id}\" is declared twice; the first one counts until this is mended.",
                    "Remove one of the two, or give it another id.");
            }
            else if (Fits(value, map.Element, place))
            {
                _writer.WritePropertyName(id);
                Write(value, map.Element, place);
            }
        }

        _writer.WriteEndObject();
    }

    private void WriteList(SourceNode node, ListShape list, string pointer)
    {
        _writer.WriteStartArray();
        if (node.Kind == JsonValueKind.String)
        {
            WriteScalar(node);
        }

        for (var index = 0; index < node.Items.Count; index++)
        {
            var place = JsonPointer.Child(pointer, index.ToString(CultureInfo.InvariantCulture));
            if (Fits(node.Items[index], list.Element, place))
            {
                Write(node.Items[index], list.Element, place);
            }
            else if (list.Element is ObjectShape or ScalarShape { Kind: ScalarKind.Text, Form: null })
            {
                // The items after it keep their places, which findings name.
                _writer.WriteNullValue();
            }
        }

        _writer.WriteEndArray();
    }

    private void WriteScalar(SourceNode node)
    {
        switch (node.Kind)
        {
            case JsonValueKind.String:
                _writer.WriteStringValue(node.Text);
                break;
            case JsonValueKind.Number:
                _writer.WriteRawValue(node.Text, skipInputValidation: true);
                break;
            default:
                _writer.WriteBooleanValue(node.Kind == JsonValueKind.True);
                break;
        }
    }

    /// <summary>Whether a value has the kind and form that its place asks for; what is inside it is looked at later.</summary>
    private bool Fits(SourceNode node, Shape shape, string pointer)
    {
        var fits = shape switch
        {
            ObjectShape known => node.Kind == JsonValueKind.Object || (node.Kind == JsonValueKind.String && known.Shorthand is not null),
            MapShape => node.Kind == JsonValueKind.Object,
            ListShape list => node.Kind == JsonValueKind.Array || (node.Kind == JsonValueKind.String && list.AcceptsOne),
            ScalarShape { Kind: ScalarKind.Flag } => node.Kind is JsonValueKind.True or JsonValueKind.False,
            ScalarShape { Kind: ScalarKind.Number } => node.Kind == JsonValueKind.Number,
            _ => node.Kind == JsonValueKind.String,
        };
        if (!fits)
        {
            _settled.Add(pointer);
            Report(FindingCodes.WrongKind, pointer, node.At, $"{KindOf(node)} stands here.", $"Write {shape.Expected}.");
        }

        return fits && (shape is not ScalarShape scalar || IsReadable(node, scalar, pointer));
    }

    private bool IsReadable(SourceNode node, ScalarShape scalar, string pointer)
    {
        string? problem = null;
        var suggestion = "";
        if (scalar.Form is { } form && !form.Accepts(node.Text, out problem))
        {
            suggestion = NearestWord.To(node.Text, form.Words) is { } word ? $"Did you mean \"{word}\"? " : "";
        }
        else if (scalar.Kind == ScalarKind.Number && !int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            problem = $"{node.Text} is not a whole number that fits";
        }

        if (problem is not null)
        {
            _settled.Add(pointer);
            Report(FindingCodes.UnreadableValue, pointer, node.At, $"{char.ToUpperInvariant(problem[0])}{problem[1..]}.", $"{suggestion}Write {scalar.Expected}.");
        }

        return problem is null;
    }

    private void ReportUnknown(SourceNode node, string name, SourcePosition at, ObjectShape shape, string pointer)
    {
        if (shape == PolicyShapes.Policy && name == PolicySchema.MemberName)
        {
            return;
        }

        var nearest = NearestWord.To(name, shape.Members.Select(member => member.Name).Where(known => node.Find(known) is null));
        if (nearest is not null)
        {
            _settled.Add(JsonPointer.Child(pointer, nearest));
        }

        var mend = nearest is not null ? $"Did you mean \"{nearest}\"?"
            : shape.Members.Count == 0 ? "Remove it."
            : $"Remove it, or use one of {string.Join(", ", shape.Members.Select(member => member.Name))}.";
        Report(FindingCodes.UnknownMember, JsonPointer.Child(pointer, name), at, $"The {shape.Noun} has no member \"{name}\".", mend);
    }

    private void Report(string code, string pointer, SourcePosition at, string message, string mend) =>
        _findings.Add(new PolicyFinding(code, FindingCodes.SeverityOf(code), pointer, message, mend, null, at.Line, at.Column));

    private static string KindOf(SourceNode node) => node.Kind switch
    {
        JsonValueKind.Object => "An object",
        JsonValueKind.Array => "An array",
        JsonValueKind.String => "A string",
        JsonValueKind.Number => "A number",
        JsonValueKind.Null => "null",
        _ => "A truth value",
    };
}

/// <summary>What holding a document against the shape of a policy gave.</summary>
/// <param name="Policy">The policy, without what did not fit.</param>
/// <param name="Findings">What did not fit, in the order met.</param>
/// <param name="Settled">The pointers of values left out, of which nothing more needs to be said; validation reports what is missing.</param>
internal sealed record ShapeReading(GdprPolicy Policy, IReadOnlyList<PolicyFinding> Findings, IReadOnlySet<string> Settled);
