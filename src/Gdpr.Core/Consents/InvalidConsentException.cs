namespace Gdpr.Consents;

/// <summary>What was to be recorded is no valid consent (<c>E-CONS-10</c>): nothing was recorded. Everything that is wrong at once.</summary>
public sealed class InvalidConsentException : GdprException
{
    internal InvalidConsentException(IReadOnlyList<ConsentProblem> problems)
        : base("E-CONS-10", string.Join(" ", problems.Select(problem => problem.Message))) => Problems = problems;

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<ConsentProblem> Problems { get; }
}

/// <summary>One thing that makes a consent invalid.</summary>
/// <param name="Code">The stable code: one of <see cref="ConsentReasons"/>.</param>
/// <param name="Message">What is wrong, and how to mend it. No personal data.</param>
public sealed record ConsentProblem(string Code, string Message);

/// <summary>The policy does not ask for a consent like that (<c>E-CONS-11</c>).</summary>
public sealed class UnknownConsentException : GdprException
{
    internal UnknownConsentException(string message)
        : base("E-CONS-11", message)
    {
    }
}
