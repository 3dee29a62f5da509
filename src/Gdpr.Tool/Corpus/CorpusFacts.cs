using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Tool.Corpus;

/// <summary>Facts of a case, or a part of them: a member that nobody knows is refused, so that a word spelt wrong is not taken for a fact that is missing.</summary>
internal sealed class CorpusFacts
{
    private readonly CorpusCase _case;
    private readonly JsonObject _facts;
    private readonly string _path;

    private CorpusFacts(CorpusCase one, JsonObject facts, string path, IReadOnlyCollection<string> members)
    {
        (_case, _facts, _path) = (one, facts, path);
        if (facts.Select(fact => fact.Key).FirstOrDefault(member => !members.Contains(member, StringComparer.Ordinal)) is { } unknown)
        {
            throw one.Bad($"'{path}.{unknown}' is not known: use one of {string.Join(", ", members.Order(StringComparer.Ordinal))}");
        }
    }

    /// <summary>The facts of a case.</summary>
    /// <param name="one">The case.</param>
    /// <param name="members">What may be stated.</param>
    public static CorpusFacts Of(CorpusCase one, params IReadOnlyCollection<string> members) => new(one, one.Given, "given", members);

    /// <summary>A part of the facts, or <see langword="null"/>.</summary>
    /// <param name="member">The member.</param>
    /// <param name="members">What may be stated in it.</param>
    public CorpusFacts? Part(string member, params IReadOnlyCollection<string> members) => _facts[member] switch
    {
        null => null,
        JsonObject part => new CorpusFacts(_case, part, $"{_path}.{member}", members),
        _ => throw Bad(member, "is no object"),
    };

    /// <summary>The parts of a list; none where it is missing.</summary>
    /// <param name="member">The member.</param>
    /// <param name="members">What may be stated in each.</param>
    public IReadOnlyList<CorpusFacts> Parts(string member, params IReadOnlyCollection<string> members) => _facts[member] switch
    {
        null => [],
        JsonArray list => [.. list.Select((part, i) => part is JsonObject facts
            ? new CorpusFacts(_case, facts, $"{_path}.{member}[{i}]", members) : throw Bad($"{member}[{i}]", "is no object"))],
        _ => throw Bad(member, "is no list"),
    };

    /// <summary>Whether a member is stated.</summary>
    public bool Has(string member) => _facts[member] is not null;

    /// <summary>A text.</summary>
    public string Required(string member) => Text(member) ?? throw Bad(member, "is missing: state it");

    /// <summary>A text, or <see langword="null"/>.</summary>
    public string? Text(string member) => _facts[member] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw Bad(member, "is no text: write it in quotation marks"),
    };

    /// <summary>A list of texts; none where it is missing.</summary>
    public IReadOnlyList<string> Texts(string member) => _facts[member] switch
    {
        null => [],
        JsonArray list when list.All(item => item?.GetValueKind() == JsonValueKind.String) => [.. list.Select(item => item!.GetValue<string>())],
        _ => throw Bad(member, "is no list of texts"),
    };

    /// <summary>A truth value, or what stands for it where it is missing.</summary>
    public bool Flag(string member, bool missing = false) => Truth(member, missing) ?? throw Bad(member, "is neither true nor false");

    /// <summary>A truth value, or what stands for it where it is missing; <see langword="null"/> where it is <c>unknown</c>.</summary>
    public bool? Truth(string member, bool? missing = null) => _facts[member] switch
    {
        null => missing,
        JsonValue value when value.TryGetValue<bool>(out var truth) => truth,
        JsonValue value when value.TryGetValue<string>(out var text) && text == "unknown" => null,
        _ => throw Bad(member, "is neither true, false nor unknown"),
    };

    /// <summary>A whole number, or <see langword="null"/>.</summary>
    public int? Number(string member) => _facts[member] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => throw Bad(member, "is no whole number"),
    };

    /// <summary>One of some words, or <see langword="null"/>.</summary>
    public T? Word<T>(string member)
        where T : struct, Enum => Text(member) is not { } text ? null
            : CorpusWords.Read<T>(text) ?? throw Bad(member, $"is '{text}': use one of {string.Join(", ", CorpusWords.All<T>())}");

    /// <summary>An instant, or <see langword="null"/>.</summary>
    public Instant? At(string member) => Text(member) is not { } text ? null
        : OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } parsed
            ? parsed.Value.ToInstant() : throw Bad(member, "is no instant: write it as 2026-01-31T12:00:00+01:00");

    /// <summary>A date, or <see langword="null"/>.</summary>
    public LocalDate? Date(string member) => Text(member) is not { } text ? null
        : LocalDatePattern.Iso.Parse(text) is { Success: true } parsed ? parsed.Value : throw Bad(member, "is no date: write it as 2026-01-31");

    /// <summary>Something of a member cannot be used.</summary>
    public BadInputException Bad(string member, string problem) => _case.Bad($"'{_path}.{member}' {problem}");
}

/// <summary>The words of a corpus for what the library has as values of an enumeration, such as <c>legitimate-interest</c>.</summary>
internal static class CorpusWords
{
    /// <summary>The word for a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>The value that a word names, or <see langword="null"/>.</summary>
    public static T? Read<T>(string word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Of(value) == word)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Every word.</summary>
    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(Of);

    /// <summary>A list of texts.</summary>
    public static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
