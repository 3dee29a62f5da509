using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>A leaf with all that evaluating it needs: its terms, its controller's time, and what earlier versions of the policy had let go.</summary>
/// <param name="Terms">What the leaf asks.</param>
/// <param name="Purpose">The index of the purpose of the leaf's rule.</param>
/// <param name="Time">The controller's time.</param>
/// <param name="Earlier">The same leaf in earlier versions: what each had let go by its last day is not taken up again.</param>
internal sealed record CompiledLeaf(LeafTerms Terms, int Purpose, ControllerTime Time, EarlierLeaf[] Earlier)
{
    /// <summary>The first event date, inclusive, whose period has not ended on a day.</summary>
    public LocalDate CutoffOn(LocalDate today)
    {
        var cutoff = OwnCutoffOn(today);
        foreach (var (leaf, until) in Earlier)
        {
            cutoff = LocalDate.Max(cutoff, leaf.OwnCutoffOn(LocalDate.Min(today, until)));
        }

        return cutoff;
    }

    /// <summary>The last day, inclusive, of the period that runs from an event; <see langword="null"/> where its fiscal year is open or unknown.</summary>
    public LocalDate? EndOf(LocalDate eventDate)
    {
        var end = OwnEndOf(eventDate);
        foreach (var (leaf, until) in Earlier)
        {
            if (end is { } own && eventDate < leaf.OwnCutoffOn(until))
            {
                end = LocalDate.Min(own, leaf.OwnEndOf(eventDate) ?? until.PlusDays(-1));
            }
        }

        return end;
    }

    private LocalDate? OwnEndOf(LocalDate eventDate)
    {
        return Terms.Anchor switch
        {
            LeafAnchor.Date => Add(eventDate),
            LeafAnchor.CalendarYear => Add(new LocalDate(eventDate.Year, 12, 31)),
            _ => Time.FiscalYears?.Locate(eventDate) is { Kind: FiscalYearPositionKind.Known, YearEnd: { } yearEnd } ? Add(new LocalDate(yearEnd.Year, 12, 31)) : null,
        };

        LocalDate Add(LocalDate anchor) => Terms.Period.IsEmpty ? anchor : Terms.Period.EndOf(anchor);
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

/// <summary>A leaf as an earlier version of the policy had it.</summary>
/// <param name="Leaf">The leaf, without what still earlier versions had let go.</param>
/// <param name="Until">The local date on which a later version took the earlier one's place: the last on which the leaf decided.</param>
internal readonly record struct EarlierLeaf(CompiledLeaf Leaf, LocalDate Until);
