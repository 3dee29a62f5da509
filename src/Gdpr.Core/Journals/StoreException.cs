namespace Gdpr.Journals;

/// <summary>A store cannot do what it was asked, for a reason that lies outside the library (<c>E-STO-01</c>): what it was asked is not done.</summary>
public sealed class StoreException : GdprException
{
    /// <summary>Reports a store that failed.</summary>
    /// <param name="failure">What kind of failure it is.</param>
    /// <param name="place">Where the store is, such as the path of a file.</param>
    /// <param name="cause">The real cause and how to mend it, without personal data.</param>
    /// <param name="innerException">What led to it.</param>
    public StoreException(StoreFailure failure, string place, string cause, Exception? innerException = null)
        : base("E-STO-01", $"The store '{place}' failed: {cause}", innerException) => Failure = failure;

    /// <summary>What kind of failure it is.</summary>
    public StoreFailure Failure { get; }

    /// <summary>Reports an entry of the journal that has been changed so that nobody can read it.</summary>
    internal static StoreException Damaged(JournalEntry entry) => new(
        StoreFailure.Corrupt, "journal",
        FormattableString.Invariant($"entry {entry.Version} of '{entry.Stream}' at position {entry.Position} has been changed and cannot be read; ")
        + "what follows from the journal cannot be told without it. Verify the journal, and bring it back from its own backup.");
}

/// <summary>Why a store fails.</summary>
public enum StoreFailure
{
    /// <summary>It cannot be reached, opened, read or written.</summary>
    Unavailable,

    /// <summary>Somebody else kept it locked for longer than the store was told to wait. Trying again may help.</summary>
    Busy,

    /// <summary>There is no room left.</summary>
    Full,

    /// <summary>What is kept is not what was written.</summary>
    Corrupt,

    /// <summary>A newer version of the library made what is there.</summary>
    NewerSchema,
}

/// <summary>The key ring cannot be used (<c>E-KEY-02</c>): it is missing, cannot be read, or others than its owner can.</summary>
public sealed class KeyRingException : GdprException
{
    /// <summary>Reports a key ring that cannot be used.</summary>
    /// <param name="message">What is wrong, where, and how to mend it.</param>
    /// <param name="innerException">What led to it.</param>
    public KeyRingException(string message, Exception? innerException = null)
        : base("E-KEY-02", message, innerException)
    {
    }
}
