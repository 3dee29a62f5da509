using Gdpr.Time;

namespace Gdpr.Journals;

/// <summary>How long proofs are kept.</summary>
public sealed class JournalOptions
{
    /// <summary>For how long entries of the journal are kept after they were recorded. The default is five years: so long can a fine be decided on
    /// (Swedish Data Protection Act 6:4); claims for damages lapse after ten (Limitation Act 2 §). A user's lawyer confirms it. What still holds is kept
    /// longer.</summary>
    public CalendarPeriod Keep { get; set; } = CalendarPeriod.FromYears(5);

    /// <summary>How long after entries were let go the next are, and how often people of whom nothing is left are looked for, to be forgotten. The default is 30
    /// days.</summary>
    public TimeSpan ExpireEvery { get; set; } = TimeSpan.FromDays(30);
}
