namespace Gdpr;

/// <summary>The root of every exception that the library throws for a reason of its own.</summary>
/// <remarks>Messages carry ids, codes and places, never personal data.</remarks>
public abstract class GdprException : Exception
{
    /// <summary>Starts an exception of the family.</summary>
    /// <param name="code">The stable code, such as <c>E-TIME-01</c>.</param>
    /// <param name="message">What is wrong, where, and how to mend it.</param>
    /// <param name="innerException">What led to it, where something did.</param>
    private protected GdprException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>The stable code of the error, such as <c>E-TIME-01</c>.</summary>
    public string Code { get; }
}
