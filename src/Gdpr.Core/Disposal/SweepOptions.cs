namespace Gdpr.Disposal;

/// <summary>How the sweep works. Times are at most 3,660 days.</summary>
public sealed class SweepOptions
{
    /// <summary>The longest time that makes sense between two of the same.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    /// <summary>How many records a batch disposes of at most. The default is 500.</summary>
    public int BatchSize { get; set; } = 500;

    /// <summary>How many examples a survey gives per line at most. The default is 3; they are for the caller's eyes, never for logs.</summary>
    public int Examples { get; set; } = 3;

    /// <summary>Whether rules and mapping of a data set must be approved before they destroy: at first, and whenever they have changed. The default is yes.</summary>
    public bool RequireApproval { get; set; } = true;

    /// <summary>Whether a run also counts what it keeps, and why, for which it reads every record once more. The default is no: it counts what is undetermined, and a
    /// preview tells the rest at any time.</summary>
    public bool CountKept { get; set; }

    /// <summary>How long after a sweep of a data set the next is due: more than none. The default is 24 hours.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long after a sweep that did not complete the next is due; zero for at once. The default is 15 minutes.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often people look through a data set of which no source disposes: a task is due so long after the last was done. The default is 30 days.</summary>
    public TimeSpan ByHandEvery { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long after a verification of the journal the next is due. The default is 24 hours.</summary>
    public TimeSpan VerifyEvery { get; set; } = TimeSpan.FromHours(24);
}
