namespace Gdpr.Policies.Lint;

/// <summary>Only data that the activity covers leaves, to recipients that may have it, encrypted, and never a secret.</summary>
internal static class DisclosureRules
{
    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            var covered = run.FieldsOf(activity.Data).Select(field => field.Path).ToHashSet();
            var recipients = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (disclosure, place) in Stated.In(activity.Recipients, at / "recipients"))
            {
                CheckData(run, disclosure, covered, place);
                if (!string.IsNullOrWhiteSpace(disclosure.Recipient) && !recipients.Add(disclosure.Recipient))
                {
                    run.Report(FindingCodes.RepeatedReference, place / "recipient",
                        $"The activity discloses to \"{disclosure.Recipient}\" twice.");
                }
            }
        }

        foreach (var (id, recipient, at) in Stated.In(run.Policy.Recipients, Place.Root / "recipients"))
        {
            CheckEndpoint(run, recipient, at / "endpoint");
            if (recipient.Kind is RecipientKind.Controller or RecipientKind.Authority
                && string.IsNullOrWhiteSpace(recipient.Agreement) && string.IsNullOrWhiteSpace(recipient.Law))
            {
                run.ReportMissing(FindingCodes.RecipientWithoutGround, at, "law", $"\"{id}\" receives data under no agreement and no law.");
            }
        }
    }

    private static void CheckData(LintRun run, Disclosure disclosure, HashSet<DataPath> covered, Place at)
    {
        if (disclosure.Data.All(string.IsNullOrWhiteSpace))
        {
            run.ReportMissing(FindingCodes.EmptyDisclosure, at, "data", $"The disclosure to \"{disclosure.Recipient}\" names no data.");
        }

        foreach (var (reference, place) in Stated.In(disclosure.Data, at / "data"))
        {
            var fields = run.FieldsOf([reference]).ToArray();
            var beyond = string.Join(", ", fields.Select(field => field.Path).Where(path => !covered.Contains(path)));
            if (beyond.Length > 0)
            {
                run.Report(FindingCodes.DisclosedBeyondActivity, place, $"The activity does not cover what it discloses: {beyond}.");
            }

            var secrets = run.FieldsOfKind([reference], DataCategoryKind.Credential);
            if (secrets.Length > 0)
            {
                run.Report(FindingCodes.CredentialDisclosed, place, $"A secret would be disclosed: {secrets}.");
            }
        }
    }

    private static void CheckEndpoint(LintRun run, Recipient recipient, Place at)
    {
        if (string.IsNullOrWhiteSpace(recipient.Endpoint))
        {
            return;
        }

        // The address itself may carry a key: the message does not repeat it.
        if (!Uri.TryCreate(recipient.Endpoint, UriKind.Absolute, out var address))
        {
            run.Report(FindingCodes.EndpointNotEncrypted, at, "The endpoint is not an absolute address.");
        }
        else if (!Endpoints.IsEncrypted(address))
        {
            run.Report(FindingCodes.EndpointNotEncrypted, at, $"The endpoint is reached by {address.Scheme}, unencrypted.");
        }
    }
}
