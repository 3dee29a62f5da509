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

    internal static DeadlineLimit ByLaw(string period, string en, string sv) =>
        new(new DeadlineText(en, sv), CalendarPeriod.Parse(period), null, byLaw: true);

    internal static DeadlineLimit ByLaw(int hours, string en, string sv) => new(new DeadlineText(en, sv), null, hours, byLaw: true);

    internal static DeadlineLimit ByDefault(string period, string en, string sv) =>
        new(new DeadlineText(en, sv), CalendarPeriod.Parse(period), null, byLaw: false);

    internal static DeadlineLimit ByDefault(int hours, string en, string sv) => new(new DeadlineText(en, sv), null, hours, byLaw: false);
}
