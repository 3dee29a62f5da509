using System.Text.Json.Serialization;

namespace Gdpr.Policies;

/// <summary>The date that a period runs from. JSON may write a bare string for the trigger.</summary>
[Shorthand("trigger")]
public sealed class PeriodStart
{
    /// <summary>The trigger whose local date the period runs from.</summary>
    [RefersTo(PolicySection.Triggers)]
    public string? Trigger { get; init; }

    /// <summary>The trigger whose fiscal year counts: the period runs from the end of the calendar year in which that fiscal year closed
    /// (Swedish Accounting Act 7:2). The trigger's value is the date on which the event is booked.</summary>
    [RefersTo(PolicySection.Triggers)]
    public string? FiscalYearEndOf { get; init; }

    /// <summary>The trigger whose calendar year counts: the period runs from 31 December of that year (Swedish Tax Procedures Ordinance 9:1).</summary>
    [RefersTo(PolicySection.Triggers)]
    public string? CalendarYearEndOf { get; init; }

    /// <summary>The trigger, whichever way it is counted; empty when none is stated.</summary>
    [JsonIgnore]
    public string TriggerId => Trigger ?? FiscalYearEndOf ?? CalendarYearEndOf ?? "";

    /// <summary>A period that runs from a trigger's date.</summary>
    /// <param name="trigger">The trigger.</param>
    public static implicit operator PeriodStart(string trigger) => FromString(trigger);

    /// <summary>A period that runs from a trigger's date.</summary>
    /// <param name="trigger">The trigger.</param>
    public static PeriodStart FromString(string trigger) => new() { Trigger = trigger };

    /// <summary>A period that runs from the end of the calendar year in which the trigger's fiscal year closed.</summary>
    /// <param name="trigger">The trigger.</param>
    public static PeriodStart OfFiscalYearEnd(string trigger) => new() { FiscalYearEndOf = trigger };

    /// <summary>A period that runs from the end of the trigger's calendar year.</summary>
    /// <param name="trigger">The trigger.</param>
    public static PeriodStart OfCalendarYearEnd(string trigger) => new() { CalendarYearEndOf = trigger };
}
