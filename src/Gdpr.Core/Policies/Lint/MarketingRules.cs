namespace Gdpr.Policies.Lint;

/// <summary>Direct marketing is known as such, so that an objection stops it, and is not sent to addresses that nobody gave for it.</summary>
internal static class MarketingRules
{
    private const string EmailTerm = "pd:EmailAddress";

    private static readonly string[] Signs = ["marketing", "newsletter", "marknadsf", "nyhetsbrev"];

    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            var purpose = run.PurposeOf(activity.Purpose);
            if (purpose?.DirectMarketing == true)
            {
                CheckBasis(run, activity, at);
                CheckAddresses(run, activity, at);
            }
            else if (LooksLikeMarketing(activity.Purpose) || LooksLikeMarketing(purpose?.Dpv))
            {
                run.Report(FindingCodes.UndeclaredMarketing, at / "purpose",
                    $"\"{activity.Purpose}\" looks like direct marketing and is not declared as such.");
            }
        }
    }

    private static bool LooksLikeMarketing(string? text) => text is not null && Array.Exists(Signs, sign => text.Contains(sign, StringComparison.OrdinalIgnoreCase));

    private static void CheckBasis(LintRun run, Activity activity, Place at)
    {
        if (activity.Basis?.Kind is { } kind and not (LawfulBasisKind.Consent or LawfulBasisKind.LegitimateInterest))
        {
            run.Report(FindingCodes.MarketingOnOtherBasis, at / "basis", $"Direct marketing rests on the basis {kind}.");
        }
    }

    /// <summary>An interest may carry the processing and still not permit the message: that asks for a consent, or for an address that the person
    /// gave at a sale. What was bought or found is neither.</summary>
    private static void CheckAddresses(LintRun run, Activity activity, Place at)
    {
        var condition = activity.ElectronicMarketing;
        if (activity.Basis?.Kind == LawfulBasisKind.Consent || condition?.Ground is not (null or ElectronicMarketingGround.ExistingCustomers))
        {
            return;
        }

        foreach (var field in run.FieldsOf(activity.Data).Where(field => IsEmailAddress(run, field.Field)))
        {
            var foreign = field.Set.DataSet.Origins.Where(origin => IsForeign(run.Policy.Origins.Find(origin))).ToArray();
            if (foreign.Length == 0)
            {
                continue;
            }

            var message = $"\"{field.Path}\" also comes from {string.Join(", ", foreign.Select(origin => $"\"{origin}\""))}, and nothing says that those people have consented.";
            if (condition is null)
            {
                run.ReportMissing(FindingCodes.MarketingToForeignAddresses, at, "electronicMarketing", message);
            }
            else if (condition.Ground == ElectronicMarketingGround.ExistingCustomers)
            {
                run.Report(FindingCodes.MarketingToForeignAddresses, at / "electronicMarketing" / "ground", message);
            }
        }
    }

    private static bool IsEmailAddress(LintRun run, DataField field) =>
        IsEmailTerm(run.CategoryOf(field.Category)?.Dpv) || IsEmailTerm(Vocabulary.Categories.Find(field.Category)?.Dpv);

    private static bool IsEmailTerm(string? dpv) => dpv?.StartsWith(EmailTerm, StringComparison.Ordinal) == true;

    private static bool IsForeign(DataOrigin? origin) => origin?.From is OriginKind.OtherParty or OriginKind.PublicSource or OriginKind.PurchasedRegister;
}
