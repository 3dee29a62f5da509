namespace Gdpr.Disposal;

/// <summary>What became of the sweep of a data set.</summary>
public enum SweepStatus
{
    /// <summary>Nothing that is due is left.</summary>
    Completed,

    /// <summary>Rules or mapping are not approved: nothing was done. See <see cref="Sweep.ApproveAsync"/>.</summary>
    NeedsApproval,

    /// <summary>No source disposes of the data set: people do.</summary>
    Manual,

    /// <summary>The source cannot be reached.</summary>
    NotReached,

    /// <summary>Another worker sweeps it.</summary>
    Busy,

    /// <summary>Stopped between batches: whole batches are done, the rest is not.</summary>
    Interrupted,

    /// <summary>Something went wrong: what is not recorded as done is not done, and is tried again.</summary>
    Failed,
}

/// <summary>The stable codes of statuses.</summary>
public static class SweepStatuses
{
    /// <summary>The stable code of a status, such as <c>needs-approval</c>.</summary>
    /// <param name="status">The status.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is no status.</exception>
    public static string Code(this SweepStatus status) => status switch
    {
        SweepStatus.Completed => "completed",
        SweepStatus.NeedsApproval => "needs-approval",
        SweepStatus.Manual => "manual",
        SweepStatus.NotReached => "not-reached",
        SweepStatus.Busy => "busy",
        SweepStatus.Interrupted => "interrupted",
        SweepStatus.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}

/// <summary>The stable codes of why a sweep did not do, or did not finish, what it was to do.</summary>
public static class SweepReasons
{
    /// <summary>Rules or mapping of the data set are not approved.</summary>
    public const string ApprovalMissing = "approval-missing";

    /// <summary>No source disposes of the data set.</summary>
    public const string NoSource = "no-source";

    /// <summary>Another worker has the lease.</summary>
    public const string Leased = "leased";

    /// <summary>The lease was lost on the way.</summary>
    public const string LeaseLost = "lease-lost";

    /// <summary>The caller cancelled.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The time that the caller gave was used up.</summary>
    public const string Budget = "budget";

    /// <summary>The kill switch is on.</summary>
    public const string KillSwitch = "kill-switch";

    /// <summary>The kill switch could not be read, which counts as on.</summary>
    public const string KillSwitchUnreadable = "kill-switch-unreadable";

    /// <summary>The last verification found the journal damaged, and nobody has acknowledged it.</summary>
    public const string JournalDamaged = "journal-damaged";

    /// <summary>The journal is behind its witness, or the witness knows nothing of it: it was restored or cut, or the witness emptied, and nobody has
    /// acknowledged it.</summary>
    public const string JournalBehindWitness = "journal-behind-witness";

    /// <summary>Records disposed of were still there when they were read again.</summary>
    public const string StillThere = "still-there";

    /// <summary>Records were still due when the data set was surveyed again.</summary>
    public const string StillDue = "still-due";

    /// <summary>The rules of the data set are others than when the run began: the policy was reloaded, or another node has decided under a later version.</summary>
    public const string RulesChanged = "rules-changed";

    /// <summary>The worker died; another closed its plan.</summary>
    public const string Abandoned = "abandoned";

    /// <summary>An error that has no code of its own.</summary>
    public const string Error = "error";

    /// <summary>The code of an exception: its own where it is one of the library's.</summary>
    internal static string Of(Exception exception) => exception is GdprException known ? known.Code : Error;
}
