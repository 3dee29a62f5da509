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
