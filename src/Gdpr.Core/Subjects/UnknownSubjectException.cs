namespace Gdpr.Subjects;

/// <summary>A person was named whom nobody has registered with the controller (<c>E-SUBJ-03</c>): a key that was made up, or is another controller's.</summary>
public sealed class UnknownSubjectException : GdprException
{
    internal UnknownSubjectException()
        : base("E-SUBJ-03", "Nobody is registered under that key with that controller: register the person, and use the key that the directory gives.")
    {
    }
}
