using System.Text.Json;

namespace Gdpr.Policies.Json;

/// <summary>A place in a JSON text: line and column from 1, the column in UTF-8 bytes; zeros where there is no text.</summary>
internal readonly record struct SourcePosition(int Line, int Column);

/// <summary>A JSON value with its place, members kept as written: in order, duplicates included.</summary>
internal sealed class SourceNode(JsonValueKind kind, SourcePosition at, string text = "")
{
    private readonly List<SourceMember> _members = [];
    private readonly List<SourceNode> _items = [];

    public JsonValueKind Kind { get; } = kind;

    public SourcePosition At { get; } = at;

    /// <summary>The content of a string, the digits of a number.</summary>
    public string Text { get; } = text;

    public IReadOnlyList<SourceMember> Members => _members;

    public IReadOnlyList<SourceNode> Items => _items;

    public void Add(SourceMember member) => _members.Add(member);

    public void Add(SourceNode item) => _items.Add(item);

    /// <summary>The node that a JSON pointer names, or its nearest ancestor that is there.</summary>
    public SourceNode Nearest(string pointer)
    {
        var node = this;
        foreach (var step in JsonPointer.Steps(pointer))
        {
            var next = node.Kind == JsonValueKind.Array
                ? int.TryParse(step, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index)
                    ? node._items.ElementAtOrDefault(index)
                    : null
                : node._members.Find(member => member.Name == step)?.Value;
            if (next is null)
            {
                break;
            }

            node = next;
        }

        return node;
    }
}

/// <summary>A member of a JSON object, with the place of its name.</summary>
internal sealed record SourceMember(string Name, SourcePosition At, SourceNode Value);
