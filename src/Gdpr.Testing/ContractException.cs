namespace Gdpr.Testing;

/// <summary>An implementation does not do what its contract demands.</summary>
public sealed class ContractException : Exception
{
    /// <summary>Reports a breach.</summary>
    /// <param name="message">What was expected and what was found.</param>
    /// <param name="innerException">What was thrown instead, where something was.</param>
    public ContractException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
