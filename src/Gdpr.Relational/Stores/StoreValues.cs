using System.Data.Common;
using Gdpr.Journals;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Relational.Stores;

/// <summary>How stores in SQL databases write values into columns and read them out again.</summary>
internal static class StoreValues
{
    // All nine digits of the fraction: texts of one length sort as their instants do.
    private static readonly InstantPattern Instants = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.fffffffff'Z'");

    private const int InstantLength = 30;

    public static string ToText(this Instant instant) => Instants.Format(instant);

    public static string ToText(this LocalDate date) => LocalDatePattern.Iso.Format(date);

    /// <summary>Reads an instant; in the form in which it was written without the pattern, which takes longer than everything else of an entry.</summary>
    public static Instant ReadInstant(this DbDataReader reader, int column)
    {
        var text = reader.GetString(column);
        return text.Length == InstantLength
            && Number(text, 0, 4) is var year and >= 1 && Number(text, 5, 2) is var month and >= 1 and <= 12 && Number(text, 8, 2) is var day and >= 1 and <= 28
            && Number(text, 11, 2) is var hour and >= 0 and <= 23 && Number(text, 14, 2) is var minute and >= 0 and <= 59
            && Number(text, 17, 2) is var second and >= 0 and <= 59
            && Number(text, 20, 9) is var nanosecond and >= 0
            && (text[4], text[7], text[10], text[13], text[16], text[19], text[29]) == ('-', '-', 'T', ':', ':', '.', 'Z')
            ? Instant.FromUtc(year, month, day, hour, minute, second) + Duration.FromNanoseconds(nanosecond)
            : Read(Instants, text);
    }

    public static LocalDate ReadDate(this DbDataReader reader, int column) => Read(LocalDatePattern.Iso, reader.GetString(column));

    public static Digest ReadDigest(this DbDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column));

    public static string? ReadText(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A kind's name: what stands in a database must not change when a member gets another number.</summary>
    public static string ToText(this IdentifierKind kind) => kind.ToString();

    /// <summary>Reads a kind of identifier.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IdentifierKind KindOf(string text) =>
        Enum.TryParse<IdentifierKind>(text, out var kind) ? kind : throw new FormatException("This is no kind of identifier.");

    /// <summary>Some digits as a number; -1 where one is none.</summary>
    private static int Number(string text, int start, int length)
    {
        var number = 0;
        foreach (var digit in text.AsSpan(start, length))
        {
            if (!char.IsAsciiDigit(digit))
            {
                return -1;
            }

            number = (number * 10) + (digit - '0');
        }

        return number;
    }

    /// <summary>A value out of exactly the text that was written: a pattern stops at a NUL, whatever comes after it.</summary>
    private static T Read<T>(IPattern<T> pattern, string text)
    {
        var value = pattern.Parse(text).Value;
        return pattern.Format(value) == text ? value : throw new FormatException("A text is not as the store writes it.");
    }
}
