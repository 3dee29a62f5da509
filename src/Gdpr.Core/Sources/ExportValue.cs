using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Sources;

/// <summary>Stored values as JSON: faithfully, nothing guessed.</summary>
internal static class ExportValue
{
    private static readonly JsonElement Nothing = Written(writer => writer.WriteNullValue());

    /// <summary>The content of a field: its one value, or an object of several by the names of their places.</summary>
    public static JsonElement Of(StoredField field) => field.Values.Count switch
    {
        0 => Nothing,
        1 when field.Values[0].Content is null or DBNull => Nothing,
        1 => Written(writer => Write(writer, field.Values[0].Content)),
        _ => Written(writer =>
        {
            writer.WriteStartObject();
            foreach (var value in field.Values)
            {
                writer.WritePropertyName(value.Place);
                Write(writer, value.Content);
            }

            writer.WriteEndObject();
        }),
    };

    private static JsonElement Written(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        using var document = JsonDocument.Parse(stream.GetBuffer().AsMemory(0, (int)stream.Length));
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, object? content)
    {
        switch (content)
        {
            case null or DBNull:
                writer.WriteNullValue();
                break;
            case JsonElement json:
                json.WriteTo(writer);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case sbyte or short or int or long or byte or ushort or uint:
                writer.WriteNumberValue(Convert.ToInt64(content, CultureInfo.InvariantCulture));
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case IReadOnlyList<object?> several:
                writer.WriteStartArray();
                foreach (var one in several)
                {
                    Write(writer, one);
                }

                writer.WriteEndArray();
                break;
            case byte[] bytes:
                writer.WriteStartObject();
                writer.WriteBase64String("base64", bytes);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteStringValue(TextOf(content));
                break;
        }
    }

    private static string TextOf(object content) => content switch
    {
        float or double or Guid or Enum => Convert.ToString(content, CultureInfo.InvariantCulture)!,
        DateOnly date => date.ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        Instant instant => InstantPattern.ExtendedIso.Format(instant),
        LocalDate date => LocalDatePattern.Iso.Format(date),
        LocalDateTime time => LocalDateTimePattern.ExtendedIso.Format(time),
        LocalTime time => LocalTimePattern.ExtendedIso.Format(time),
        OffsetDateTime time => OffsetDateTimePattern.ExtendedIso.Format(time),
        _ => throw new ArgumentException(
            $"A record holds a value of type {content.GetType().Name}, and nothing says how it is written: give it as text.", nameof(content)),
    };
}
