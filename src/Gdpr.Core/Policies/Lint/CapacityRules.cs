namespace Gdpr.Policies.Lint;

/// <summary>Whoever processes for another does so under a contract and decides nothing; whoever decides with another has an arrangement.</summary>
internal static class CapacityRules
{
    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            switch (activity.Capacity)
            {
                case ProcessingCapacity.Processor:
                    CheckProcessor(run, activity, at);
                    break;
                case ProcessingCapacity.JointController:
                    CheckJointController(run, activity, at);
                    break;
            }
        }

        foreach (var (id, recipient, at) in Stated.In(run.Policy.Recipients, Place.Root / "recipients"))
        {
            CheckRecipient(run, id, recipient, at);
        }

        foreach (var (_, service, at) in Stated.In(run.Policy.Services, Place.Root / "services"))
        {
            CheckService(run, service, at);
        }
    }

    private static void CheckProcessor(LintRun run, Activity activity, Place at)
    {
        if (activity.Basis is not null && activity.Basis.Stated().Any())
        {
            run.Report(FindingCodes.ProcessorDecides, at / "basis",
                "The organisation acts as processor, and states a lawful basis of its own.");
        }

        if (string.IsNullOrWhiteSpace(activity.Agreement))
        {
            run.ReportMissing(FindingCodes.ProcessorWithoutContract, at, "agreement",
                "The organisation acts as processor, under no agreement with the controller.");
        }
        else
        {
            CheckKind(run, activity.Agreement, AgreementKind.WithController, at / "agreement");
        }
    }

    private static void CheckJointController(LintRun run, Activity activity, Place at)
    {
        var arranged = activity.Recipients.Any(disclosure => disclosure is not null
            && run.Policy.Recipients.Find(disclosure.Recipient) is { Kind: RecipientKind.JointController, Agreement: { } agreement }
            && !string.IsNullOrWhiteSpace(agreement));
        if (!string.IsNullOrWhiteSpace(activity.Agreement))
        {
            CheckKind(run, activity.Agreement, AgreementKind.JointControllers, at / "agreement");
        }
        else if (!arranged)
        {
            run.ReportMissing(FindingCodes.JointWithoutArrangement, at, "agreement",
                "The activity has joint controllers and no arrangement between them.");
        }
    }

    private static void CheckRecipient(LintRun run, string id, Recipient recipient, Place at)
    {
        var isProcessor = recipient.Kind is RecipientKind.Processor or RecipientKind.SubProcessor;
        if (!string.IsNullOrWhiteSpace(recipient.Agreement))
        {
            if (isProcessor || recipient.Kind == RecipientKind.JointController)
            {
                CheckKind(run, recipient.Agreement, isProcessor ? AgreementKind.WithProcessor : AgreementKind.JointControllers, at / "agreement");
            }
        }
        else if (isProcessor)
        {
            run.ReportMissing(FindingCodes.ProcessorWithoutContract, at, "agreement", $"\"{id}\" is a processor, under no agreement.");
        }
        else if (recipient.Kind == RecipientKind.JointController)
        {
            run.ReportMissing(FindingCodes.JointWithoutArrangement, at, "agreement",
                $"\"{id}\" is a joint controller, and there is no arrangement with it.");
        }

        if (recipient.Kind == RecipientKind.SubProcessor)
        {
            CheckChain(run, id, recipient, at);
        }

        if (isProcessor && recipient.RequiredControls.Count == 0)
        {
            run.ReportMissing(FindingCodes.RecipientWithoutControls, at, "requiredControls", $"\"{id}\" need not show evidence of any measure.");
        }
    }

    /// <summary>A sub-processor is engaged by a processor: another recipient, or the organisation itself where it acts as one.</summary>
    private static void CheckChain(LintRun run, string id, Recipient recipient, Place at)
    {
        if (string.IsNullOrWhiteSpace(recipient.EngagedBy))
        {
            var disclosing = run.Activities.Where(activity => activity.Value.Recipients.Any(disclosure => disclosure?.Recipient == id)).ToArray();
            if (!disclosing.Any(activity => activity.Value.Capacity == ProcessingCapacity.Processor))
            {
                run.ReportMissing(FindingCodes.SubProcessorOfNobody, at, "engagedBy", $"\"{id}\" is a sub-processor, and nothing says of whom.");
            }

            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal) { id };
        for (var engaging = recipient.EngagedBy; engaging is not null; engaging = run.Policy.Recipients.Find(engaging)?.EngagedBy)
        {
            if (!seen.Add(engaging))
            {
                run.Report(FindingCodes.SubProcessorOfNobody, at / "engagedBy",
                    $"\"{id}\" is engaged by itself, over {string.Join(", ", seen)}.");
                return;
            }
        }

        if (run.Policy.Recipients.Find(recipient.EngagedBy) is { Kind: { } kind and not (RecipientKind.Processor or RecipientKind.SubProcessor) })
        {
            run.Report(FindingCodes.SubProcessorOfNobody, at / "engagedBy",
                $"\"{recipient.EngagedBy}\", which engages \"{id}\", is of kind {kind} and no processor.");
        }
    }

    private static void CheckService(LintRun run, Service service, Place at)
    {
        var processing = service.Activities.FirstOrDefault(id => id is not null && run.Policy.Activities.Find(id)?.Capacity == ProcessingCapacity.Processor);
        if (!string.IsNullOrWhiteSpace(service.Agreement))
        {
            CheckKind(run, service.Agreement, AgreementKind.WithController, at / "agreement");
        }
        else if (processing is not null)
        {
            run.ReportMissing(FindingCodes.ServiceWithoutAgreement, at, "agreement",
                $"\"{processing}\" processes on behalf of the customer, and the service has no agreement on it.");
        }
    }

    private static void CheckKind(LintRun run, string agreement, AgreementKind expected, Place at)
    {
        if (run.Policy.Agreements.Find(agreement)?.Kind is { } kind && kind != expected)
        {
            run.Report(FindingCodes.OtherKindOfAgreement, at, $"\"{agreement}\" is of kind {kind}; {expected} is asked for here.");
        }
    }
}
