using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What the policy says of a disclosure at an instant, people left aside. Pure.</summary>
internal sealed class DisclosureJudge(GdprPolicy policy, DisclosureOptions options, DisclosureFacts facts)
{
    private readonly List<DisclosureReason> _denied = [];
    private readonly List<DisclosureReason> _human = [];
    private readonly List<DisclosureReason> _remarks = [];
    private LocalDate _on;

    public static DisclosureDecision Decide(
        DisclosureRequest request, string controller, GdprPolicy policy, DisclosureOptions options, DisclosureFacts facts, Instant now) =>
        new DisclosureJudge(policy, options, facts).Decide(request, controller, now);

    private DisclosureDecision Decide(DisclosureRequest request, string controller, Instant now)
    {
        _on = LocalDays.TodayAt(now, DateTimeZoneProviders.Tzdb[policy.Controllers[controller].TimeZone]);
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
            _denied.Add(new(DisclosureReasons.OtherController, "Art. 4(7)", id));
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
            Agreement = recipient.Kind == RecipientKind.Authority ? null : recipient.Agreement,
            Law = request.Authority?.Law ?? recipient.Law,
            Transfer = transfer,
            Fields = fields,
            Trimmed = beyond,
            Reasons = [.. _denied, .. _human],
            Remarks = _remarks,
        };
    }

    /// <summary>The activity that has the purpose, or the id, and discloses to the recipient; of several the one that discloses most of what is asked for.</summary>
    private (string Id, Activity Activity, bool IsOthers)? ActivityOf(DisclosureRequest request, string controller)
    {
        (string Id, Activity Activity, bool IsOthers)? best = null;
        var most = -1;
        foreach (var (id, activity) in policy.Activities)
        {
            if ((activity.Purpose != request.Purpose && id != request.Purpose) || !activity.Recipients.Any(disclosure => disclosure.Recipient == request.Recipient))
            {
                continue;
            }

            var isOthers = activity.Controller is { } owner && owner != controller;
            var covered = isOthers ? 0 : 1 + new DisclosedFields(policy).Decide(request, activity, policy.Recipients[request.Recipient]).Fields.Count;
            if (covered > most)
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
        switch (recipient.Kind)
        {
            case RecipientKind.Authority:
                CheckAuthority(request, recipient);
                break;
            case RecipientKind.OwnOrganisation when recipient.Agreement is null:
                break;
            case RecipientKind.Controller when recipient.Agreement is null && !string.IsNullOrWhiteSpace(recipient.Law):
                break;
            default:
                CheckAgreement(request.Recipient, recipient);
                CheckChain(request.Recipient, recipient);
                break;
        }
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
        if (facts.RefusedSubProcessors.Contains(recipient))
        {
            _denied.Add(new(DisclosureReasons.SubProcessorRefused, "Art. 28(2)", recipient));
        }
        else if (facts.PendingSubProcessors.Contains(recipient))
        {
            _denied.Add(new(DisclosureReasons.SubProcessorPending, "Art. 28(2)", recipient));
        }
    }

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
            if (recipient.Kind != RecipientKind.OwnOrganisation)
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

/// <summary>What is known beyond the policy when a disclosure is decided.</summary>
internal sealed record DisclosureFacts
{
    public static DisclosureFacts None { get; } = new();

    /// <summary>The measures that the recipient must show evidence of, and does not.</summary>
    public IReadOnlyList<string> UnprovenControls { get; init; } = [];

    /// <summary>The recipients that may still be objected to.</summary>
    public IReadOnlySet<string> PendingSubProcessors { get; init; } = new HashSet<string>();

    /// <summary>The recipients that have been objected to.</summary>
    public IReadOnlySet<string> RefusedSubProcessors { get; init; } = new HashSet<string>();
}
