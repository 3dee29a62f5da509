namespace Gdpr.Journals;

/// <summary>Somebody else has appended to the stream meanwhile, or kept a checkpoint of the same number (<c>E-JRN-01</c>).</summary>
public sealed class JournalConflictException : GdprException
{
    /// <summary>Reports a conflict.</summary>
    /// <param name="what">The stream, or the checkpoint.</param>
    /// <param name="expected">The version expected.</param>
    /// <param name="actual">The version found.</param>
    public JournalConflictException(string what, long expected, long actual)
        : base("E-JRN-01", $"'{what}' was expected at version {expected} and is at {actual}: read it again and decide anew.")
    {
        Expected = expected;
        Actual = actual;
    }

    /// <summary>The version expected.</summary>
    public long Expected { get; }

    /// <summary>The version found.</summary>
    public long Actual { get; }
}

/// <summary>The journal is not what it was: it was changed, cut or restored (<c>E-JRN-02</c>).</summary>
public sealed class JournalFaultException : GdprException
{
    /// <summary>Reports a damaged journal.</summary>
    /// <param name="faults">What is wrong; at least one fault.</param>
    public JournalFaultException(IReadOnlyList<JournalFault> faults)
        : base("E-JRN-02", $"The journal does not verify: {faults?[0]} {faults?.Count} faults in all. Find out who changed it before going on; nothing was done.")
    {
        ArgumentNullException.ThrowIfNull(faults);
        Faults = faults;
    }

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<JournalFault> Faults { get; }
}

/// <summary>Nothing of the journal goes while destruction is stopped (<c>E-JRN-03</c>): what proves how it came to that stays.</summary>
public sealed class JournalKeptException : GdprException
{
    internal JournalKeptException()
        : base("E-JRN-03", "The kill switch is on: nothing of the journal goes, nor of what the vault keeps for it, until it is turned off.")
    {
    }
}

/// <summary>The key ring lacks a key (<c>E-KEY-01</c>).</summary>
public sealed class KeyMissingException : GdprException
{
    /// <summary>Reports a missing key.</summary>
    /// <param name="keyId">The key's id.</param>
    public KeyMissingException(string keyId)
        : base("E-KEY-01", $"The key ring has no key '{keyId}': give it back; what was hashed or signed under it cannot be checked without.") => KeyId = keyId;

    /// <summary>The key's id.</summary>
    public string KeyId { get; }
}

/// <summary>The witness cannot be read or written, or knows a later checkpoint (<c>E-WIT-01</c>).</summary>
public sealed class WitnessException : GdprException
{
    /// <summary>Reports a witness that cannot do its part.</summary>
    /// <param name="message">What is wrong, where, and how to mend it.</param>
    /// <param name="innerException">What led to it.</param>
    public WitnessException(string message, Exception? innerException = null)
        : base("E-WIT-01", message, innerException)
    {
    }
}

/// <summary>An identifier is tied to another person already (<c>E-SUB-01</c>).</summary>
public sealed class IdentifierConflictException : GdprException
{
    /// <summary>Reports the conflict.</summary>
    /// <param name="kind">The kind of the identifier.</param>
    public IdentifierConflictException(IdentifierKind kind)
        : base("E-SUB-01", $"The identifier of kind {kind} belongs to another person already: find out who it is before linking.")
    {
    }
}

/// <summary>A text is no identifier of its kind (<c>E-SUB-02</c>). The message does not show it.</summary>
public sealed class IdentifierFormException : GdprException
{
    /// <summary>Reports the text.</summary>
    /// <param name="kind">The kind that it was said to be.</param>
    /// <param name="problem">What is wrong with it, without showing it.</param>
    public IdentifierFormException(IdentifierKind kind, string problem)
        : base("E-SUB-02", $"A text given as {kind} is none: {problem}.") => Kind = kind;

    /// <summary>The kind that it was said to be.</summary>
    public IdentifierKind Kind { get; }
}

/// <summary>What the state store says of legal holds, folded anew as it is, or that somebody was forgotten, is not what the journal says (<c>E-FACT-02</c>).</summary>
public sealed class StatesDifferException : GdprException
{
    internal StatesDifferException()
        : base(
            "E-FACT-02",
            "The state store says something else of legal holds, or of a person, than the journal: verify the journal, and find out who changes the store.")
    {
    }
}
