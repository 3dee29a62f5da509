using System.Globalization;
using Gdpr.Core.Tests.Retention;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>A value as a column holds it, written as its type reads it, and what it says.</summary>
internal sealed record Stored(string? Text, TriggerValue Meaning);

/// <summary>Writes the values of triggers in a column's type and form, and says what they mean: without the reader that is under test.</summary>
internal sealed class StoredValues(string type, StorageForm form, DateTimeZone? zone, Random random)
{
    private const long TicksAtUnixEpoch = 621_355_968_000_000_000;

    private static readonly string[] Garbage =
        ["", "garbage", "now", "infinity", "2023-02-30", "2023-13-01", "2023-1-1", "2023-01-01T25:00Z", "2023-01-01T10:60Z", "2023-01-01T10:00:00.Z", "2023-01-01 10:00 +01:00x",
         "2023-01-01T10:00+19:00", "10:00", "0000-01-01", " 2023-01-01", "2023-01-01 ", "2023-01-01T10:00+0100", "31/01/2023", "2023-01-01T24:00Z", "Infinity", "1e400", "2023-01-01T10:00:60Z"];

    /// <summary>Columns of every type that a date is kept in, in every form that the type can have.</summary>
    public static (string Type, StorageForm Form, bool IsZoned)[] Kinds { get; } =
    [
        ("date", StorageForm.Iso, false),
        ("timestamp", StorageForm.Iso, true), ("timestamp(3)", StorageForm.Iso, true), ("timestamp", StorageForm.Iso, false),
        ("timestamptz", StorageForm.Iso, false),
        ("bigint", StorageForm.UnixSeconds, false), ("bigint", StorageForm.UnixMilliseconds, false), ("bigint", StorageForm.UnixMicroseconds, false),
        ("bigint", StorageForm.DotNetTicks, false), ("bigint", StorageForm.DotNetTicks, true), ("integer", StorageForm.CompactDate, false),
        ("numeric", StorageForm.UnixSeconds, false), ("numeric", StorageForm.CompactDate, false), ("double precision", StorageForm.UnixSeconds, false),
        ("double precision", StorageForm.JulianDay, false),
        ("text", StorageForm.Iso, false), ("varchar(64)", StorageForm.Iso, true), ("text", StorageForm.CompactDate, false), ("text", StorageForm.UnixSeconds, false),
        ("text", StorageForm.DotNetTicks, true), ("jsonb", StorageForm.Iso, true), ("json", StorageForm.UnixMilliseconds, false),
    ];

    public Stored Of(NaiveValue value)
    {
        if (value.IsUnknown)
        {
            return new Stored(Written(Unreadable()), TriggerValue.Unknown);
        }

        if (value.IsMissing || value.HasNotHappened)
        {
            return new Stored(type.StartsWith("json", StringComparison.Ordinal) && random.Next(2) == 0 ? "null" : null, TriggerValue.Missing);
        }

        var stored = type switch
        {
            "date" => OfDate(value.Date ?? InstantOf(value).InUtc().Date),
            "timestamp" => OfLocal(InstantOf(value), 10),
            "timestamp(3)" => OfLocal(InstantOf(value), 10_000),
            "timestamptz" => OfInstant(InstantOf(value), 10),
            _ => form switch
            {
                StorageForm.Iso => value.Date is { } date ? OfDate(date) : Iso(InstantOf(value)),
                StorageForm.CompactDate => Compact(value.Date ?? InstantOf(value).InUtc().Date),
                _ => Number(InstantOf(value)),
            },
        };
        return stored with { Text = Written(stored.Text!) };
    }

    private string Written(string text) => !type.StartsWith("json", StringComparison.Ordinal) || (form != StorageForm.Iso && double.TryParse(text, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        ? text
        : $"\"{text}\"";

    private static Instant InstantOf(NaiveValue value) => value.Instant ?? value.Date!.Value.AtMidnight().InUtc().ToInstant();

    private string Unreadable() => type switch
    {
        "date" or "timestamp" or "timestamp(3)" or "timestamptz" => Pick("infinity", "-infinity", "0044-03-15 BC", "10000-01-01", "12000-06-01"),
        "bigint" when form == StorageForm.DotNetTicks => Pick("-1", "9223372036854775807"),
        "bigint" => Pick("9223372036854775807", "-9223372036854775808"),
        "integer" => Pick("20230230", "0", "-20230101", "2023010", "20231301"),
        "numeric" when form == StorageForm.CompactDate => Pick("20230230", "20230101.5", "NaN", "1e30"),
        "numeric" => Pick("NaN", "1e30", "-1e30"),
        "double precision" => Pick("NaN", "Infinity", "-Infinity", "1e300"),
        "text" or "varchar(64)" or "jsonb" when form == StorageForm.Iso && zone is null && random.Next(3) == 0 => "2023-01-01T10:00:00",
        "text" when form == StorageForm.DotNetTicks => Pick("-1", "x", "1.5", "99999999999999999999"),
        _ => Pick(Garbage),
    };

    private static Stored OfDate(LocalDate date) => new(LocalDatePattern.Iso.Format(date), TriggerValue.On(date));

    private static Stored OfInstant(Instant instant, long unit)
    {
        var ticks = Floor(instant.ToUnixTimeTicks(), unit) * unit;
        var at = Instant.FromUnixTimeTicks(ticks);
        return new Stored($"{at.InUtc().LocalDateTime:uuuu'-'MM'-'dd' 'HH':'mm':'ss.FFFFFFF}+00", TriggerValue.At(at));
    }

    private Stored OfLocal(Instant instant, long unit)
    {
        var wall = Instant.FromUnixTimeTicks(Floor(instant.ToUnixTimeTicks(), unit) * unit).InZone(zone ?? DateTimeZone.Utc).LocalDateTime;
        return new Stored($"{wall:uuuu'-'MM'-'dd' 'HH':'mm':'ss.FFFFFFF}", zone is null ? TriggerValue.Unknown : TriggerValue.At(zone.MapLocal(wall).Last().ToInstant()));
    }

    private Stored Iso(Instant instant)
    {
        var (separator, offset) = (Pick("T", " ", "t"), Offset.FromHoursAndMinutes(random.Next(-14, 15), 0) + Offset.FromSeconds(1800 * random.Next(2)));
        if (zone is not null && random.Next(2) == 0)
        {
            var wall = instant.InZone(zone).LocalDateTime;
            return new Stored(Text(wall), TriggerValue.At(zone.MapLocal(wall).Last().ToInstant()));
        }

        var local = instant.WithOffset(offset).LocalDateTime;
        var suffix = offset == Offset.Zero && random.Next(2) == 0 ? Pick("Z", "z", " Z") : Pick("", " ") + OffsetPattern.CreateWithInvariantCulture("+HH:mm").Format(offset);
        return new Stored(Text(local) + suffix, TriggerValue.At(instant));

        string Text(LocalDateTime time)
        {
            var date = LocalDatePattern.Iso.Format(time.Date) + separator;
            if (time.TimeOfDay == time.TimeOfDay.With(TimeAdjusters.TruncateToMinute) && random.Next(2) == 0)
            {
                return date + LocalTimePattern.CreateWithInvariantCulture("HH:mm").Format(time.TimeOfDay);
            }

            var digits = LocalTimePattern.CreateWithInvariantCulture("HH:mm:ss.fffffff").Format(time.TimeOfDay);
            return date + (digits.EndsWith(".0000000", StringComparison.Ordinal) && random.Next(2) == 0 ? digits[..8]
                : digits.EndsWith("0000", StringComparison.Ordinal) ? digits[..^4]
                : digits + Pick("", "0", "99"));
        }
    }

    private static Stored Compact(LocalDate date) =>
        new(((date.Year * 10_000L) + (date.Month * 100) + date.Day).ToString(CultureInfo.InvariantCulture), TriggerValue.On(date));

    private Stored Number(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        switch (form)
        {
            case StorageForm.UnixSeconds when type is "numeric":
                return new Stored((ticks / 10_000_000m).ToString(CultureInfo.InvariantCulture), At(ticks));
            case StorageForm.UnixSeconds when type is not "bigint" && random.Next(3) == 0:
                return new Stored((Floor(ticks, 10_000_000) + 0.5).ToString("F1", CultureInfo.InvariantCulture), At((Floor(ticks, 10_000_000) * 10_000_000) + 5_000_000));
            case StorageForm.UnixSeconds:
                return OfUnit(10_000_000);
            case StorageForm.UnixMilliseconds:
                return OfUnit(10_000);
            case StorageForm.UnixMicroseconds:
                return OfUnit(10);
            case StorageForm.JulianDay:
                return new Stored((2440587.5 + (Floor(ticks, 10_000) / 86_400_000.0)).ToString("R", CultureInfo.InvariantCulture), At(Floor(ticks, 10_000) * 10_000));
            default:
                return zone is null
                    ? new Stored((ticks + TicksAtUnixEpoch).ToString(CultureInfo.InvariantCulture), TriggerValue.At(instant))
                    : new Stored(
                        ((instant + Duration.FromTicks(zone.GetUtcOffset(instant).Ticks)).ToUnixTimeTicks() + TicksAtUnixEpoch).ToString(CultureInfo.InvariantCulture),
                        TriggerValue.At(zone.MapLocal(instant.InZone(zone).LocalDateTime).Last().ToInstant()));
        }

        Stored OfUnit(long unit) => new(Floor(ticks, unit).ToString(CultureInfo.InvariantCulture), At(Floor(ticks, unit) * unit));

        static TriggerValue At(long ticks) => TriggerValue.At(Instant.FromUnixTimeTicks(ticks));
    }

    private static long Floor(long ticks, long unit) => (ticks / unit) - (ticks % unit < 0 ? 1 : 0);

    private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
}
