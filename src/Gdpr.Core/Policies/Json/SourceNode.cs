using System.Globalization;
using System.Text.Json;

namespace Gdpr.Policies.Json;

/// <summary>A place in a JSON text: line and column from 1, the column in UTF-16 units, as editors count; zeros where there is no text.</summary>
internal readonly record struct SourcePosition(int Line, int Column);

/// <summary>A JSON value with its place, members kept as written: in order, duplicates included.</summary>
internal sealed class SourceNode(JsonValueKind kind, SourcePosition at, string text = "")
{
    private readonly List<SourceMember> _members = [];
    private readonly List<SourceNode> _items = [];
    private Dictionary<string, SourceNode>? _byName;

    public JsonValueKind Kind { get; } = kind;

    public SourcePosition At { get; } = at;

    /// <summary>The content of a string, the digits of a number.</summary>
    public string Text { get; } = text;

    public IReadOnlyList<SourceMember> Members => _members;

    public IReadOnlyList<SourceNode> Items => _items;

    public void Add(SourceMember member)
    {
        _members.Add(member);
        _byName = null;
    }

    public void Add(SourceNode item) => _items.Add(item);

    /// <summary>The value of a member, the first where there are two; <see langword="null"/> where there is none.</summary>
    public SourceNode? Find(string name)
    {
        if (_byName is null)
        {
            _byName = new Dictionary<string, SourceNode>(_members.Count, StringComparer.Ordinal);
            foreach (var member in _members)
            {
                _byName.TryAdd(member.Name, member.Value);
            }
        }

        return _byName.GetValueOrDefault(name);
    }

    /// <summary>The node that a JSON pointer names, or its nearest ancestor that is there.</summary>
    public SourceNode Nearest(string pointer)
    {
        var node = this;
        foreach (var step in JsonPointer.Steps(pointer))
        {
            var next = node.Kind == JsonValueKind.Array
                ? int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    ? node._items.ElementAtOrDefault(index)
                    : null
                : node.Find(step);
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
