using System.Globalization;
using Gdpr.Relational.Values;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>How the model stores a date or an instant: found by storing known values through its own conversions and reading them back in every form. What
/// cannot be known that way has to be stated.</summary>
internal static class StoredForms
{
    private static readonly Instant[] Samples =
    [
        Instant.FromUtc(2024, 2, 29, 23, 30, 15) + Duration.FromMilliseconds(123),
        Instant.FromUtc(1969, 7, 20, 20, 17, 40) + Duration.FromMilliseconds(500),
        Instant.FromUtc(2038, 1, 19, 3, 14, 8),
        Instant.FromUtc(2001, 12, 31, 12, 0),
    ];

    private static readonly StorageForm[] Forms = [.. Enum.GetValues<StorageForm>().Where(form => form != StorageForm.Unstated)];

    /// <summary>Finds the form.</summary>
    /// <param name="property">The property.</param>
    /// <param name="zone">The zone stated for times without an offset.</param>
    public static StoredForm Of(IProperty property, string? zone)
    {
        var mapping = property.GetRelationalTypeMapping();
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        if (MeaningOf(type) is not { } meaning)
        {
            return new StoredForm(null, null, $"a value of type {type.Name} says nothing of the time that it counts", "state how it is stored: Form");
        }

        var known = zone is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone);
        if (zone is not null && known is null)
        {
            return new StoredForm(null, null, $"zone '{zone}' is not known", "use an IANA id such as Europe/Stockholm");
        }

        var isUtc = mapping.StoreType.Contains("with time zone", StringComparison.OrdinalIgnoreCase)
            || mapping.StoreType.Equals("timestamptz", StringComparison.OrdinalIgnoreCase);
        try
        {
            var isNaive = meaning.IsNaive && !isUtc && !ReadsBackAsUtc(type, mapping.Converter);
            if (isNaive && known is null)
            {
                return new StoredForm(
                    null, null, $"a {type.Name} does not say in which zone its clock was",
                    "state the zone, convert it to UTC with its Kind, or use DateTimeOffset, or DateOnly for a date")
                { IsNaive = true };
            }

            var clock = isNaive ? known! : DateTimeZone.Utc;
            var stored = Samples
                .Select(sample => (Meant: meaning.CodeOf(sample), Stored: Storable(Provided(meaning.Make(sample, clock), mapping.Converter), isUtc))).ToArray();
            var found = Forms.SelectMany(form => Zones(meaning.IsNaive && !isUtc, clock).Select(read => (form, read)))
                .Where(candidate => Array.TrueForAll(
                    stored, sample => Agrees(new StoredTime(candidate.form, candidate.read).CodeOfAny(sample.Stored), sample.Meant, meaning.IsDate)))
                .ToArray();
            return found is [var only] ? new StoredForm(only.form, only.form is StorageForm.Iso or StorageForm.DotNetTicks ? only.read?.Id : null, null, null)
                : new StoredForm(null, null, $"what its conversion stores ({mapping.StoreType}) is in no form that is known", "state how it is stored: Form");
        }
        catch (Exception problem) when (problem is InvalidCastException or ArgumentException or FormatException or OverflowException
            or InvalidOperationException or NotSupportedException)
        {
            return new StoredForm(null, null, $"its conversion refuses plain times ({problem.GetType().Name})", "state how it is stored: Form");
        }
    }

    /// <summary>A text that states an offset is read without a zone; a clock of UTC is only right with UTC stated.</summary>
    private static IEnumerable<DateTimeZone?> Zones(bool isClock, DateTimeZone clock) => isClock ? [clock] : [null];

    private static bool Agrees(long read, long meant, bool isDate) =>
        isDate ? read == meant : read != TriggerCode.Unknown && read < TriggerCode.FirstDate && read <= meant && meant - read < NodaConstants.TicksPerSecond;

    private static bool ReadsBackAsUtc(Type type, ValueConverter? converter)
    {
        if (type != typeof(DateTime) || converter is null)
        {
            return false;
        }

        var sample = Samples[0].ToDateTimeUtc();
        var provided = converter.ConvertToProvider(sample);
        var read = provided is DateTime time ? DateTime.SpecifyKind(time, DateTimeKind.Unspecified) : provided;
        return converter.ConvertFromProvider(read) is DateTime { Kind: DateTimeKind.Utc };
    }

    private static object? Provided(object value, ValueConverter? converter) =>
        converter is null ? value : converter.ConvertToProvider(value);

    /// <summary>A value as the database's driver writes it, in the types that are read from a column.</summary>
    private static object Storable(object? provided, bool isUtc) => provided switch
    {
        DateTime time => time.ToString(isUtc ? "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        int or long or double or string => provided,
        short or uint or ushort => Convert.ToInt64(provided, CultureInfo.InvariantCulture),
        ulong and <= long.MaxValue => Convert.ToInt64(provided, CultureInfo.InvariantCulture),
        _ => DBNull.Value,
    };

    private static Meaning? MeaningOf(Type type) =>
        type == typeof(DateTimeOffset) ? new Meaning((sample, _) => sample.ToDateTimeOffset().ToOffset(TimeSpan.FromHours(2)))
        : type == typeof(DateTime)
            ? new Meaning((sample, clock) => clock == DateTimeZone.Utc ? sample.ToDateTimeUtc() : sample.InZone(clock).ToDateTimeUnspecified()) { IsNaive = true }
        : type == typeof(DateOnly) ? new Meaning((sample, _) => sample.InUtc().Date.ToDateOnly()) { IsDate = true }
        : type == typeof(Instant) ? new Meaning((sample, _) => sample)
        : type == typeof(OffsetDateTime) ? new Meaning((sample, _) => sample.WithOffset(Offset.FromHours(2)))
        : type == typeof(LocalDate) ? new Meaning((sample, _) => sample.InUtc().Date) { IsDate = true }
        : type == typeof(LocalDateTime) ? new Meaning((sample, clock) => sample.InZone(clock).LocalDateTime) { IsNaive = true }
        : null;

    /// <summary>What the values of a type in code mean.</summary>
    private sealed record Meaning(Func<Instant, DateTimeZone, object> Make)
    {
        public bool IsNaive { get; init; }

        public bool IsDate { get; init; }

        public long CodeOf(Instant sample) => IsDate ? TriggerCode.Of(sample.InUtc().Date) : sample.ToUnixTimeTicks();
    }
}

/// <summary>The form in which a property is stored, or why it is not known.</summary>
internal readonly record struct StoredForm(StorageForm? Form, string? Zone, string? Problem, string? Mend)
{
    /// <summary>Whether it is not known because the time is of no zone.</summary>
    public bool IsNaive { get; init; }
}
