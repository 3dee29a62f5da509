using System.Buffers;

namespace Gdpr.Journals;

/// <summary>What callers name in words of their own and the journal holds in the clear: a few signs, so that no sentence, no address and nobody's name gets in.</summary>
/// <remarks>Functions in the organisation are named in plain language, by a rule of their own: ActingFunction.</remarks>
internal static class ClearText
{
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int LongestName = 32;
    private const int LongestWord = 64;
    private const int LongestCode = 128;

    private static readonly SearchValues<char> NameSigns = SearchValues.Create(LettersAndDigits + "-_.");
    private static readonly SearchValues<char> WordSigns = SearchValues.Create(LettersAndDigits + "-_.:");
    private static readonly SearchValues<char> CodeSigns = SearchValues.Create(LettersAndDigits + "-_.:/");

    /// <summary>Refuses what is no name of a channel, a source or a list, where one is stated.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void CheckName(string? name, string parameter)
    {
        if (name is not null && !IsName(name))
        {
            throw new ArgumentException(
                $"A channel, a source or a list is named by at most {LongestName} letters, digits, hyphens, points and underscores, such as 'web': "
                + "it stands in the journal in the clear.",
                parameter);
        }
    }

    /// <summary>Refuses what is no id or word of the host's, where one is stated.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void CheckWord(string? word, string member)
    {
        if (word is not null && !Is(word, LongestWord, WordSigns))
        {
            throw new ArgumentException($"{member} is journalled in the clear: at most {LongestWord} letters, digits, hyphens, points, colons and underscores.", member);
        }
    }

    /// <summary>Refuses what is no reason and no reference; one has to be stated.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void CheckCode(string? code, string parameter)
    {
        if (code is null || !Is(code, LongestCode, CodeSigns))
        {
            throw new ArgumentException(
                $"A reason or a reference is journalled in the clear: at most {LongestCode} letters, digits, hyphens, points, colons, slashes and underscores, "
                + "and no personal data.",
                parameter);
        }
    }

    /// <summary>An id as an error names it: what does not look like one may be anything, a person's data too.</summary>
    public static string NameOf(string? id, string kind) => id is not null && Is(id, LongestCode, CodeSigns) ? $"{kind} '{id}'" : $"{kind} that was named";

    /// <summary>Whether something may name a channel, a source or a list.</summary>
    public static bool IsName(string name) => Is(name, LongestName, NameSigns);

    private static bool Is(string text, int longest, SearchValues<char> signs) => text.Length > 0 && text.Length <= longest && !text.AsSpan().ContainsAnyExcept(signs);
}
