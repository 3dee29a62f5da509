using NodaTime;

namespace Gdpr.Time;

/// <summary>One financial year of a company, or a run of them, as a policy holds it.</summary>
/// <remarks>
/// <para>Four forms: from and to (a year with its end, past or planned and fixed); from and yearly (consecutive years of twelve months,
/// until the next entry begins); from alone (an open year: its end is not yet decided); from and planned end (an open year with an estimate).</para>
/// <para>A policy keeps the whole history, changed years included: which year an event was booked in decides how long it is kept
/// (Bokföringslagen, SFS 1999:1078, 3:1-3 and 7:2).</para>
/// </remarks>
public sealed record FiscalYear
{
    /// <summary>The first day of the year, inclusive.</summary>
    public LocalDate From { get; init; }

    /// <summary>The last day of the year, inclusive; none in a yearly run and while the year is open.</summary>
    public LocalDate? To { get; init; }

    /// <summary>The day on which an open year is expected to end, inclusive. An estimate to tell people; it decides nothing.</summary>
    public LocalDate? PlannedEnd { get; init; }

    /// <summary>Whether this is a run of consecutive years of twelve months, until the day before the next entry begins (the last of
    /// them may be cut short by it: a changed year), or without end when no entry follows.</summary>
    public bool Yearly { get; init; }

    /// <summary>Whether the year's end is not decided yet: neither an end nor a yearly run.</summary>
    internal bool IsOpen => To is null && !Yearly;
}
