using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>A leaf with all that evaluating it needs: its terms, its controller's time, and its floor.</summary>
/// <param name="Terms">What the leaf asks.</param>
/// <param name="Purpose">The index of the purpose of the leaf's rule.</param>
/// <param name="Time">The controller's time.</param>
/// <param name="Floor">The first event date that earlier versions of the policy had not already let go: no later version revives what lies before it.</param>
internal sealed record CompiledLeaf(LeafTerms Terms, int Purpose, ControllerTime Time, LocalDate? Floor = null)
{
    /// <summary>The first event date, inclusive, whose period has not ended on a day.</summary>
    public LocalDate CutoffOn(LocalDate today)
    {
        var own = OwnCutoffOn(today);
        return Floor is { } floor && floor > own ? floor : own;
    }

    /// <summary>The last day, inclusive, of the period that runs from an event; <see langword="null"/> where its fiscal year is open or unknown.</summary>
    public LocalDate? EndOf(LocalDate eventDate)
    {
        var end = Terms.Anchor switch
        {
            LeafAnchor.Date => Add(eventDate),
            LeafAnchor.CalendarYear => Add(new LocalDate(eventDate.Year, 12, 31)),
            _ => Time.FiscalYears?.Locate(eventDate) is { Kind: FiscalYearPositionKind.Known, YearEnd: { } yearEnd } ? Add(new LocalDate(yearEnd.Year, 12, 31)) : null,
        };
        return end is { } date && Floor is { } floor && eventDate < floor ? LocalDate.Min(date, floor.PlusDays(-1)) : end;

        LocalDate? Add(LocalDate anchor) => Terms.Period.IsEmpty ? anchor : Terms.Period.EndOf(anchor);
    }

    private LocalDate OwnCutoffOn(LocalDate today)
    {
        if (Terms.Anchor == LeafAnchor.FiscalYear)
        {
            return Time.FiscalYears?.CutoffOn(today, Terms.Period) ?? LocalDate.MinIsoValue;
        }

        var cutoff = Terms.Period.IsEmpty ? today : Terms.Period.CutoffOn(today);

        // 31 December of a year lies before the cutoff exactly when that year lies before the cutoff's.
        return Terms.Anchor == LeafAnchor.CalendarYear ? new LocalDate(cutoff.Year, 1, 1) : cutoff;
    }
}
