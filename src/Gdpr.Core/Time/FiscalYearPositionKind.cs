namespace Gdpr.Time;

/// <summary>What a fiscal calendar knows of the year that a date falls in.</summary>
public enum FiscalYearPositionKind
{
    /// <summary>No year covers the date. What rests on it is kept (E-BFL-01).</summary>
    Unknown,

    /// <summary>The date falls in a year whose end is not decided: the period has not begun to run.</summary>
    Open,

    /// <summary>The date falls in a year with a known end.</summary>
    Known,
}
