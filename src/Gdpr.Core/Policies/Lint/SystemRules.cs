namespace Gdpr.Policies.Lint;

/// <summary>Systems say where their data is, what threatens it and how long copies live.</summary>
internal static class SystemRules
{
    public static void Check(LintRun run)
    {
        foreach (var (id, system, at) in Stated.In(run.Policy.Systems, Place.Root / "systems"))
        {
            CountryRules.Check(run, system.Location, at / "location");
            if (string.IsNullOrWhiteSpace(system.Location))
            {
                run.ReportMissing(FindingCodes.NoLocation, at, "location", $"\"{id}\" does not say where its data is stored.");
            }

            if (system.Backup is null)
            {
                run.ReportMissing(FindingCodes.NoBackupPlan, at, "backup", $"\"{id}\" does not say how long its backups live.");
            }

            if (string.IsNullOrWhiteSpace(system.RiskAssessment))
            {
                run.ReportMissing(FindingCodes.SystemWithoutRiskAssessment, at, "riskAssessment", $"\"{id}\" names no risk assessment.");
            }
        }
    }
}
