using Gdpr.Journals;

namespace Gdpr.Breaches;

/// <summary>There is no such breach on record (<c>E-BREACH-01</c>).</summary>
public sealed class UnknownBreachException : GdprException
{
    internal UnknownBreachException(string id)
        : base("E-BREACH-01", $"There is no {ClearText.NameOf(id, "breach")} on record: list the breaches, and name one of them.")
    {
    }
}

/// <summary>What was to be recorded of a breach lacks something, or does not go with what is on record (<c>E-BREACH-02</c>).</summary>
public sealed class InvalidBreachException : GdprException
{
    internal InvalidBreachException(IReadOnlyList<string> problems)
        : base("E-BREACH-02", string.Join(" ", problems)) => Problems = problems;

    /// <summary>Everything that is wrong, each with its mend.</summary>
    public IReadOnlyList<string> Problems { get; }
}
