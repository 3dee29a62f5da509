using NodaTime;

namespace Gdpr.Retention;

/// <summary>Where a controller's fiscal years with a known end lie, and from when on the open one runs.</summary>
public sealed class FiscalYearCutoffs
{
    private FiscalYearCutoffs(IReadOnlyList<FiscalYearSpan> known, Cutoff? open)
    {
        Known = known;
        Open = open;
    }

    /// <summary>The unbroken ranges of dates that lie in a year with a known end, in order and disjoint.</summary>
    public IReadOnlyList<FiscalYearSpan> Known { get; }

    /// <summary>The start of the year whose end is not yet known, inclusive: everything later lies in it. <see langword="null"/> where there is none.</summary>
    public Cutoff? Open { get; }

    internal static FiscalYearCutoffs Of(ControllerTime time)
    {
        var spans = time.FiscalYears?.KnownSpans ?? [];
        var open = time.FiscalYears?.Years is { Count: > 0 } years && years[^1].IsOpen ? years[^1].From : (LocalDate?)null;
        return new FiscalYearCutoffs(
            [.. spans.Select(span => new FiscalYearSpan(
                new Cutoff(span.First, CutoffTicks.Of(span.First, time.Zone)),
                span.Last == LocalDate.MaxIsoValue ? null : new Cutoff(span.Last.PlusDays(1), CutoffTicks.AfterLast(span.Last, time.Zone))))],
            open is { } from ? new Cutoff(from, CutoffTicks.Of(from, time.Zone)) : null);
    }
}

/// <summary>An unbroken range of dates, every one of which lies in a fiscal year with a known end.</summary>
/// <param name="First">Where it begins, inclusive.</param>
/// <param name="End">Where it ends, exclusive; <see langword="null"/> for a yearly run without end.</param>
public sealed record FiscalYearSpan(Cutoff First, Cutoff? End);
