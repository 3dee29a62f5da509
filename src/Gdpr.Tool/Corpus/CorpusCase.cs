using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gdpr.Tool.Corpus;

/// <summary>A case of the corpus: facts, and the decision that follows from them.</summary>
/// <param name="File">The file that it stands in.</param>
/// <param name="Id">Its id, unique in the file.</param>
/// <param name="Kind">What decides: <c>deadline</c>, <c>retention</c> and so on.</param>
/// <param name="Law">The article or paragraph that the decision follows from.</param>
/// <param name="Given">The facts.</param>
/// <param name="Expect">The members of the decision that the case is about.</param>
/// <param name="Policies">The policies of the file, by name.</param>
internal sealed record CorpusCase(
    string File, string Id, string Kind, string Law, JsonObject Given, JsonObject Expect, IReadOnlyDictionary<string, JsonNode> Policies)
{
    /// <summary>A text of the facts.</summary>
    /// <exception cref="BadInputException">It is not there.</exception>
    public string Text(string member) => OptionalText(member) ?? throw Bad($"'given.{member}' is missing: state it");

    /// <summary>A text of the facts, or <see langword="null"/>.</summary>
    public string? OptionalText(string member) => Given[member] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw Bad($"'given.{member}' is no text: write it in quotation marks"),
    };

    /// <summary>A whole number of the facts, or what stands for it where it is missing.</summary>
    public int Number(string member, int missing) => Given[member] switch
    {
        null => missing,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => throw Bad($"'given.{member}' is no whole number"),
    };

    /// <summary>A truth value of the facts; missing is false.</summary>
    public bool Flag(string member) => Given[member] switch
    {
        null => false,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw Bad($"'given.{member}' is neither true nor false"),
    };

    /// <summary>Something in the case cannot be used.</summary>
    public BadInputException Bad(string problem) => new($"{File}: case {Id}: {problem}.");
}
