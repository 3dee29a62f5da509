namespace Gdpr.Subjects;

/// <summary>Nobody can tell any more whose key it was (<c>E-CONS-12</c>): nothing is recorded under it.</summary>
public sealed class ForgottenSubjectException : GdprException
{
    internal ForgottenSubjectException()
        : base("E-CONS-12", "The person has been forgotten: who comes back is registered anew, and is somebody new to the library.")
    {
    }
}
