using Gdpr.Time;

namespace Gdpr.Retention;

/// <summary>The known fiscal years as day numbers and as instants, to tell an event in one from an event in an open year or in none.</summary>
internal sealed class FiscalSpans
{
    private readonly (long First, long End)[] _days;
    private readonly (long First, long End)[] _ticks;
    private readonly long _openDay = long.MaxValue;
    private readonly long _openTicks = long.MaxValue;

    public FiscalSpans(ControllerTime time)
    {
        var spans = time.FiscalYears?.KnownSpans ?? [];
        _days = [.. spans.Select(span => ((long)DayNumber.Of(span.First), DayNumber.Of(span.Last) + 1L))];
        _ticks = [.. spans.Select(span => (CutoffTicks.Of(span.First, time.Zone), CutoffTicks.AfterLast(span.Last, time.Zone)))];
        if (time.FiscalYears?.Years is { Count: > 0 } years && years[^1].IsOpen)
        {
            _openDay = DayNumber.Of(years[^1].From);
            _openTicks = CutoffTicks.Of(years[^1].From, time.Zone);
        }
    }

    public FiscalYearPositionKind OfDay(long day) => Locate(day, _days, _openDay);

    public FiscalYearPositionKind OfTicks(long ticks) => Locate(ticks, _ticks, _openTicks);

    /// <summary>From which day on comparing with a cutoff alone decides; <see cref="long.MaxValue"/> where it never does.</summary>
    public long DaysDecidedFrom(long cutoff) => DecidedFrom(cutoff, _days, _openDay);

    /// <summary>From which instant on comparing with a cutoff alone decides; <see cref="long.MaxValue"/> where it never does.</summary>
    public long TicksDecidedFrom(long cutoff) => DecidedFrom(cutoff, _ticks, _openTicks);

    /// <summary>Where the known years run without a gap until the open year, or for ever. Events in the open year are alive, so the cutoff must not lie in it.</summary>
    private static long DecidedFrom(long cutoff, (long First, long End)[] spans, long open)
    {
        if (cutoff > open)
        {
            return long.MaxValue;
        }

        return spans is [.., var last] && last.End == open ? last.First : open;
    }

    private static FiscalYearPositionKind Locate(long value, (long First, long End)[] spans, long open)
    {
        if (value >= open)
        {
            return FiscalYearPositionKind.Open;
        }

        foreach (var (first, end) in spans)
        {
            if (value >= first && value < end)
            {
                return FiscalYearPositionKind.Known;
            }
        }

        return FiscalYearPositionKind.Unknown;
    }
}
