using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Decides on disclosures to recipients, and records each: what, to whom, when, why and on which ground.</summary>
/// <remarks>A disclosure is recorded before the data is sent: the log may name one that then failed, and never lacks one that was made.</remarks>
public sealed class DisclosureService
{
    private readonly DecidingPolicies _policies;
    private readonly DisclosureOptions _options;
    private readonly SubjectRegister _subjects;
    private readonly SubjectDirectory _directory;
    private readonly SubjectCommands _commands;
    private readonly Journal _journal;
    private readonly JournalFolds _folds;
    private readonly SubProcessorChanges _changes;
    private readonly CollectionRegister _origins;
    private readonly IDisclosureEvidence _evidence;
    private readonly IClock _clock;

    internal DisclosureService(
        DecidingPolicies policies, DisclosureOptions options, SubjectRegister subjects, SubjectDirectory directory, SubjectCommands commands, Journal journal,
        JournalFolds folds, SubProcessorChanges changes, CollectionRegister origins, IDisclosureEvidence evidence, IClock clock)
    {
        _policies = policies;
        _options = options;
        _subjects = subjects;
        _directory = directory;
        _commands = commands;
        _journal = journal;
        _folds = folds;
        _changes = changes;
        _origins = origins;
        _evidence = evidence;
        _clock = clock;
    }

    /// <summary>What the policy in force says of a disclosure at the present instant. Pure: nothing is read or recorded, and people are left aside.</summary>
    /// <param name="request">What is to be disclosed.</param>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's.</exception>
    public DisclosureDecision Decide(DisclosureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return DisclosureJudge.Decide(
            request, _directory.ControllerOf(request.Controller), _policies.Current, _options, DisclosureFacts.None, _clock.GetCurrentInstant());
    }

    /// <summary>Decides on the disclosure of a person's data and records it. The data may be sent when this returns that it may, and not before.</summary>
    /// <param name="request">What is to be disclosed.</param>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's.</exception>
    public Task<DisclosureDecision> DiscloseAsync(DisclosureRequest request, DataSubject subject, CancellationToken cancellationToken = default) =>
        DiscloseAsync(request, [subject], cancellationToken);

    /// <summary>Decides on the disclosure of several people's data and records it. The data may be sent when this returns that it may, and not before.</summary>
    /// <param name="request">What is to be disclosed.</param>
    /// <param name="subjects">The people. Where the data of some may not be disclosed, nothing is, or the others' is: as the request says.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's.</exception>
    public async Task<DisclosureDecision> DiscloseAsync(DisclosureRequest request, IReadOnlyList<DataSubject> subjects, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentOutOfRangeException.ThrowIfZero(subjects.Count, nameof(subjects));
        var (policy, now) = (_policies.Current, _clock.GetCurrentInstant());
        var controller = _directory.ControllerOf(request.Controller);
        var decision = DisclosureJudge.Decide(
            request, controller, policy, _options, await FactsAsync(request, policy, now, cancellationToken).ConfigureAwait(false), now);
        decision = await WithPeopleAsync(decision, controller, policy, [.. subjects.Distinct()], cancellationToken).ConfigureAwait(false);
        return await RecordAsync(decision, request, controller, policy, now, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records a disclosure that was made already, by telephone say, whether or not it was allowed: the log lacks nothing that happened.</summary>
    /// <param name="request">What was disclosed.</param>
    /// <param name="subjects">The people.</param>
    /// <param name="at">When: not in the future.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>What would have been decided. A disclosure that was made and should not have been is a breach of its own.</returns>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's.</exception>
    public async Task<DisclosureDecision> RecordMadeAsync(
        DisclosureRequest request, IReadOnlyList<DataSubject> subjects, Instant at, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentOutOfRangeException.ThrowIfZero(subjects.Count, nameof(subjects));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at, _clock.GetCurrentInstant());
        var (policy, controller) = (_policies.Current, _directory.ControllerOf(request.Controller));
        var decision = DisclosureJudge.Decide(
            request, controller, policy, _options, await FactsAsync(request, policy, at, cancellationToken).ConfigureAwait(false), at);
        decision = await WithPeopleAsync(decision, controller, policy, [.. subjects.Distinct()], cancellationToken).ConfigureAwait(false);
        string[] against = [.. decision.Reasons.Concat(decision.Excluded.Select(person => person.Reason)).Select(reason => reason.Code).Distinct(StringComparer.Ordinal)];
        string[] fields = [.. decision.Fields.Concat(decision.Trimmed).Order(StringComparer.Ordinal)];
        var made = decision with { Fields = fields.Length > 0 ? fields : [.. request.Data], Subjects = [.. subjects.Distinct()] };
        var id = await WriteAsync(made, request, controller, policy, against, cancellationToken).ConfigureAwait(false);
        return decision with { Id = id };
    }

    private async ValueTask<DisclosureFacts> FactsAsync(DisclosureRequest request, GdprPolicy policy, Instant now, CancellationToken cancellationToken)
    {
        var required = policy.Recipients.GetValueOrDefault(request.Recipient)?.RequiredControls ?? [];
        var (pending, refused) = await _changes.ReadBlockedAsync(now, cancellationToken).ConfigureAwait(false);
        return new DisclosureFacts
        {
            UnprovenControls = required.Count == 0 ? [] : await _evidence.UnprovenAsync(request.Recipient, required, now, cancellationToken).ConfigureAwait(false),
            PendingSubProcessors = pending,
            RefusedSubProcessors = refused,
        };
    }

    private async ValueTask<DisclosureDecision> WithPeopleAsync(
        DisclosureDecision decision, string controller, GdprPolicy policy, IReadOnlyList<DataSubject> people, CancellationToken cancellationToken)
    {
        if (decision.Activity is null)
        {
            return decision;
        }

        // A processor is the controller's extended arm, and may be whoever sends the notice; an authority's inquiry does not wait for one.
        var recipient = policy.Recipients[decision.Recipient];
        var tellsFirst = recipient.Kind is RecipientKind.Controller or RecipientKind.JointController or RecipientKind.OwnOrganisation;
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var (allowed, excluded) = (new List<DataSubject>(people.Count), new List<ExcludedSubject>());
        var dataSets = DisclosedFields.DataSetsOf(decision.Fields);
        foreach (var person in people)
        {
            var why = person.Controller != controller ? new DisclosureReason(DisclosureReasons.OtherController, "Art. 4(7)")
                : DisclosureStanding.WhyNot(decision, recipient, await ReadAsync(person).ConfigureAwait(false), dataSets)
                ?? (tellsFirst && await _origins.IsOwedAsync(person, cancellationToken).ConfigureAwait(false)
                    ? new DisclosureReason(DisclosureReasons.NoticeOwed, "Art. 14(3)(c)") : null);
            if (why is null)
            {
                allowed.Add(person);
            }
            else
            {
                excluded.Add(new ExcludedSubject(person, why));
            }
        }

        decision = decision with { Subjects = allowed, Excluded = excluded };
        return excluded.Count > 0 && (decision.Excess == DisclosureExcess.Refuse || allowed.Count == 0)
            ? decision with
            {
                Outcome = DisclosureOutcome.Denied,
                Subjects = [],
                Reasons = [.. decision.Reasons, .. excluded.Select(person => person.Reason).Distinct()],
            }
            : decision;

        ValueTask<SubjectState> ReadAsync(DataSubject person) =>
            people.Count > 1 ? _subjects.ReadAsync(person, cancellationToken) : _subjects.ReadLatestAsync(person, cancellationToken);
    }

    private async ValueTask<DisclosureDecision> RecordAsync(
        DisclosureDecision decision, DisclosureRequest request, string controller, GdprPolicy policy, Instant now, CancellationToken cancellationToken)
    {
        if (decision.IsAllowed)
        {
            return decision with { Id = await WriteAsync(decision, request, controller, policy, [], cancellationToken).ConfigureAwait(false) };
        }

        var id = _commands.NewId();
        await _policies.KeepAsync(cancellationToken).ConfigureAwait(false);
        var data = new RefusedData(
            id, request.Recipient, decision.Purpose, [.. decision.Reasons.Select(reason => reason.Code).Distinct(StringComparer.Ordinal)],
            decision.Subjects.Count + decision.Excluded.Count)
        {
            Policy = policy.Hash,
        };
        await _journal.RecordAsync(
            DisclosureEntries.StreamOf(id), 0,
            new NewJournalEntry(DisclosureEntries.Denied, now, JsonSerializer.Serialize(data, DisclosureJson.Default.RefusedData)) { Controller = controller },
            cancellationToken).ConfigureAwait(false);
        return decision with { Id = id, Fields = [], Subjects = [] };
    }

    private async ValueTask<string> WriteAsync(
        DisclosureDecision decision, DisclosureRequest request, string controller, GdprPolicy policy, IReadOnlyList<string> against, CancellationToken cancellationToken)
    {
        var (id, fields) = (_commands.NewId(), new DisclosedFields(policy));
        var authority = request.Authority;
        var data = new DisclosedData(id, decision.Recipient, decision.Purpose, decision.Fields, [])
        {
            Activity = decision.Activity,
            Basis = decision.Basis,
            Agreement = decision.Agreement,
            Law = decision.Law,
            Country = decision.Transfer?.Country,
            Mechanism = decision.Transfer?.Mechanism,
            Categories = [.. decision.Fields.Select(fields.CategoryOf).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            IsSecret = authority?.IsSecret == true,
            SecretUntil = authority?.IsSecret == true ? authority.SecretUntil : null,
            Against = against.Count > 0 ? against : null,
            Policy = policy.Hash,
        };
        var reference = authority is null ? default
            : JsonSerializer.SerializeToUtf8Bytes(new AuthorityPayload(authority.Law, authority.Reference), DisclosureJson.Default.AuthorityPayload);
        var entries = decision.Subjects.Chunk(_options.SubjectsPerEntry).Select(people =>
        {
            var content = JsonSerializer.Serialize(data with { Subjects = [.. people.Select(person => person.Key.ToString())] }, DisclosureJson.Default.DisclosedData);
            var entry = new NewJournalEntry(DisclosureEntries.Disclosed, decision.At, content)
            {
                Controller = controller, Subject = decision.Subjects.Count == 1 ? people[0].Key : null,
            };
            return authority is null ? new PersonalEntry(entry) : new PersonalEntry(entry, DisclosurePurpose, reference);
        });
        await _policies.KeepAsync(cancellationToken).ConfigureAwait(false);
        await _journal.RecordAsync(DisclosureEntries.StreamOf(id), 0, [.. entries], null, cancellationToken).ConfigureAwait(false);
        return id;
    }

    private const string DisclosurePurpose = "disclosure";
}
