namespace Gdpr.Disposal;

/// <summary>The function in the organisation that decides something: it stands in the journal in the clear, so it is no person.</summary>
internal static class ActingFunction
{
    private const int Longest = 64;

    /// <summary>The function as it is journalled.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or looks like an address.</exception>
    public static string Check(string function, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(function, parameter);
        return function.Length <= Longest && function.All(c => char.IsLetter(c) || c is ' ' or '-' or '.' or '/')
            ? function
            : throw new ArgumentException(
                $"A function in the organisation is named by at most {Longest} letters, spaces, hyphens, points and slashes, such as 'data-protection-officer': not a person.",
                parameter);
    }
}
