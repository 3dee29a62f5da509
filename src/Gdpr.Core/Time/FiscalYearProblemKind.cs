namespace Gdpr.Time;

/// <summary>What is wrong with an entry of a fiscal calendar. The names are stable.</summary>
public enum FiscalYearProblemKind
{
    /// <summary>The calendar has no year at all.</summary>
    Empty,

    /// <summary>A year's end, or planned end, is before its first day.</summary>
    EndsBeforeItStarts,

    /// <summary>A year begins on or before a day that an earlier entry already covers.</summary>
    Overlaps,

    /// <summary>A year is longer than the eighteen months that Bokföringslagen 3:3 allows a first or changed year.</summary>
    LongerThanEighteenMonths,

    /// <summary>A year without an end is followed by another entry.</summary>
    OpenYearNotLast,

    /// <summary>A yearly run also has an end or a planned end.</summary>
    YearlyAndEnd,

    /// <summary>A year has both an end and a planned end.</summary>
    EndAndPlannedEnd,

    /// <summary>A warning: days between two entries belong to no year, and events on them are unknown.</summary>
    Gap,
}
