namespace Gdpr.Policies.Lint;

/// <summary>Data that the law protects more is processed on the conditions that it sets. A processor's are the controller's to state.</summary>
internal static class SpecialDataRules
{
    private static readonly string[] LimbsThatRestOnLaw = ["b", "g", "i", "j"];

    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            CheckSpecialCategories(run, activity, at);
            CheckOffences(run, activity, at);
            CheckIdentityNumbers(run, activity, at);
        }
    }

    private static void CheckSpecialCategories(LintRun run, Activity activity, Place at)
    {
        var fields = run.FieldsOfKind(activity.Data, DataCategoryKind.SpecialCategory);
        if (activity.SpecialCategories is not { } condition)
        {
            ReportMissing(run, activity, FindingCodes.NoSpecialCondition, at, "specialCategories", fields, "special categories of data");
            return;
        }

        var limb = condition.Limb;
        var place = at / "specialCategories";
        if (!string.IsNullOrWhiteSpace(limb) && limb is not [>= 'a' and <= 'j'])
        {
            run.Report(FindingCodes.UnknownLimb, place / "limb", $"\"{limb}\" is no letter of Art. 9(2).");
        }

        if (limb == "a" && activity.Basis?.Consent is not { Explicit: true } && activity.Capacity != ProcessingCapacity.Processor)
        {
            run.Report(FindingCodes.ConsentNotExplicit, place / "limb",
                "The condition is explicit consent, and the activity does not rest on one.");
        }

        if (LimbsThatRestOnLaw.Contains(limb, StringComparer.Ordinal) && string.IsNullOrWhiteSpace(condition.Law))
        {
            run.ReportMissing(FindingCodes.LimbWithoutLaw, place, "law", $"Letter ({limb}) rests on a law, and none is named.");
        }

        ReportNeedless(run, fields, place, "special categories of data");
    }

    private static void CheckOffences(LintRun run, Activity activity, Place at)
    {
        var fields = run.FieldsOfKind(activity.Data, DataCategoryKind.Offence);
        if (activity.Offences is not { } ground)
        {
            ReportMissing(run, activity, FindingCodes.NoOffenceGround, at, "offences", fields, "data on offences");
            return;
        }

        var place = at / "offences";
        if (ground.Ground is OffenceGroundKind.LegalDuty or OffenceGroundKind.Permit && string.IsNullOrWhiteSpace(ground.Law))
        {
            run.ReportMissing(FindingCodes.OffenceGroundWithoutLaw, place, "law",
                $"The ground {ground.Ground} rests on an act or a decision, and none is named.");
        }

        ReportNeedless(run, fields, place, "data on offences");
    }

    private static void CheckIdentityNumbers(LintRun run, Activity activity, Place at)
    {
        var fields = run.FieldsOfKind(activity.Data, DataCategoryKind.NationalIdentityNumber);
        if (activity.IdentityNumbers is not { } justification)
        {
            ReportMissing(run, activity, FindingCodes.NoIdentityNumberJustification, at, "identityNumbers", fields, "national identity numbers");
            return;
        }

        var place = at / "identityNumbers";
        if (justification.Ground == IdentityNumberGround.Consent && activity.Basis?.Consent is null)
        {
            run.Report(FindingCodes.IdentityNumberConsent, place / "ground",
                "The ground is consent, and the activity does not rest on one.");
        }

        ReportNeedless(run, fields, place, "national identity numbers");
    }

    private static void ReportMissing(LintRun run, Activity activity, string code, Place at, string member, string fields, string what)
    {
        if (fields.Length > 0 && activity.Capacity != ProcessingCapacity.Processor)
        {
            run.ReportMissing(code, at, member, $"The activity covers {what} ({fields}) and does not state \"{member}\".");
        }
    }

    private static void ReportNeedless(LintRun run, string fields, Place at, string what)
    {
        if (fields.Length == 0)
        {
            run.Report(FindingCodes.NeedlessCondition, at, $"The activity covers no {what}.");
        }
    }
}
