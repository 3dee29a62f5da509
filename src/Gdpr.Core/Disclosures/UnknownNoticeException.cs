using Gdpr.Journals;

namespace Gdpr.Disclosures;

/// <summary>A notice was named that is none of the policy's (<c>E-DISC-04</c>).</summary>
public sealed class UnknownNoticeException : GdprException
{
    internal UnknownNoticeException(string document)
        : base("E-DISC-04", $"The policy has no {ClearText.NameOf(document, "notice")}: declare it among the documents, with kind notice.")
    {
    }
}
