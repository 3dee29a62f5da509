namespace Gdpr.Subjects;

/// <summary>Somebody who was forgotten comes back, and the key that they had is not severed yet, because destruction is stopped (<c>E-SUBJ-04</c>). They stay forgotten:
/// nothing is severed, and nothing recorded under either key.</summary>
public sealed class ForgettingStoppedException : GdprException
{
    internal ForgettingStoppedException(string why)
        : base("E-SUBJ-04", $"The person has been forgotten, and the key cannot be severed now, because destruction is stopped: {why}. Try again when it goes on.") =>
        Why = why;

    /// <summary>Why destruction is stopped, such as <c>kill-switch</c>.</summary>
    public string Why { get; }
}
