namespace Gdpr.Policies.Lint;

/// <summary>Consent is asked for by a text of its own, whose version can be proved.</summary>
internal static class ConsentRules
{
    public static void Check(LintRun run)
    {
        foreach (var (_, activity, activityAt) in run.Activities)
        {
            if (activity.Basis?.Consent is not { } consent)
            {
                continue;
            }

            var at = activityAt / "basis" / "consent";
            CheckText(run, consent, at);
            if (consent.AskAgainAfter is null)
            {
                run.ReportMissing(FindingCodes.ConsentNeverRenewed, at, "askAgainAfter",
                    "The consent lasts until it is withdrawn, however long ago it was given.");
            }

            CheckFreedom(run, activity, at);
            var children = run.DataSetsOf(activity).SelectMany(set => set.DataSet.Subject)
                .FirstOrDefault(subject => subject is not null && run.SubjectOf(subject)?.Children == true);
            if (children is not null)
            {
                run.Report(FindingCodes.ConsentOfChildren, at, $"The data is about \"{children}\", who may be children.");
            }
        }
    }

    /// <summary>Between an employer and an employee consent is seldom given freely.</summary>
    private static void CheckFreedom(LintRun run, Activity activity, Place at)
    {
        var dependent = run.DataSetsOf(activity).SelectMany(set => set.DataSet.Subject).FirstOrDefault(run.IsEmployee);
        if (dependent is not null)
        {
            run.Report(FindingCodes.ConsentOfDependents, at, $"The data is about \"{dependent}\", who depend on whoever asks.");
        }
    }

    private static void CheckText(LintRun run, ConsentBasis consent, Place at)
    {
        if (run.Policy.Documents.Find(consent.Text) is not { } document)
        {
            return;
        }

        if (document.Kind is { } kind && kind != DocumentKind.ConsentText)
        {
            run.Report(FindingCodes.ConsentByOtherText, at / "text",
                $"\"{consent.Text}\" is a document of kind {kind}: agreeing to it is no consent.");
        }
        else if (string.IsNullOrWhiteSpace(document.Version))
        {
            run.ReportMissing(FindingCodes.ConsentTextWithoutVersion, Place.Root / "documents" / consent.Text, "version",
                $"Proof of consent cannot say which version of \"{consent.Text}\" was shown.");
        }
    }
}
