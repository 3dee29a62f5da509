namespace Gdpr.Time;

/// <summary>One length of time within a rule of the deadline registry. Either in calendar time or in hours, never both.</summary>
public sealed record DeadlineLimit
{
    private DeadlineLimit(DeadlineText what, CalendarPeriod? period, int? hours, bool byLaw)
    {
        What = what;
        Period = period;
        Hours = hours;
        IsByLaw = byLaw;
    }

    /// <summary>What must be done within it.</summary>
    public DeadlineText What { get; }

    /// <summary>The length in calendar time, from the trigger; none when it is in hours.</summary>
    public CalendarPeriod? Period { get; }

    /// <summary>The length in elapsed hours, from the trigger; none when it is in calendar time.</summary>
    public int? Hours { get; }

    /// <summary>Whether the law, or the authority's published practice, sets the length; otherwise it is a default that a policy
    /// or contract may change.</summary>
    public bool IsByLaw { get; }

    /// <summary>A length in calendar time that the law, or the authority's published practice, sets.</summary>
    /// <param name="period">The length in ISO 8601, such as <c>P4W</c>.</param>
    /// <param name="en">What must be done within it, in English.</param>
    /// <param name="sv">The same in Swedish.</param>
    /// <exception cref="FormatException">The text is not a positive period of whole days.</exception>
    public static DeadlineLimit ByLaw(string period, string en, string sv) =>
        new(new DeadlineText(en, sv), CalendarPeriod.Parse(period), null, byLaw: true);

    /// <summary>A length in elapsed hours that the law sets.</summary>
    /// <param name="hours">The length, 1 or more.</param>
    /// <param name="en">What must be done within it, in English.</param>
    /// <param name="sv">The same in Swedish.</param>
    public static DeadlineLimit ByLaw(int hours, string en, string sv) => new(new DeadlineText(en, sv), null, Positive(hours), byLaw: true);

    /// <summary>A length in calendar time that a policy or contract may change.</summary>
    /// <param name="period">The length in ISO 8601, such as <c>P30D</c>.</param>
    /// <param name="en">What must be done within it, in English.</param>
    /// <param name="sv">The same in Swedish.</param>
    /// <exception cref="FormatException">The text is not a positive period of whole days.</exception>
    public static DeadlineLimit ByDefault(string period, string en, string sv) =>
        new(new DeadlineText(en, sv), CalendarPeriod.Parse(period), null, byLaw: false);

    /// <summary>A length in elapsed hours that a policy or contract may change.</summary>
    /// <param name="hours">The length, 1 or more.</param>
    /// <param name="en">What must be done within it, in English.</param>
    /// <param name="sv">The same in Swedish.</param>
    public static DeadlineLimit ByDefault(int hours, string en, string sv) => new(new DeadlineText(en, sv), null, Positive(hours), byLaw: false);

    private static int Positive(int hours)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hours);
        return hours;
    }
}
