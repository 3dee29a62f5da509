using System.Globalization;
using System.Text;

namespace Gdpr.Journals;

/// <summary>The normal form of e-mail addresses.</summary>
internal static class EmailForm
{
    private const char FirstCombining = '\u0300';
    private const int LongestLocalPart = 64;

    /// <summary>Whether the runtime composes letters: one that was told to be invariant leaves every text as it is.</summary>
    private static readonly bool IsRuntimeComposing = "a\u030a".Normalize(NormalizationForm.FormC).Length == 1;

    /// <summary>Letters and marks, and what they are together: what European keyboards and file systems take apart.</summary>
    private static readonly Dictionary<(char Letter, char Mark), char> Composed = Pairs(
        ('\u0300', "AEIOUaeiou", "ÀÈÌÒÙàèìòù"),
        ('\u0301', "AEIOUYCLNRSZaeiouyclnrsz", "ÁÉÍÓÚÝĆĹŃŔŚŹáéíóúýćĺńŕśź"),
        ('\u0302', "AEIOUCGHJSWYaeioucghjswy", "ÂÊÎÔÛĈĜĤĴŜŴŶâêîôûĉĝĥĵŝŵŷ"),
        ('\u0303', "ANOIUanoiu", "ÃÑÕĨŨãñõĩũ"),
        ('\u0304', "AEIOUaeiou", "ĀĒĪŌŪāēīōū"),
        ('\u0306', "AEGIOUaegiou", "ĂĔĞĬŎŬăĕğĭŏŭ"),
        ('\u0307', "CEGIZcegz", "ĊĖĠİŻċėġż"),
        ('\u0308', "AEIOUYaeiouy", "ÄËÏÖÜŸäëïöüÿ"),
        ('\u030a', "AUau", "ÅŮåů"),
        ('\u030b', "OUou", "ŐŰőű"),
        ('\u030c', "CDELNRSTZcdelnrstz", "ČĎĚĽŇŘŠŤŽčďěľňřšťž"),
        ('\u0327', "CGKLNRSTcgklnrst", "ÇĢĶĻŅŖŞŢçģķļņŗşţ"),
        ('\u0328', "AEIUaeiu", "ĄĘĮŲąęįų"));

    public static string Normalise(string address, bool isLocalPartLowered)
    {
        var text = Compose(address.Trim());
        var at = text.LastIndexOf('@');
        if (at < 1 || at == text.Length - 1)
        {
            throw Fault("it has something before the last @ and something after it");
        }

        var local = text[..at];
        if (local.Length > LongestLocalPart || local.Any(c => char.IsWhiteSpace(c)) || HostileSigns.FirstIn(local, isLine: true) >= 0)
        {
            throw Fault($"what stands before the @ has at most {LongestLocalPart} characters and no spaces");
        }

        return $"{(isLocalPartLowered ? local.ToLowerInvariant() : local)}@{Domain(text[(at + 1)..])}";
    }

    private static string Domain(string domain)
    {
        try
        {
            var ascii = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(domain.ToLowerInvariant()).ToLowerInvariant();
            return ascii.EndsWith('.') ? ascii[..^1] : ascii;
        }
        catch (ArgumentException)
        {
            // The message of the one caught shows the domain.
            throw Fault("what stands after the @ is no domain");
        }
    }

    /// <summary>Unicode's form C. The same text has the same form in every host: where the runtime does not compose, and the text may need more than the
    /// table has, it is refused rather than hashed to something that nobody finds again.</summary>
    private static string Compose(string text)
    {
        if (!text.Any(c => c >= FirstCombining))
        {
            return text;
        }

        try
        {
            return IsRuntimeComposing ? text.Normalize(NormalizationForm.FormC) : ComposeByTable(text);
        }
        catch (ArgumentException)
        {
            throw Fault("it is not Unicode");
        }
    }

    private static string ComposeByTable(string text)
    {
        var composed = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c < FirstCombining)
            {
                composed.Append(c);
            }
            else if (composed.Length > 0 && Composed.TryGetValue((composed[^1], c), out var letter))
            {
                composed[^1] = letter;
            }
            else
            {
                throw Fault("it has letters whose form cannot be told where globalization is invariant: run the host with globalization data");
            }
        }

        return composed.ToString();
    }

    private static Dictionary<(char Letter, char Mark), char> Pairs(params (char Mark, string Letters, string Together)[] rows) => rows
        .SelectMany(row => row.Letters.Zip(row.Together, (letter, together) => (Key: (letter, row.Mark), together)))
        .ToDictionary(pair => pair.Key, pair => pair.together);

    private static IdentifierFormException Fault(string problem) => new(IdentifierKind.Email, problem);
}
