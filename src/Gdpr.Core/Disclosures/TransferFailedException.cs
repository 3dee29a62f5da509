namespace Gdpr.Disclosures;

/// <summary>Data could not be handed to another controller (<c>E-DISC-05</c>): what the other side has of it is not known.</summary>
public sealed class TransferFailedException : GdprException
{
    /// <summary>Reports a transfer that failed.</summary>
    /// <param name="reason">The stable code of the reason, such as <c>timeout</c>: no personal data.</param>
    /// <param name="mayPass">Whether trying again later may help.</param>
    public TransferFailedException(string reason, bool mayPass)
        : base("E-DISC-05", $"The data could not be handed over: {reason}. {(mayPass ? "Try again later under the same key." : "Trying again will not help: see to the cause first.")}")
    {
        Reason = reason;
        MayPass = mayPass;
    }

    /// <summary>The stable code of the reason, such as <c>timeout</c>, <c>http-403</c>, <c>redirect-refused</c> or <c>not-confirmed</c>.</summary>
    public string Reason { get; }

    /// <summary>Whether trying again later may help.</summary>
    public bool MayPass { get; }
}
