using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gdpr.Policies.Json;

/// <summary>What the JSON of a policy may look like at one place. Reading, writing and the schema all go by it.</summary>
internal abstract class Shape
{
    /// <summary>What is expected here, to follow "write".</summary>
    public abstract string Expected { get; }
}

/// <summary>A string, a truth value or a number.</summary>
/// <param name="kind">The kind of JSON value.</param>
/// <param name="form">The particular form of a string, where it has one.</param>
internal sealed class ScalarShape(ScalarKind kind, IScalarText? form = null) : Shape
{
    public ScalarKind Kind { get; } = kind;

    public IScalarText? Form { get; } = form;

    public override string Expected => Form?.Expected ?? Kind switch
    {
        ScalarKind.Text => "a string",
        ScalarKind.Flag => "true or false",
        _ => "a whole number",
    };
}

/// <summary>Kinds of scalar values.</summary>
internal enum ScalarKind
{
    Text,
    Flag,
    Number,
}

/// <summary>An array, or a lone string that stands for an array of one.</summary>
internal sealed class ListShape(Shape element, bool acceptsOne) : Shape
{
    public Shape Element { get; } = element;

    public bool AcceptsOne { get; } = acceptsOne;

    public override string Expected => AcceptsOne ? "a string or an array of strings" : "an array";
}

/// <summary>An object whose member names are ids.</summary>
internal sealed class MapShape(Shape element, IdForm ids) : Shape
{
    public Shape Element { get; } = element;

    public IdForm Ids { get; } = ids;

    /// <summary>Whether the order of the entries is part of the policy's meaning.</summary>
    public bool Ordered { get; init; }

    public override string Expected => "an object of ids";
}

/// <summary>An object with known members.</summary>
internal sealed class ObjectShape(Type type) : Shape
{
    private Dictionary<string, MemberShape> _byName = [];

    public Type Type { get; } = type;

    /// <summary>What the object is, in plain words.</summary>
    public string Noun { get; } = NounOf(type);

    public IReadOnlyList<MemberShape> Members
    {
        get => field;
        internal set
        {
            field = value;
            _byName = value.ToDictionary(member => member.Name, StringComparer.Ordinal);
        }
    } = [];

    /// <summary>The member that a bare string stands for, where the type has a shorthand.</summary>
    public MemberShape? Shorthand { get; internal set; }

    public override string Expected => Shorthand is null ? "an object" : $"an object, or a string for its \"{Shorthand.Name}\"";

    public bool TryGet(string name, [NotNullWhen(true)] out MemberShape? member) => _byName.TryGetValue(name, out member);

    private static string NounOf(Type type)
    {
        var words = string.Concat(type.Name.Select((letter, index) => index > 0 && char.IsUpper(letter) ? $" {letter}" : $"{letter}"));
        return type == typeof(GdprPolicy) ? "policy" : words.ToLowerInvariant();
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">The name in JSON.</param>
/// <param name="Shape">What its value looks like.</param>
/// <param name="Required">Whether every policy states it.</param>
/// <param name="PropertyName">The name in C#.</param>
internal sealed record MemberShape(string Name, Shape Shape, bool Required, string PropertyName)
{
    /// <summary>The value that an absent member stands for, written out, where that is neither nothing nor empty.</summary>
    public JsonElement? Default { get; init; }
}
