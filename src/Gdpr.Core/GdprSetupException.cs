namespace Gdpr;

/// <summary>The host is not set up for what it is asked to do (<c>E-SETUP-01</c>).</summary>
public sealed class GdprSetupException : GdprException
{
    internal GdprSetupException(IReadOnlyList<string> problems)
        : base("E-SETUP-01", string.Join(" ", problems)) => Problems = problems;

    /// <summary>Everything that is wrong, each with its mend.</summary>
    public IReadOnlyList<string> Problems { get; }
}
