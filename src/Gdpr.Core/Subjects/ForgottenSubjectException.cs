namespace Gdpr.Subjects;

/// <summary>Nobody can tell any more whose key it was (<c>E-CONS-12</c>): nothing is recorded under it. Of several people named together, nothing is recorded of
/// any.</summary>
public sealed class ForgottenSubjectException : GdprException
{
    internal ForgottenSubjectException(IReadOnlyList<DataSubject> subjects)
        : base("E-CONS-12", subjects.Count == 1
            ? "The person has been forgotten: who comes back is registered anew, and is somebody new to the library."
            : $"{subjects.Count} of the people named have been forgotten: leave them out, or register anew who comes back, as somebody new to the library.") =>
        Subjects = subjects;

    /// <summary>Who was forgotten, as the caller named them, each once: a list without them can be given again. The message does not name them.</summary>
    public IReadOnlyList<DataSubject> Subjects { get; }
}
