using NodaTime;

namespace Gdpr.Tool.Records;

/// <summary>What a written time turned out to be.</summary>
internal enum TimeForm
{
    /// <summary>Neither a date nor a date-time, or one that the calendar does not have.</summary>
    Malformed,

    /// <summary>A local date.</summary>
    Date,

    /// <summary>A date-time with its offset from UTC: an instant.</summary>
    Instant,

    /// <summary>A date-time without an offset, which may be any of many instants.</summary>
    WithoutOffset,
}

/// <summary>Reads dates and date-times in the form of ISO 8601, without allocating.</summary>
/// <remarks>A date is <c>yyyy-MM-dd</c>. A date-time follows it with T or a space, hours and minutes, seconds with up to seven decimals if
/// wanted, and an offset: Z, <c>+hh:mm</c>, <c>+hhmm</c> or <c>+hh</c>.</remarks>
internal static class TimeText
{
    private const int DateLength = 10;
    private const int MaximumOffsetHours = 18;
    private const int FractionDigits = 7;

    private static readonly long First = NodaTime.Instant.MinValue.ToUnixTimeTicks();
    private static readonly long Last = NodaTime.Instant.MaxValue.ToUnixTimeTicks();

    /// <summary>Reads a date or a date-time.</summary>
    /// <param name="text">The text in UTF-8.</param>
    /// <param name="date">The date, when it is one.</param>
    /// <param name="instant">The instant, when it is one.</param>
    public static TimeForm Read(ReadOnlySpan<byte> text, out LocalDate date, out Instant instant)
    {
        instant = default;
        if (text.Length < DateLength || !TryReadDate(text[..DateLength], out date))
        {
            date = default;
            return TimeForm.Malformed;
        }

        return text.Length == DateLength ? TimeForm.Date : ReadTime(date, text[DateLength..], out instant);
    }

    private static bool TryReadDate(ReadOnlySpan<byte> text, out LocalDate date)
    {
        date = default;
        if (text[4] != '-' || text[7] != '-'
            || !TryReadNumber(text[..4], out var year) || !TryReadNumber(text[5..7], out var month) || !TryReadNumber(text[8..10], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > CalendarSystem.Iso.GetDaysInMonth(year, month))
        {
            return false;
        }

        date = new LocalDate(year, month, day);
        return true;
    }

    /// <param name="date">The date before the time.</param>
    /// <param name="text">What follows the date: <c>Thh:mm</c> and the rest.</param>
    /// <param name="instant">The instant.</param>
    private static TimeForm ReadTime(LocalDate date, ReadOnlySpan<byte> text, out Instant instant)
    {
        const int HoursAndMinutes = 6;
        instant = default;
        if (text.Length < HoursAndMinutes || text[0] is not ((byte)'T' or (byte)' ') || text[3] != ':'
            || !TryReadNumber(text[1..3], out var hour) || !TryReadNumber(text[4..6], out var minute) || hour > 23 || minute > 59)
        {
            return TimeForm.Malformed;
        }

        text = text[HoursAndMinutes..];
        if (!TryReadSeconds(ref text, out var ticks))
        {
            return TimeForm.Malformed;
        }

        if (text.IsEmpty)
        {
            return TimeForm.WithoutOffset;
        }

        if (!TryReadOffset(text, out var offset))
        {
            return TimeForm.Malformed;
        }

        var local = NodaTime.Instant.FromUtc(date.Year, date.Month, date.Day, hour, minute).ToUnixTimeTicks() + ticks;
        instant = NodaTime.Instant.FromUnixTimeTicks(Math.Clamp(local - offset, First, Last));
        return TimeForm.Instant;
    }

    /// <summary>Reads the seconds and their decimals, if there are any, and takes them off the text.</summary>
    private static bool TryReadSeconds(ref ReadOnlySpan<byte> text, out long ticks)
    {
        const int Seconds = 3;
        ticks = 0;
        if (text.IsEmpty || text[0] != ':')
        {
            return true;
        }

        if (text.Length < Seconds || !TryReadNumber(text[1..Seconds], out var second) || second > 59)
        {
            return false;
        }

        ticks = second * NodaConstants.TicksPerSecond;
        text = text[Seconds..];
        if (text.IsEmpty || text[0] is not ((byte)'.' or (byte)','))
        {
            return true;
        }

        var rest = text[1..];
        var digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? rest.Length : digits;
        if (digits is 0 or > FractionDigits || !TryReadNumber(rest[..digits], out var fraction))
        {
            return false;
        }

        for (var missing = digits; missing < FractionDigits; missing++)
        {
            fraction *= 10;
        }

        ticks += fraction;
        text = rest[digits..];
        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length == 1)
        {
            return text[0] is (byte)'Z' or (byte)'z';
        }

        if (text.Length is not (3 or 5 or 6) || text[0] is not ((byte)'+' or (byte)'-') || (text.Length == 6 && text[3] != ':')
            || !TryReadNumber(text[1..3], out var hours))
        {
            return false;
        }

        var minutes = 0;
        if ((text.Length > 3 && !TryReadNumber(text[^2..], out minutes)) || minutes > 59 || (hours * 60) + minutes > MaximumOffsetHours * 60)
        {
            return false;
        }

        ticks = ((hours * 60) + minutes) * NodaConstants.TicksPerMinute * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            var value = digit - '0';
            if (value is < 0 or > 9)
            {
                return false;
            }

            number = (number * 10) + value;
        }

        return true;
    }
}
