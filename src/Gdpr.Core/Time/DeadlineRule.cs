using NodaTime;

namespace Gdpr.Time;

/// <summary>A deadline that the law sets, as data: what starts it, how long it is, whose it is.</summary>
public sealed record DeadlineRule
{
    /// <summary>The stable id, such as <c>D-12.3</c>; <c>D-</c> and the article.</summary>
    public required string Id { get; init; }

    /// <summary>The first local date of an event that this version of the rule applies to, inclusive.</summary>
    public required LocalDate ValidFrom { get; init; }

    /// <summary>The last local date of an event that this version applies to, inclusive; none while it is in force.</summary>
    public LocalDate? ValidTo { get; init; }

    /// <summary>What the deadline is for.</summary>
    public required DeadlineText Title { get; init; }

    /// <summary>The event that it runs from, or that it must come before.</summary>
    public required DeadlineText Trigger { get; init; }

    /// <summary>Its lengths, in the order in which they end; empty when it is at once, without undue delay, or before the trigger.</summary>
    public IReadOnlyList<DeadlineLimit> Limits { get; init; } = [];

    /// <summary>Whether a last day that is no working day moves to the next one; never for hours and never for retention.</summary>
    public required bool MovesToWorkingDay { get; init; }

    /// <summary>The id of the holiday calendar that it moves by.</summary>
    public string CalendarId { get; init; } = SwedishHolidays.Regulation1182.Id;

    /// <summary>Who must meet it.</summary>
    public required DeadlineOwner Owner { get; init; }

    /// <summary>The article or paragraph of law.</summary>
    public required string Article { get; init; }

    /// <summary>What follows when it is missed, or what holds until it is met.</summary>
    public required DeadlineText Consequence { get; init; }

    /// <summary>Whether this version of the rule applies to an event.</summary>
    /// <param name="eventDate">The local date of the event.</param>
    public bool AppliesOn(LocalDate eventDate) => eventDate >= ValidFrom && !(eventDate > ValidTo);
}
