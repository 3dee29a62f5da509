using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <summary>A controller was named that is none of the policy's, or none where the policy has several (<c>E-SUBJ-01</c>).</summary>
public sealed class UnknownControllerException : GdprException
{
    internal UnknownControllerException(string? named)
        : base("E-SUBJ-01", named is null
            ? "The policy has several controllers: name the one that this concerns."
            : $"The policy has no {ClearText.NameOf(named, "controller")}, and no client is registered under that id: name one that the policy declares, or register the client.")
    {
    }
}
