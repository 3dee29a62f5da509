using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Time;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Policies.Json;

/// <summary>A value that JSON writes as a string of a particular form: what is accepted, for reading, for findings and for the schema.</summary>
internal interface IScalarText
{
    /// <summary>The type that the string is read into.</summary>
    Type Type { get; }

    /// <summary>What the string must be, to follow "write".</summary>
    string Expected { get; }

    /// <summary>The only strings accepted, or none when the form is open.</summary>
    IReadOnlyList<string> Words { get; }

    /// <summary>A regular expression for the schema, where the form is open.</summary>
    string? Pattern { get; }

    /// <summary>Whether a string has the form, and what is wrong with it when not.</summary>
    bool Accepts(string text, [NotNullWhen(false)] out string? problem);
}

/// <summary>An ISO 8601 period such as <c>P3M</c>.</summary>
internal sealed class PeriodText : JsonConverter<CalendarPeriod>, IScalarText
{
    public string Expected => "a period in ISO 8601 such as P3M or P7Y";

    public IReadOnlyList<string> Words => [];

    public string Pattern => "^P(?=[0-9A-Z]*[1-9])([0-9]{1,6}Y)?([0-9]{1,6}M)?([0-9]{1,6}W)?([0-9]{1,6}D)?$";

    public bool Accepts(string text, [NotNullWhen(false)] out string? problem) => CalendarPeriod.TryParse(text, out _, out problem);

    public override CalendarPeriod Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CalendarPeriod.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, CalendarPeriod value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>A date such as <c>2026-01-31</c>.</summary>
internal sealed class DateText : JsonConverter<LocalDate>, IScalarText
{
    public string Expected => "a date as year, month and day, such as 2026-01-31";

    public IReadOnlyList<string> Words => [];

    public string Pattern => "^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

    public bool Accepts(string text, [NotNullWhen(false)] out string? problem)
    {
        problem = TryParse(text, out _) ? null : "there is no such date";
        return problem is null;
    }

    public override LocalDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TryParse(reader.GetString(), out var date) ? date : throw new JsonException("There is no such date.");

    public override void Write(Utf8JsonWriter writer, LocalDate value, JsonSerializerOptions options) =>
        writer.WriteStringValue(LocalDatePattern.Iso.Format(value));

    // The pattern would also take years before our era and of more than four digits.
    private static bool TryParse(string? text, out LocalDate date)
    {
        date = default;
        return text is { Length: 10 } && LocalDatePattern.Iso.Parse(text).TryGetValue(default, out date) && date.Era == NodaTime.Calendars.Era.Common;
    }
}

/// <summary>An enumeration, each value written in camel case or by the name that the value itself states.</summary>
internal sealed class WordText<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T> : JsonConverter<T>, IScalarText
    where T : struct, Enum
{
    private readonly Dictionary<string, T> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<T, string> _words = [];

    public WordText()
    {
        foreach (var value in Enum.GetValues<T>())
        {
            var name = value.ToString();
            var stated = typeof(T).GetField(name)?.GetCustomAttributes(typeof(JsonStringEnumMemberNameAttribute), inherit: false);
            var word = stated is [JsonStringEnumMemberNameAttribute attribute] ? attribute.Name : JsonNamingPolicy.CamelCase.ConvertName(name);
            _values.Add(word, value);
            _words.Add(value, word);
            Words = [.. Words, word];
        }
    }

    public string Expected => $"one of {string.Join(", ", Words)}";

    public IReadOnlyList<string> Words { get; } = [];

    public string? Pattern => null;

    public bool Accepts(string text, [NotNullWhen(false)] out string? problem)
    {
        problem = _values.ContainsKey(text) ? null : $"\"{text}\" is not one of the words known here";
        return problem is null;
    }

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        _values.TryGetValue(reader.GetString()!, out var value) ? value : throw new JsonException($"Expected {Expected}.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(_words.TryGetValue(value, out var word) ? word : throw new JsonException($"{typeof(T).Name} has no value {value:D}."));
}
