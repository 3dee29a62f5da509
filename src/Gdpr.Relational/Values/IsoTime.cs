using NodaTime;

namespace Gdpr.Relational.Values;

/// <summary>A date or a date-time as text of ISO 8601 states it, taken apart without allocating.</summary>
/// <param name="Date">The local date.</param>
/// <param name="TickOfDay">The local time of day; <see langword="null"/> where the text is a date alone.</param>
/// <param name="OffsetSeconds">The offset from UTC; <see langword="null"/> where none is stated.</param>
internal readonly record struct IsoTime(LocalDate Date, long? TickOfDay, int? OffsetSeconds)
{
    private const int DigitsOfTicks = 7;

    /// <summary>Reads <c>yyyy-MM-dd</c>, followed or not by <c>T</c> or a space, <c>HH:mm</c>, <c>:ss</c>, <c>.fraction</c>, and <c>Z</c> or <c>±HH:mm</c>.
    /// Digits of the fraction beyond 100 nanoseconds are cut off.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out IsoTime time)
    {
        time = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-' || !Number(text[..4], out var year) || !Number(text[5..7], out var month)
            || !Number(text[8..10], out var day) || !IsDate(year, month, day))
        {
            return false;
        }

        var date = new LocalDate(year, month, day);
        if (text.Length == 10)
        {
            time = new IsoTime(date, null, null);
            return true;
        }

        if (text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || !TimeOfDay(text[11..], out var tick, out var rest) || !Offset(rest, out var offset))
        {
            return false;
        }

        time = new IsoTime(date, tick, offset);
        return true;
    }

    public static bool IsDate(int year, int month, int day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, month);

    public static bool Number(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return !digits.IsEmpty;
    }

    private static bool TimeOfDay(ReadOnlySpan<byte> text, out long tick, out ReadOnlySpan<byte> rest)
    {
        tick = 0;
        rest = default;
        if (text.Length < 5 || text[2] != ':' || !Number(text[..2], out var hour) || !Number(text[3..5], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        tick = ((hour * 60L) + minute) * NodaConstants.TicksPerMinute;
        rest = text[5..];
        if (rest.IsEmpty || rest[0] != ':')
        {
            return true;
        }

        if (rest.Length < 3 || !Number(rest[1..3], out var second) || second > 59)
        {
            return false;
        }

        tick += second * NodaConstants.TicksPerSecond;
        rest = rest[3..];
        if (rest.IsEmpty || rest[0] is not ((byte)'.' or (byte)','))
        {
            return true;
        }

        var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var end and >= 0 ? rest.Slice(1, end) : rest[1..];
        var unit = NodaConstants.TicksPerSecond;
        foreach (var digit in digits[..Math.Min(digits.Length, DigitsOfTicks)])
        {
            unit /= 10;
            tick += (digit - '0') * unit;
        }

        rest = rest[(1 + digits.Length)..];
        return !digits.IsEmpty;
    }

    private static bool Offset(ReadOnlySpan<byte> text, out int? seconds)
    {
        seconds = null;
        switch (text)
        {
            case []:
                return true;
            case [(byte)' ', ..]:
                return text.Length > 1 && text[1] != ' ' && Offset(text[1..], out seconds);
            case [(byte)'Z' or (byte)'z']:
                seconds = 0;
                return true;
            case [(byte)'+' or (byte)'-', _, _, (byte)':', _, _] when Number(text[1..3], out var hours) && Number(text[4..], out var minutes)
                && minutes < 60 && (hours * 60) + minutes <= 18 * 60:
                seconds = (text[0] == '-' ? -60 : 60) * ((hours * 60) + minutes);
                return true;
            default:
                return false;
        }
    }
}
