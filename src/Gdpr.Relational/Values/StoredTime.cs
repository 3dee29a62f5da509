using System.Buffers.Text;
using System.Text;
using Gdpr.Retention;
using NodaTime;
using NodaTime.TimeZones;

namespace Gdpr.Relational.Values;

/// <summary>Reads dates and instants as a column stores them. One reader for every adapter, in C# and inside the database where it can call it.</summary>
/// <remarks>Immutable, and safe to share between threads. Allocates nothing for numbers and for UTF-8.</remarks>
public sealed class StoredTime
{
    private const long TicksAtUnixEpoch = 621_355_968_000_000_000;
    private const double JulianUnixEpoch = 2_440_587.5;
    private const int LongestText = 64;

    private static readonly LocalDateTime Epoch = new(1970, 1, 1, 0, 0);
    private static readonly long FirstTicks = Instant.MinValue.ToUnixTimeTicks();
    private static readonly long LastTicks = Instant.MaxValue.ToUnixTimeTicks();

    // A local time that came twice counts as the later: the record is kept longer, never shorter.
    private static readonly ZoneLocalMappingResolver Later = Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnForwardShifted);

    /// <summary>A reader of a form.</summary>
    /// <param name="form">The form.</param>
    /// <param name="zone">The zone of local times that state no offset; <see langword="null"/> where none is known.</param>
    public StoredTime(StorageForm form, DateTimeZone? zone = null)
    {
        Form = form;
        Zone = zone;
    }

    /// <summary>The form.</summary>
    public StorageForm Form { get; }

    /// <summary>The zone of local times that state no offset.</summary>
    public DateTimeZone? Zone { get; }

    /// <summary>The value of a trigger that a column holds: missing for NULL, unknown for whatever is not in the form.</summary>
    /// <param name="stored">The value as the database driver gives it: <see langword="null"/> or <see cref="DBNull"/>, a whole or a real number, or text.</param>
    public TriggerValue Read(object? stored) => TriggerCode.ToValue(stored is null or DBNull ? null : CodeOfAny(stored));

    internal long CodeOfAny(object stored) => stored switch
    {
        long number => CodeOf(number),
        int number => CodeOf((long)number),
        double number => CodeOf(number),
        string text => CodeOf(text),
        _ => TriggerCode.Unknown,
    };

    internal long CodeOf(string text)
    {
        Span<byte> utf8 = stackalloc byte[3 * LongestText];
        return text.Length <= LongestText ? CodeOf(utf8[..Encoding.UTF8.GetBytes(text, utf8)]) : TriggerCode.Unknown;
    }

    internal long CodeOf(ReadOnlySpan<byte> text)
    {
        if (Form == StorageForm.Iso)
        {
            return IsoTime.TryRead(text, out var time) ? CodeOf(time) : TriggerCode.Unknown;
        }

        if (Form == StorageForm.CompactDate)
        {
            return text.Length == 8 && IsoTime.Number(text, out var date) ? OfCompactDate(date) : TriggerCode.Unknown;
        }

        // A number in a column of text.
        if (Utf8Parser.TryParse(text, out long number, out var read) && read == text.Length)
        {
            return CodeOf(number);
        }

        return Utf8Parser.TryParse(text, out double real, out read) && read == text.Length ? CodeOf(real) : TriggerCode.Unknown;
    }

    internal long CodeOf(long number) => Form switch
    {
        StorageForm.UnixSeconds => OfUnits(number, NodaConstants.TicksPerSecond),
        StorageForm.UnixMilliseconds => OfUnits(number, NodaConstants.TicksPerMillisecond),
        StorageForm.UnixMicroseconds => OfUnits(number, NodaConstants.TicksPerMillisecond / 1000),
        StorageForm.JulianDay => CodeOf((double)number),
        StorageForm.DotNetTicks => OfDotNetTicks(number),
        StorageForm.CompactDate => OfCompactDate(number),
        _ => TriggerCode.Unknown,
    };

    internal long CodeOf(double number) => Form switch
    {
        StorageForm.UnixSeconds => OfUnits(number, NodaConstants.TicksPerSecond),
        StorageForm.UnixMilliseconds => OfUnits(number, NodaConstants.TicksPerMillisecond),
        StorageForm.UnixMicroseconds => OfUnits(number, NodaConstants.TicksPerMillisecond / 1000),
        StorageForm.CompactDate when number == Math.Floor(number) && Math.Abs(number) < 100_000_000 => OfCompactDate((long)number),
        StorageForm.JulianDay => OfUnits(
            Math.Round((number - JulianUnixEpoch) * NodaConstants.MillisecondsPerDay, MidpointRounding.AwayFromZero), NodaConstants.TicksPerMillisecond),
        _ => TriggerCode.Unknown,
    };

    private static long OfCompactDate(long number)
    {
        var (year, month, day) = ((int)Math.Clamp(number / 10_000, 0, 10_000), (int)(number / 100 % 100), (int)(number % 100));
        return IsoTime.IsDate(year, month, day) ? TriggerCode.Of(new LocalDate(year, month, day)) : TriggerCode.Unknown;
    }

    private static long OfUnits(long units, long ticks) =>
        units <= LastTicks / ticks && units >= FirstTicks / ticks ? units * ticks : TriggerCode.Unknown;

    private static long OfUnits(double units, long ticks)
    {
        // The whole and the fraction by themselves: their sum in ticks is more than a real number holds exactly.
        var whole = Math.Floor(units);
        return whole <= LastTicks / ticks && whole >= (FirstTicks / ticks) + 1
            ? ((long)whole * ticks) + (long)Math.Floor((units - whole) * ticks)
            : TriggerCode.Unknown;
    }

    private long OfDotNetTicks(long ticks)
    {
        if (ticks < 0 || ticks > LastTicks + TicksAtUnixEpoch)
        {
            return TriggerCode.Unknown;
        }

        return Zone is null
            ? ticks - TicksAtUnixEpoch
            : OfLocal(Epoch.PlusTicks(ticks - TicksAtUnixEpoch), Zone);
    }

    private long CodeOf(IsoTime time)
    {
        if (time.TickOfDay is not { } tick)
        {
            return TriggerCode.Of(time.Date);
        }

        if (time.OffsetSeconds is { } offset)
        {
            return InRange(TicksOf(time.Date, tick) - (offset * NodaConstants.TicksPerSecond));
        }

        return Zone is null ? TriggerCode.Unknown : OfLocal(time.Date + LocalTime.FromTicksSinceMidnight(tick), Zone);
    }

    private static long OfLocal(LocalDateTime local, DateTimeZone zone)
    {
        // In the calendar's first and last year a zone's offset may lead out of it.
        return local.Year is 1 or 9999
            ? InRange(TicksOf(local.Date, local.TickOfDay) - zone.GetUtcOffset(local.Year == 1 ? Instant.MinValue : Instant.MaxValue).Ticks)
            : zone.ResolveLocal(local, Later).ToInstant().ToUnixTimeTicks();
    }

    private static long TicksOf(LocalDate date, long tickOfDay) => (Period.DaysBetween(Epoch.Date, date) * NodaConstants.TicksPerDay) + tickOfDay;

    private static long InRange(long ticks) => ticks >= FirstTicks && ticks <= LastTicks ? ticks : TriggerCode.Unknown;
}
