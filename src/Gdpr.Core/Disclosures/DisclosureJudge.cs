using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What the policy says of a disclosure at an instant, people left aside. Pure.</summary>
internal sealed class DisclosureJudge(GdprPolicy policy, DisclosureOptions options, DisclosureFacts facts)
{
    private readonly List<DisclosureReason> _denied = [];
    private readonly List<DisclosureReason> _human = [];
    private readonly List<DisclosureReason> _remarks = [];
    private Instant _now;
    private LocalDate _on;

    public static DisclosureDecision Decide(
        DisclosureRequest request, string controller, GdprPolicy policy, DisclosureOptions options, DisclosureFacts facts, Instant now) =>
        new DisclosureJudge(policy, options, facts).Decide(request, controller, now);

    private DisclosureDecision Decide(DisclosureRequest request, string controller, Instant now)
    {
        (_now, _on) = (now, LocalDays.TodayAt(now, PolicyControllers.ZoneOf(policy, controller)));
        var decision = new DisclosureDecision
        {
            Outcome = DisclosureOutcome.Denied,
            Recipient = request.Recipient,
            Purpose = request.Purpose,
            At = now,
            Excess = request.Excess,
        };
        if (!policy.Recipients.TryGetValue(request.Recipient, out var recipient))
        {
            return decision with { Reasons = [new(DisclosureReasons.RecipientUndeclared, "Art. 5(1)(b)", request.Recipient)] };
        }

        if (ActivityOf(request, controller) is not ({ } id, { } activity, var isOthers))
        {
            return decision with { Reasons = [new(DisclosureReasons.PurposeUndeclared, "Art. 5(1)(b)", request.Purpose)] };
        }

        if (isOthers)
        {
            var isClients = facts.Client is not null || activity.Capacity == ProcessingCapacity.Processor;
            _denied.Add(new(DisclosureReasons.OtherController, isClients ? "Art. 28(3)(a)" : "Art. 4(7)", id));
        }

        var (fields, beyond) = new DisclosedFields(policy).Decide(request, activity, recipient);
        CheckFields(request, fields, beyond);
        CheckGround(request, recipient);
        var transfer = CheckTransfer(request, recipient);
        CheckEndpoint(recipient);
        _remarks.AddRange(facts.UnprovenControls.Select(control => new DisclosureReason(DisclosureReasons.ControlUnproven, "Art. 28(1)", control)));
        return decision with
        {
            Outcome = _denied.Count > 0 ? DisclosureOutcome.Denied : _human.Count > 0 ? DisclosureOutcome.NeedsHuman : DisclosureOutcome.Allowed,
            Purpose = activity.Purpose,
            Activity = id,
            Basis = activity.Basis?.Kind,
            Instruction = facts.Client?.Instruction?.Version,
            Agreement = recipient.Kind == RecipientKind.Authority ? null : recipient.Agreement,
            Law = (recipient.Kind == RecipientKind.Authority ? request.Authority?.Law : null) ?? recipient.Law,
            Transfer = transfer,
            Fields = fields,
            Trimmed = beyond,
            Reasons = [.. _denied, .. _human],
            Remarks = _remarks,
        };
    }

    /// <summary>The activity that has the purpose, or the id, and discloses to the recipient; of several one that is the controller's and, of a client's, instructed, and
    /// of these the one that discloses most of what is asked for.</summary>
    private (string Id, Activity Activity, bool IsOthers)? ActivityOf(DisclosureRequest request, string controller)
    {
        (string Id, Activity Activity, bool IsOthers)? best = null;
        var most = (IsOwn: false, IsInstructed: false, Fields: -1);
        foreach (var (id, activity) in policy.Activities)
        {
            if ((activity.Purpose != request.Purpose && id != request.Purpose) || !activity.Recipients.Any(disclosure => disclosure.Recipient == request.Recipient))
            {
                continue;
            }

            // What is done as processor is done for clients, and what is done for them is done as processor.
            var isOthers = (activity.Capacity == ProcessingCapacity.Processor) != facts.Client is not null
                || (facts.Client is null && activity.Controller is { } owner && owner != controller);
            var covered = (
                !isOthers, facts.Client?.Instruction?.Activities.Contains(id, StringComparer.Ordinal) != false,
                new DisclosedFields(policy).Decide(request, activity, policy.Recipients[request.Recipient]).Fields.Count);
            if (covered.CompareTo(most) > 0)
            {
                (best, most) = ((id, activity, isOthers), covered);
            }
        }

        return best;
    }

    private void CheckFields(DisclosureRequest request, IReadOnlyList<string> fields, IReadOnlyList<string> beyond)
    {
        if (beyond.Count > 0 && request.Excess == DisclosureExcess.Refuse)
        {
            _denied.AddRange(beyond.Select(field => new DisclosureReason(DisclosureReasons.BeyondDeclared, "Art. 5(1)(c)", field)));
        }
        else if (fields.Count == 0)
        {
            _denied.Add(new(DisclosureReasons.NothingDisclosed, "Art. 5(1)(c)"));
        }
    }

    private void CheckGround(DisclosureRequest request, Recipient recipient)
    {
        if (facts.Client is not null && !MayProcessForClient(request.Recipient, recipient))
        {
            return;
        }

        if (request.Authority is not null && recipient.Kind != RecipientKind.Authority)
        {
            _denied.Add(new(DisclosureReasons.NotAnAuthority, "Art. 4(9)", request.Recipient));
        }

        switch (recipient.Kind)
        {
            case RecipientKind.Authority:
                CheckAuthority(request, recipient);
                break;
            case RecipientKind.OwnOrganisation when recipient.Agreement is null:
            case RecipientKind.Public:
                break;
            case RecipientKind.Controller when recipient.Agreement is null && !string.IsNullOrWhiteSpace(recipient.Law):
                break;
            default:
                CheckAgreement(request.Recipient, recipient);
                CheckChain(request.Recipient, recipient);
                break;
        }
    }

    /// <summary>A client's data goes to processors alone, and to none that hands it on to one that the client has not authorised (Art. 28(2), 28(4)).</summary>
    private bool MayProcessForClient(string id, Recipient recipient)
    {
        if (recipient.Kind is not (RecipientKind.Processor or RecipientKind.SubProcessor))
        {
            _denied.Add(new(DisclosureReasons.OtherController, "Art. 28(3)(a)", id));
            return false;
        }

        foreach (var (onward, _) in OnwardFrom(id))
        {
            // One that is only announced gets nothing yet: what is handed on elsewhere meanwhile is not stopped by it.
            if (AgainstChange(onward) is { } code)
            {
                (code == DisclosureReasons.SubProcessorPending ? _remarks : _denied).Add(new(code, "Art. 28(2)", onward));
            }
        }

        return true;
    }

    private void CheckAuthority(DisclosureRequest request, Recipient recipient)
    {
        if (string.IsNullOrWhiteSpace(request.Authority?.Reference))
        {
            _denied.Add(new(DisclosureReasons.AuthorityDecisionMissing, "Art. 6(1)(c)", request.Recipient));
        }
        else if (string.IsNullOrWhiteSpace(request.Authority.Law) && string.IsNullOrWhiteSpace(recipient.Law))
        {
            _denied.Add(new(DisclosureReasons.AuthorityLawMissing, "Art. 6(3)", request.Recipient));
        }
    }

    private void CheckAgreement(string id, Recipient recipient)
    {
        var isProcessor = recipient.Kind is RecipientKind.Processor or RecipientKind.SubProcessor;
        var article = isProcessor ? "Art. 28(3)" : recipient.Kind == RecipientKind.JointController ? "Art. 26" : "Art. 5(2)";
        if (recipient.Agreement is not { } agreementId || !policy.Agreements.TryGetValue(agreementId, out var agreement))
        {
            _denied.Add(new(DisclosureReasons.AgreementMissing, article, id));
            return;
        }

        var status = AgreementRegister.StatusOf(policy, agreementId, agreement, _on);
        if (!status.IsInForce)
        {
            _denied.Add(new(DisclosureReasons.AgreementNotInForce, article, agreementId));
        }
        else if (status.DaysLeft <= options.WarnOfAgreementDays)
        {
            _remarks.Add(new(DisclosureReasons.AgreementLapsesSoon, article, agreementId));
        }

        if (isProcessor)
        {
            _denied.AddRange(status.Items.Where(item => item.Missing is not null)
                .Select(item => new DisclosureReason(DisclosureReasons.AgreementIncomplete, item.Article, $"{agreementId}: {item.Missing} {item.Member}")));
        }
    }

    /// <summary>Every processor through which this one is engaged is bound too, and nobody has objected to any of them (Art. 28(2), 28(4)).</summary>
    private void CheckChain(string id, Recipient recipient)
    {
        CheckChange(id);
        var seen = new HashSet<string>(StringComparer.Ordinal) { id };
        for (var (engaged, by) = (id, recipient.EngagedBy); by is not null; (engaged, by) = (by, policy.Recipients[by].EngagedBy))
        {
            if (!seen.Add(by) || !policy.Recipients.TryGetValue(by, out var engaging)
                || engaging.Kind is not (RecipientKind.Processor or RecipientKind.SubProcessor))
            {
                _denied.Add(new(DisclosureReasons.ChainBroken, "Art. 28(4)", engaged));
                return;
            }

            CheckAgreement(by, engaging);
            CheckChange(by);
        }
    }

    private void CheckChange(string recipient)
    {
        if (AgainstChange(recipient) is { } code)
        {
            _denied.Add(new(code, "Art. 28(2)", recipient));
        }
    }

    /// <summary>Why a processor may not be used yet, or any more: the organisation's own objection counts for its clients' data too.</summary>
    private string? AgainstChange(string recipient) =>
        facts.Changes.GetValueOrDefault(recipient) is { Decision: SubProcessorDecision.Refused } ? DisclosureReasons.SubProcessorRefused
        : facts.Changes.GetValueOrDefault(recipient)?.IsPendingAt(_now) == true ? DisclosureReasons.SubProcessorPending
        : facts.Client is { } client ? SubProcessorJudge.Judge(client, recipient, facts.ClientChanges.GetValueOrDefault(recipient), _now) : null;

    private TransferDecision? CheckTransfer(DisclosureRequest request, Recipient recipient)
    {
        var own = CheckTransfer(request.Recipient, recipient, request.Derogation);
        foreach (var (id, onward) in OnwardFrom(request.Recipient))
        {
            CheckTransfer(id, onward, request.Derogation);
        }

        return own;
    }

    private TransferDecision? CheckTransfer(string id, Recipient recipient, DerogationDecision? derogation)
    {
        if (string.IsNullOrWhiteSpace(recipient.Country))
        {
            if (recipient.Kind is not (RecipientKind.OwnOrganisation or RecipientKind.Public))
            {
                _denied.Add(new(DisclosureReasons.CountryUnknown, "Art. 44", id));
            }

            return null;
        }

        var transfer = TransferJudge.Decide(recipient.Country, recipient.Transfer, policy.Assessments, options.Adequacy, _on);
        switch (transfer?.Outcome)
        {
            case TransferOutcome.Forbidden:
                _denied.Add(new(DisclosureReasons.TransferForbidden, FindingCodes.NoSafeguard, id));
                break;
            case TransferOutcome.OccasionalOnly when derogation is null:
                _human.Add(new(DisclosureReasons.TransferByDerogation, "Art. 49(1)", id));
                break;
            case TransferOutcome.Allowed when transfer.IsUnstated:
                _remarks.Add(new(DisclosureReasons.AdequacyUnstated, "Art. 13(1)(f)", id));
                break;
        }

        if (transfer?.EndsWithin(_on, options.WarnOfTransferDays) == true)
        {
            _remarks.Add(new(DisclosureReasons.TransferEndsSoon, "Art. 44", id));
        }

        return transfer;
    }

    /// <summary>The sub-processors that a recipient hands the data on to, and those that these do.</summary>
    private IEnumerable<(string Id, Recipient Recipient)> OnwardFrom(string id)
    {
        var (seen, waiting) = (new HashSet<string>(StringComparer.Ordinal) { id }, new Queue<string>([id]));
        while (waiting.TryDequeue(out var engaging))
        {
            foreach (var (onward, recipient) in policy.Recipients.Where(recipient => recipient.Value.EngagedBy == engaging && seen.Add(recipient.Key)))
            {
                waiting.Enqueue(onward);
                yield return (onward, recipient);
            }
        }
    }

    private void CheckEndpoint(Recipient recipient)
    {
        if (!string.IsNullOrWhiteSpace(recipient.Endpoint) && !Endpoints.IsEncrypted(recipient.Endpoint))
        {
            _denied.Add(new(DisclosureReasons.EndpointNotEncrypted, "Art. 32(1)(a)", recipient.Name?.ToString()));
        }
    }
}
