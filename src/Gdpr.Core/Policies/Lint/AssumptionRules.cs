namespace Gdpr.Policies.Lint;

/// <summary>An assumption names a value that is stated, and the finding that its absence would give.</summary>
internal static class AssumptionRules
{
    public static void Check(LintRun run)
    {
        foreach (var (assumption, at) in Stated.In(run.Policy.Assumptions, Place.Root / "assumptions"))
        {
            if (!string.IsNullOrWhiteSpace(assumption.At) && !run.Walk.Has(assumption.At))
            {
                run.Report(FindingCodes.AssumptionWithoutPlace, at / "at", $"The policy states nothing at \"{assumption.At}\".");
            }

            if (!string.IsNullOrWhiteSpace(assumption.Gap) && FindingCodes.Find(assumption.Gap) is null)
            {
                run.Report(FindingCodes.AssumptionWithoutGap, at / "gap", $"\"{assumption.Gap}\" is not the code of a finding.");
            }
        }
    }
}
