using System.Globalization;
using Gdpr.Core.Tests.Retention;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A value as a column holds it, and what it says.</summary>
internal sealed record Stored(object? Value, TriggerValue Meaning);

/// <summary>Writes the values of triggers in a form, and says what they mean: without the reader that is under test.</summary>
internal sealed class StoredValues(StorageForm form, DateTimeZone? zone, Random random)
{
    private static readonly string[] Garbage =
        ["", "garbage", "now", "2023-02-30", "2023-13-01", "2023-1-1", "2023-01-01T25:00Z", "2023-01-01T10:60Z", "2023-01-01T10:00:00.Z", "2023-01-01 10:00 +01:00x",
         "2023-01-01T10:00+19:00", "10:00", "0000-01-01", " 2023-01-01", "2023-01-01 ", "2023-01-01T10:00+0100", "31/01/2023", "2023-01-01T24:00Z", "Infinity", "1e400"];

    /// <summary>The types that a column of the form may be declared with, without changing what is stored.</summary>
    public string ColumnType => form switch
    {
        StorageForm.Iso => Pick("TEXT", "DATETIME", "", "INTEGER", "VARCHAR(40)"),
        StorageForm.JulianDay => Pick("REAL", "", "NUMERIC"),
        StorageForm.DotNetTicks or StorageForm.UnixMicroseconds => Pick("INTEGER", "", "TEXT", "BIGINT"),
        StorageForm.CompactDate => Pick("INTEGER", "", "TEXT", "REAL"),
        _ => Pick("INTEGER", "", "NUMERIC"),
    };

    public Stored Of(NaiveValue value)
    {
        if (value.IsUnknown)
        {
            return new Stored(Unreadable(), TriggerValue.Unknown);
        }

        if (value.IsMissing || value.HasNotHappened)
        {
            return new Stored(null, TriggerValue.Missing);
        }

        return form switch
        {
            StorageForm.Iso => value.Date is { } date ? new Stored(LocalDatePattern.Iso.Format(date), TriggerValue.On(date)) : Iso(InstantOf(value)),
            StorageForm.CompactDate => Compact(value.Date ?? InstantOf(value).InUtc().Date),
            _ => Number(InstantOf(value)),
        };
    }

    private static Instant InstantOf(NaiveValue value) => value.Instant ?? value.Date!.Value.AtMidnight().InUtc().ToInstant();

    private object Unreadable() => random.Next(5) switch
    {
        0 => new byte[] { 1, 2, 3 },
        1 when form == StorageForm.Iso => 1_700_000_000L,
        1 when form != StorageForm.CompactDate => long.MaxValue,
        2 when form == StorageForm.Iso => 2460310.5,
        2 => double.MaxValue,
        3 when form == StorageForm.Iso && zone is null => "2023-01-01T10:00:00",
        4 when form == StorageForm.CompactDate => 20230230L,
        _ => Pick(Garbage),
    };

    private Stored Iso(Instant instant)
    {
        var (separator, offset) = (Pick("T", " "), Offset.FromHoursAndMinutes(random.Next(-14, 15), 0) + Offset.FromSeconds(1800 * random.Next(2)));
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

    private Stored Compact(LocalDate date)
    {
        var number = (date.Year * 10_000L) + (date.Month * 100) + date.Day;
        return new Stored(random.Next(2) == 0 ? number : number.ToString(CultureInfo.InvariantCulture), TriggerValue.On(date));
    }

    private Stored Number(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        return form switch
        {
            StorageForm.UnixSeconds when random.Next(3) == 0 => new Stored(Floor(ticks, 10_000_000) + 0.5, At((Floor(ticks, 10_000_000) * 10_000_000) + 5_000_000)),
            StorageForm.UnixSeconds => new Stored(Floor(ticks, 10_000_000), At(Floor(ticks, 10_000_000) * 10_000_000)),
            StorageForm.UnixMilliseconds => new Stored(Floor(ticks, 10_000), At(Floor(ticks, 10_000) * 10_000)),
            StorageForm.UnixMicroseconds => new Stored(Floor(ticks, 10), At(Floor(ticks, 10) * 10)),
            StorageForm.JulianDay => new Stored(2440587.5 + (Floor(ticks, 10_000) / 86_400_000.0), At(Floor(ticks, 10_000) * 10_000)),
            _ when zone is null => new Stored(ticks + 621_355_968_000_000_000, TriggerValue.At(instant)),
            _ => new Stored(
                (instant + Duration.FromTicks(zone.GetUtcOffset(instant).Ticks)).ToUnixTimeTicks() + 621_355_968_000_000_000,
                TriggerValue.At(zone.MapLocal(instant.InZone(zone).LocalDateTime).Last().ToInstant())),
        };

        static TriggerValue At(long ticks) => TriggerValue.At(Instant.FromUnixTimeTicks(ticks));
    }

    private static long Floor(long ticks, long unit) => (ticks / unit) - (ticks % unit < 0 ? 1 : 0);

    private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
}
