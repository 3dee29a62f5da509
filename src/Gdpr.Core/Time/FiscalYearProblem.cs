namespace Gdpr.Time;

/// <summary>A problem with an entry of a fiscal calendar: where, what, and how to mend it.</summary>
/// <param name="Index">The entry's index in the list as given, from 0; -1 when the list as a whole is meant.</param>
/// <param name="Kind">The stable kind of the problem.</param>
/// <param name="Message">What is wrong and the mend, in English.</param>
public sealed record FiscalYearProblem(int Index, FiscalYearProblemKind Kind, string Message)
{
    /// <summary>Whether the calendar can be used nonetheless; what the problem leaves out is then unknown.</summary>
    public bool IsWarning => Kind == FiscalYearProblemKind.Gap;
}
