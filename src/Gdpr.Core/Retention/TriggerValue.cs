using NodaTime;

namespace Gdpr.Retention;

/// <summary>What a record says of one trigger: when the event happened, that it has not, that nobody knows, or nothing at all.</summary>
/// <remarks>
/// The default value says nothing (SQL's NULL): what that means is the trigger's <c>whenNull</c>. An event is given as a local date or
/// as an instant; an instant counts on its local date in the controller's zone, and is held to 100 nanoseconds. Equality compares the form and the value.
/// </remarks>
public readonly record struct TriggerValue
{
    private TriggerValue(TriggerForm form, long raw)
    {
        Form = form;
        Raw = raw;
    }

    /// <summary>Nothing is recorded: the trigger's <c>whenNull</c> applies. The same as the default value.</summary>
    public static TriggerValue Missing => default;

    /// <summary>The event has not happened.</summary>
    public static TriggerValue NotHappened => new(TriggerForm.NotHappened, 0);

    /// <summary>Whether or when the event happened is unknown.</summary>
    public static TriggerValue Unknown => new(TriggerForm.Unknown, 0);

    internal TriggerForm Form { get; }

    /// <summary>Days or 100-nanosecond ticks since 1970-01-01, as <see cref="Form"/> says.</summary>
    internal long Raw { get; }

    /// <summary>The event happened on a local date.</summary>
    /// <param name="date">The date, in the ISO calendar.</param>
    public static TriggerValue On(LocalDate date) => new(TriggerForm.Date, DayNumber.Of(date));

    /// <summary>The event happened at an instant.</summary>
    /// <param name="instant">The instant.</param>
    public static TriggerValue At(Instant instant) => new(TriggerForm.Instant, instant.ToUnixTimeTicks());

    /// <summary>The event happened at an instant.</summary>
    /// <param name="instant">The instant.</param>
    public static TriggerValue At(DateTimeOffset instant) => At(Instant.FromDateTimeOffset(instant));

    /// <summary>The value in a column, as <see cref="RetentionColumns"/> defines it.</summary>
    internal static TriggerValue OfColumn(long value) => value switch
    {
        RetentionColumns.NotHappened => NotHappened,
        RetentionColumns.Unknown => Unknown,
        _ => new TriggerValue(TriggerForm.Instant, value),
    };

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
