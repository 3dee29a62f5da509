using NodaTime;

namespace Gdpr.Time;

/// <summary>A fiscal year, or a run of twelve-month years.</summary>
public sealed record FiscalYear
{
    /// <summary>The first local date, inclusive.</summary>
    public LocalDate From { get; init; }

    /// <summary>The last local date, inclusive; absent while the year is open or when the run is yearly.</summary>
    public LocalDate? To { get; init; }

    /// <summary>The planned last date of an open year, for estimates only.</summary>
    public LocalDate? PlannedEnd { get; init; }

    /// <summary>Whether twelve-month years follow one another from <see cref="From"/> until the next entry.</summary>
    public bool Yearly { get; init; }
}
