using Gdpr.Journals;
using Microsoft.Data.Sqlite;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Sqlite.Stores;

/// <summary>How values are written into columns and read out of them.</summary>
internal static class StoreValues
{
    // All nine digits of the fraction: texts of one length sort as their instants do.
    private static readonly InstantPattern Instants = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.fffffffff'Z'");

    public static string ToText(this Instant instant) => Instants.Format(instant);

    public static string ToText(this LocalDate date) => LocalDatePattern.Iso.Format(date);

    public static Instant ReadInstant(this SqliteDataReader reader, int column) => Instants.Parse(reader.GetString(column)).Value;

    public static LocalDate ReadDate(this SqliteDataReader reader, int column) => LocalDatePattern.Iso.Parse(reader.GetString(column)).Value;

    public static Digest ReadDigest(this SqliteDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column));

    public static string? ReadText(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A kind's name: what stands in a file must not change when a member gets another number.</summary>
    public static string ToText(this IdentifierKind kind) => kind.ToString();

    /// <summary>Reads a row back; one that is not as the store wrote it is reported with its place.</summary>
    public static T Read<T>(SqliteDataReader reader, string file, string what, Func<SqliteDataReader, T> read)
    {
        try
        {
            return read(reader);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidCastException or InvalidOperationException
            or FormatException or UnparsableValueException)
        {
            throw StoreErrors.Unreadable(file, what, exception);
        }
    }
}
