namespace Gdpr.Disposal;

/// <summary>The function in the organisation that decides something, such as <c>data-protection-officer</c>: it stands in the journal in the
/// clear, so it is no person.</summary>
public static class ActingFunction
{
    private const int Longest = 64;

    private static string Rule =>
        $"A function in the organisation is named by at most {Longest} letters, spaces, hyphens, points and slashes, such as 'data-protection-officer': not a person.";

    /// <summary>Says what keeps a text from naming a function, with its mend; <see langword="null"/> where it names one.</summary>
    /// <param name="function">The text.</param>
    public static string? ProblemOf(string? function) =>
        !string.IsNullOrWhiteSpace(function) && function.Length <= Longest && function.All(c => char.IsLetter(c) || c is ' ' or '-' or '.' or '/') ? null : Rule;

    /// <summary>The function as it is journalled.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or looks like an address.</exception>
    internal static string Check(string function, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(function, parameter);
        return ProblemOf(function) is { } problem ? throw new ArgumentException(problem, parameter) : function;
    }
}
