using NodaTime;

namespace Gdpr.Retention;

/// <summary>What a record says of one trigger: when the event happened, that it has not, that nobody knows, or nothing at all.</summary>
/// <remarks>
/// The default value says nothing (SQL's NULL): what that means is the trigger's <c>whenNull</c>. An event is given as a local date or
/// as an instant; an instant counts on its local date in the controller's zone, and is held to 100 nanoseconds. Equality compares the form and the value.
/// </remarks>
public readonly record struct TriggerValue
{
    private const long NotHappenedCode = -1;
    private const long UnknownCode = long.MaxValue;

    /// <summary>The code of 1970-01-01T00:00:00Z, so far below zero that the latest instant's is negative, and not so far that the earliest's is none.</summary>
    private const long InstantOf1970 = long.MinValue / 2;

    /// <summary>The code of 1970-01-01 as a date: that of every date is positive, and below the unknown.</summary>
    private const long DateOf1970 = 1L << 62;

    private static readonly long EarliestTicks = Instant.MinValue.ToUnixTimeTicks();
    private static readonly long LatestTicks = Instant.MaxValue.ToUnixTimeTicks();

    private static readonly long EarliestDay = DayNumber.Of(LocalDate.MinIsoValue);
    private static readonly long LatestDay = DayNumber.Of(LocalDate.MaxIsoValue);

    private TriggerValue(long code) => Code = code;

    /// <summary>Nothing is recorded: the trigger's <c>whenNull</c> applies. The same as the default value.</summary>
    public static TriggerValue Missing => default;

    /// <summary>The event has not happened.</summary>
    public static TriggerValue NotHappened => new(NotHappenedCode);

    /// <summary>Whether or when the event happened is unknown.</summary>
    public static TriggerValue Unknown => new(UnknownCode);

    /// <summary>Form and value as one number, so that one comparison does: negative for instants, in their order, and for what has not happened above
    /// them all; zero for nothing; positive for dates and for the unknown.</summary>
    internal long Code { get; }

    internal TriggerForm Form => Code switch
    {
        NotHappenedCode => TriggerForm.NotHappened,
        UnknownCode => TriggerForm.Unknown,
        0 => TriggerForm.Missing,
        < 0 => TriggerForm.Instant,
        _ => TriggerForm.Date,
    };

    /// <summary>Days or 100-nanosecond ticks since 1970-01-01, as <see cref="Form"/> says; of the other forms, nothing.</summary>
    internal long Raw => Code < 0 ? Code - InstantOf1970 : Code - DateOf1970;

    /// <summary>The event happened on a local date.</summary>
    /// <param name="date">The date, in the ISO calendar.</param>
    public static TriggerValue On(LocalDate date) => new(DateOf1970 + DayNumber.Of(date));

    /// <summary>The event happened at an instant.</summary>
    /// <param name="instant">The instant.</param>
    public static TriggerValue At(Instant instant) => new(InstantOf1970 + instant.ToUnixTimeTicks());

    /// <summary>The event happened at an instant.</summary>
    /// <param name="instant">The instant.</param>
    public static TriggerValue At(DateTimeOffset instant) => At(Instant.FromDateTimeOffset(instant));

    /// <summary>The value in a column, as <see cref="RetentionColumns"/> defines it.</summary>
    internal static TriggerValue OfColumn(long value) => value switch
    {
        RetentionColumns.NotHappened => NotHappened,
        RetentionColumns.Unknown => Unknown,
        _ => new TriggerValue(InstantOf1970 + Math.Clamp(value, EarliestTicks, LatestTicks)),
    };

    /// <summary>The value of a day since 1970, which counts as the first or the last date where it lies beyond them, or of one of the two values of a
    /// column that are no events.</summary>
    internal static TriggerValue OfDay(long day) => day switch
    {
        RetentionColumns.NotHappened => NotHappened,
        RetentionColumns.Unknown => Unknown,
        _ => new TriggerValue(DateOf1970 + Math.Clamp(day, EarliestDay, LatestDay)),
    };

    /// <summary>The code from which on instants lie at or after a bound. Bounds that no instant reaches keep their place: before or after all of them.</summary>
    /// <param name="ticks">The bound in ticks since 1970.</param>
    internal static long CodeFrom(long ticks) =>
        ticks > LatestTicks ? NotHappenedCode : InstantOf1970 + Math.Max(ticks, EarliestTicks);

    /// <summary>The form alone: the date of an event in a person's life is personal data.</summary>
    public override string ToString() => Form.ToString();
}

/// <summary>The forms that a trigger's value takes.</summary>
internal enum TriggerForm : byte
{
    Missing,
    NotHappened,
    Unknown,
    Date,
    Instant,
}
