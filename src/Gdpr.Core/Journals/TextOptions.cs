using System.Text;

namespace Gdpr.Journals;

/// <summary>How long the texts may be that people write and hosts pass on: words of requests, facts of breaches, reasons, contacts. One rule for every service.</summary>
/// <remarks>Whatever the length, a text has no control characters but tabs and line breaks, no half of a surrogate pair, and no signs that change the direction of
/// writing around them: they cannot be kept as they are, or make readers see something else than is there. What is not so is refused before anything is written
/// (<see cref="InvalidTextException"/>).</remarks>
public sealed class TextOptions
{
    /// <summary>The longest text of several lines, in UTF-16 code units, inclusive: words, facts, reasons. The default is 100,000, some forty pages.</summary>
    public int LongestText { get; set; } = 100_000;

    /// <summary>The longest text of one line, in UTF-16 code units, inclusive: names, contacts, references, versions. The default is 1,000.</summary>
    public int LongestLine { get; set; } = 1_000;

    /// <summary>A text without what no text may have: what the person wrote, for the few where a programme has put something else in between. Line breaks and tabs
    /// stay; the length does too where nothing was in the way.</summary>
    /// <param name="text">The text.</param>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (HostileSigns.FirstIn(text, isLine: false) < 0)
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(text[i]).Append(text[++i]);
            }
            else if (!HostileSigns.Is(text, i, isLine: false))
            {
                clean.Append(text[i]);
            }
        }

        return clean.ToString();
    }

    /// <summary>What is wrong with the limits; empty where nothing is.</summary>
    internal IEnumerable<string> Problems()
    {
        if (LongestText is < 1_000 or > 10_000_000 || LongestLine is < 200 or > 100_000 || LongestLine > LongestText)
        {
            yield return "Texts have at most 1,000 to 10,000,000 characters and lines 200 to 100,000, no more than texts.";
        }
    }
}

/// <summary>A text is too long (<c>E-TEXT-01</c>), or has signs that no text may have (<c>E-TEXT-02</c>): nothing was written.</summary>
public sealed class InvalidTextException : GdprException
{
    internal InvalidTextException(string code, string where, string message)
        : base(code, message) => Where = where;

    /// <summary>Which text it is, such as <c>the words of the request</c>.</summary>
    public string Where { get; }
}

/// <summary>Signs that no text may have.</summary>
internal static class HostileSigns
{
    /// <summary>The place of the first, or -1.</summary>
    public static int FirstIn(ReadOnlySpan<char> text, bool isLine)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (Is(text, i, isLine))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether half of a surrogate pair stands alone.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAnyInRange('\ud800', '\udfff'); at >= 0; at = text.IndexOfAnyInRange('\ud800', '\udfff'))
        {
            if (!char.IsHighSurrogate(text[at]) || at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                return true;
            }

            text = text[(at + 2)..];
        }

        return false;
    }

    /// <summary>Whether there is one at a place that is not inside a pair of surrogates.</summary>
    public static bool Is(ReadOnlySpan<char> text, int at, bool isLine) => text[at] switch
    {
        '\t' or '\n' or '\r' => isLine,

        // Embeddings, overrides and isolates: what follows is shown in another order than it is written.
        (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => true,
        '\u2028' or '\u2029' => isLine,
        var sign => char.IsControl(sign) || char.IsSurrogate(sign),
    };
}
