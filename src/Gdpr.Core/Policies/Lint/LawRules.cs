using System.Text.RegularExpressions;

namespace Gdpr.Policies.Lint;

/// <summary>A law that is named obliges, and can be looked up.</summary>
internal static partial class LawRules
{
    /// <summary>The Swedish Act on Limitation (SFS 1981:130), by number and by name.</summary>
    private static readonly string[] Limitation = ["1981:130", "preskriptionslag", "limitation act", "limitations act", "act on limitation", "statute of limitation"];

    public static void CheckObligation(LintRun run, string law, Place at)
    {
        if (Limitation.Any(name => law.Contains(name, StringComparison.OrdinalIgnoreCase)))
        {
            run.Report(FindingCodes.LimitationAsObligation, at, $"\"{law}\" lets claims lapse; it obliges nobody to keep data.");
        }
    }

    /// <summary>Reports a law of which no paragraph is named.</summary>
    /// <param name="run">The validation.</param>
    /// <param name="law">The law as it is written; nothing is said of a blank one.</param>
    /// <param name="at">Where it stands.</param>
    /// <param name="code">What it is reported as where it is the number of an act alone: how long data must be kept is in a paragraph, and a basis may be a whole act or
    /// an agreement.</param>
    public static void CheckParagraph(LintRun run, string law, Place at, string code = FindingCodes.LawWithoutParagraph)
    {
        if (!string.IsNullOrWhiteSpace(law) && !ActNumber().Replace(law, "").Any(char.IsDigit))
        {
            // Where there are words alone, a paragraph may be among them.
            run.Report(ActNumber().IsMatch(law) ? code : FindingCodes.LawWithoutParagraph, at, $"\"{law}\" names no paragraph.");
        }
    }

    /// <summary>The number of an act, such as 1999:1078 in the Swedish statute book or 2016/679 in the Union's: no paragraph.</summary>
    [GeneratedRegex(@"\b(?:19|20)[0-9]{2}[:/][0-9]+\b|\b[0-9]{2}/[0-9]+/E[CG]\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ActNumber();
}
