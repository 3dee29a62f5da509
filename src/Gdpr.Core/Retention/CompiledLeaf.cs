using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>A leaf with all that evaluating it needs: its terms, its controller's time, and what earlier versions of the policy had let go.</summary>
/// <param name="Terms">What the leaf asks.</param>
/// <param name="Purpose">The index of the purpose of the leaf's rule.</param>
/// <param name="Time">The controller's time.</param>
/// <param name="Earlier">The same leaf in earlier versions: what each had let go by its last day is not taken up again.</param>
/// <param name="IsFormer">Whether only what earlier versions had let go is asked, and the leaf lets go of nothing itself.</param>
internal sealed record CompiledLeaf(LeafTerms Terms, int Purpose, ControllerTime Time, EarlierLeaf[] Earlier, bool IsFormer = false)
{
    /// <summary>The first event date, inclusive, whose period has not ended on a day.</summary>
    public LocalDate CutoffOn(LocalDate today)
    {
        var cutoff = IsFormer ? LocalDate.MinIsoValue : OwnCutoffOn(today);
        foreach (var earlier in Earlier)
        {
            cutoff = LocalDate.Max(cutoff, earlier.CutoffOn(today));
        }

        return cutoff;
    }

    /// <summary>The last day, inclusive, of the period that runs from an event, the calendar's last where it never ends; <see langword="null"/>
    /// where its fiscal year is open or unknown.</summary>
    public LocalDate? EndOf(LocalDate eventDate)
    {
        var end = IsFormer ? LocalDate.MaxIsoValue : OwnEndOf(eventDate);
        foreach (var earlier in Earlier)
        {
            if (end is { } own && earlier.EndOf(eventDate) is { } before)
            {
                end = LocalDate.Min(own, before);
            }
        }

        return end;
    }

    internal LocalDate? OwnEndOf(LocalDate eventDate)
    {
        return Terms.Anchor switch
        {
            LeafAnchor.Date => Add(eventDate),
            LeafAnchor.CalendarYear => Add(new LocalDate(eventDate.Year, 12, 31)),
            _ => Time.FiscalYears?.Locate(eventDate) is { Kind: FiscalYearPositionKind.Known, YearEnd: { } yearEnd } ? Add(new LocalDate(yearEnd.Year, 12, 31)) : null,
        };

        LocalDate Add(LocalDate anchor) => Terms.Period.IsEmpty ? anchor : Terms.Period.EndOf(anchor);
    }

    internal LocalDate OwnCutoffOn(LocalDate today)
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
/// <param name="Before">The event date, exclusive, up to which the earlier version knew the fiscal years that the later one knows.</param>
/// <param name="Slack">By how many days an event may have had another local date at the earlier version's controller.</param>
internal readonly record struct EarlierLeaf(CompiledLeaf Leaf, LocalDate Until, LocalDate Before, int Slack)
{
    /// <summary>The event date before which the leaf had let go on a day, or when it was superseded.</summary>
    public LocalDate CutoffOn(LocalDate today)
    {
        var cutoff = Leaf.OwnCutoffOn(LocalDate.Min(today, Until));
        return LocalDate.Min(Slack == 0 || cutoff <= LocalDate.MinIsoValue.PlusDays(Slack) ? cutoff : cutoff.PlusDays(-Slack), Before);
    }

    /// <summary>The last day of an event that the leaf had let go when it was superseded; <see langword="null"/> for any other.</summary>
    public LocalDate? EndOf(LocalDate eventDate)
    {
        if (eventDate >= CutoffOn(Until))
        {
            return null;
        }

        return Leaf.OwnEndOf(eventDate.PlusDays(Slack)) ?? Until.PlusDays(-1);
    }
}
