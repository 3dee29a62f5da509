namespace Gdpr.Policies.Lint;

/// <summary>What is stored in or read from people's equipment is read with their consent, save what is strictly necessary (Directive 2002/58/EC Art. 5(3); Swedish
/// Electronic Communications Act, SFS 2022:482, 9:28).</summary>
internal static class EquipmentRules
{
    private const string Analytics = "web-analytics";
    private const string Personalisation = "personalisation";

    private static readonly string[] Categories = ["online.cookie-id", "online.device-id"];

    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            if (activity is { Capacity: ProcessingCapacity.Processor } or { Basis: null } or { Basis.Consent: not null } || !IsBeyondNecessity(run, activity))
            {
                continue;
            }

            var fields = run.FieldsOf(activity.Data).Where(field => Categories.Contains(field.Field.Category, StringComparer.Ordinal)).ToArray();
            if (fields.Length > 0)
            {
                run.Report(FindingCodes.EquipmentWithoutConsent, at / "basis",
                    $"{string.Join(", ", fields.Select(field => $"\"{field.Path}\""))} is read from people's equipment for \"{activity.Purpose}\", without their consent.");
            }
        }
    }

    /// <summary>Statistics, profiles and marketing are never strictly necessary for a service that somebody asked for.</summary>
    private static bool IsBeyondNecessity(LintRun run, Activity activity) =>
        run.PurposeOf(activity.Purpose)?.DirectMarketing == true || activity.Profiling is not null || activity.Purpose is Analytics or Personalisation;
}
