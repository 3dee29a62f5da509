namespace Gdpr.Policies.Lint;

/// <summary>A law that is named obliges, and can be looked up.</summary>
internal static class LawRules
{
    /// <summary>The Swedish Act on Limitation (SFS 1981:130), by number and by name.</summary>
    private static readonly string[] Limitation = ["1981:130", "preskriptionslag", "limitation act", "limitations act", "act on limitation", "statute of limitation"];

    public static void CheckObligation(LintRun run, string law, Place at)
    {
        if (Limitation.Any(name => law.Contains(name, StringComparison.OrdinalIgnoreCase)))
        {
            run.Report(FindingCodes.LimitationAsObligation, at, $"\"{law}\" lets claims lapse; it obliges nobody to keep data.");
        }

        CheckParagraph(run, law, at);
    }

    public static void CheckParagraph(LintRun run, string law, Place at)
    {
        if (!string.IsNullOrWhiteSpace(law) && !law.Any(char.IsDigit))
        {
            run.Report(FindingCodes.LawWithoutParagraph, at, $"\"{law}\" names no paragraph.");
        }
    }
}
