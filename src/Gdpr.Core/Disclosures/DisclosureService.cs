using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Decides on disclosures to recipients, and records each: what, to whom, when, why and on which ground.</summary>
/// <remarks>A disclosure is recorded before the data is sent: the log may name one that then failed, and never lacks one that was made.</remarks>
public sealed class DisclosureService
{
    private const string DisclosurePurpose = "disclosure";
    private const string Undeclared = "undeclared";

    private readonly DecidingPolicies _policies;
    private readonly DisclosureOptions _options;
    private readonly DisclosureGate _gate;
    private readonly SubjectDirectory _directory;
    private readonly SubjectCommands _commands;
    private readonly Journal _journal;
    private readonly JournalFolds _folds;
    private readonly SubProcessorChanges _changes;
    private readonly ProcessorClients _clients;
    private readonly CollectionRegister _origins;
    private readonly IDisclosureEvidence _evidence;
    private readonly HumanTasks _tasks;
    private readonly LateDisclosures _late;
    private readonly IClock _clock;

    internal DisclosureService(
        DecidingPolicies policies, DisclosureOptions options, DisclosureGate gate, SubjectDirectory directory, SubjectCommands commands, Journal journal,
        JournalFolds folds, SubProcessorChanges changes, ProcessorClients clients, CollectionRegister origins, IDisclosureEvidence evidence, HumanTasks tasks,
        LateDisclosures late, IClock clock)
    {
        _policies = policies;
        _options = options;
        _gate = gate;
        _directory = directory;
        _commands = commands;
        _journal = journal;
        _folds = folds;
        _changes = changes;
        _clients = clients;
        _origins = origins;
        _evidence = evidence;
        _tasks = tasks;
        _late = late;
        _clock = clock;
    }

    /// <summary>What the policy in force says of a disclosure at the present instant. Pure: nothing is read or recorded, and people are left aside.</summary>
    /// <param name="request">What is to be disclosed.</param>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's. What a client has authorised has to be read: see
    /// <see cref="DiscloseAsync(DisclosureRequest, DataSubject, CancellationToken)"/>.</exception>
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
    /// <exception cref="UnknownControllerException">The controller is none of the policy's, and no registered client.</exception>
    public Task<DisclosureDecision> DiscloseAsync(DisclosureRequest request, DataSubject subject, CancellationToken cancellationToken = default) =>
        DiscloseAsync(request, [subject], cancellationToken);

    /// <summary>Decides on the disclosure of several people's data and records it. The data may be sent when this returns that it may, and not before.</summary>
    /// <param name="request">What is to be disclosed.</param>
    /// <param name="subjects">The people. Where the data of some may not be disclosed, nothing is, or the others' is: as the request says.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's, and no registered client.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<DisclosureDecision> DiscloseAsync(DisclosureRequest request, IReadOnlyList<DataSubject> subjects, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentOutOfRangeException.ThrowIfZero(subjects.Count, nameof(subjects));
        Check(request);
        var (policy, now) = (_policies.Current, _clock.GetCurrentInstant());
        var controller = await _directory.ControllerAsync(request.Controller, cancellationToken).ConfigureAwait(false);
        var decision = DisclosureJudge.Decide(
            request, controller, policy, _options, await FactsAsync(request, controller, policy, now, cancellationToken).ConfigureAwait(false), now);
        (decision, var positions) = await WithPeopleAsync(decision, request, controller, policy, [.. subjects.Distinct()], cancellationToken).ConfigureAwait(false);
        decision = await RecordAsync(decision, request, controller, policy, subjects.Count, cancellationToken).ConfigureAwait(false);

        // Whoever is asked to erase or restrict from here on finds this recipient in the log, and tells it; whoever was before has told recipients without it.
        var changed = new List<DataSubject>();
        foreach (var subject in decision.Subjects)
        {
            if ((await _directory.ReadStateAsync(subject, cancellationToken).ConfigureAwait(false)).FactsPosition != positions[subject])
            {
                changed.Add(subject);
            }
        }

        return changed.Count == 0 ? decision
            : await RecordAsync(WithChanged(decision, changed), request, controller, policy, subjects.Count, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records a disclosure that was made already, by telephone say, whether or not it was allowed: the log lacks nothing that happened.</summary>
    /// <param name="request">What was disclosed.</param>
    /// <param name="subjects">The people.</param>
    /// <param name="at">When: not in the future.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <remarks>What recipients have been told of the data since then, such as its erasure, this one is told, too.</remarks>
    /// <returns>What would have been decided. A disclosure that was made and should not have been is a breach of its own.</returns>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's, and no registered client.</exception>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key one of them is: register the person anew.</exception>
    /// <exception cref="ArgumentException">One of the people is another controller's: nothing is recorded.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<DisclosureDecision> RecordMadeAsync(
        DisclosureRequest request, IReadOnlyList<DataSubject> subjects, Instant at, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentOutOfRangeException.ThrowIfZero(subjects.Count, nameof(subjects));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at, _clock.GetCurrentInstant());
        Check(request);
        var policy = _policies.Current;
        var controller = await _directory.ControllerAsync(request.Controller, cancellationToken).ConfigureAwait(false);
        if (subjects.Any(subject => subject.Controller != controller))
        {
            throw new ArgumentException(
                $"A disclosure of '{controller}' is of its own people: record what was disclosed of another controller's as that one's.", nameof(subjects));
        }

        var decision = DisclosureJudge.Decide(
            request, controller, policy, _options, await FactsAsync(request, controller, policy, at, cancellationToken).ConfigureAwait(false), at);
        (decision, _) = await WithPeopleAsync(decision, request, controller, policy, [.. subjects.Distinct()], cancellationToken).ConfigureAwait(false);
        string[] against = [.. decision.Reasons.Concat(decision.Excluded.Select(person => person.Reason)).Select(reason => reason.Code).Distinct(StringComparer.Ordinal)];
        string[] fields = [.. decision.Fields.Concat(decision.Trimmed).Order(StringComparer.Ordinal)];
        var made = decision with { Fields = fields.Length > 0 ? fields : [.. request.Data], Subjects = [.. subjects.Distinct()] };
        var id = await WriteAsync(made, request, controller, policy, against, cancellationToken, isLate: true).ConfigureAwait(false);
        await _late.TellAsync(new LateDisclosure(id, made.Recipient, made.Purpose, made.Fields, at), made.Subjects, CancellationToken.None).ConfigureAwait(false);
        return decision with { Id = id };
    }

    private void Check(DisclosureRequest request)
    {
        _journal.Texts.CheckLine(request.Recipient, "the recipient");
        _journal.Texts.CheckLine(request.Purpose, "the purpose");
        _journal.Texts.CheckLines(request.Data, "the data");
        _journal.Texts.CheckLine(request.Authority?.Law, "the law of the authority's decision");
        _journal.Texts.CheckLine(request.Authority?.Reference, "the reference of the authority's decision");
    }

    /// <summary>What was named, as the journal holds it in the clear: what the policy does not declare may be anything.</summary>
    private static string Named(string id, bool isDeclared) => isDeclared || ClearText.IsName(id) ? id : Undeclared;

    private async ValueTask<DisclosureFacts> FactsAsync(
        DisclosureRequest request, string controller, GdprPolicy policy, Instant now, CancellationToken cancellationToken)
    {
        var required = policy.Recipients.GetValueOrDefault(request.Recipient)?.RequiredControls ?? [];
        var client = policy.Controllers.ContainsKey(controller) ? null
            : await _clients.FindAsync(controller, cancellationToken).ConfigureAwait(false) ?? throw new UnknownControllerException(controller);
        return new DisclosureFacts
        {
            UnprovenControls = required.Count == 0 ? [] : await _evidence.UnprovenAsync(request.Recipient, required, now, cancellationToken).ConfigureAwait(false),
            Changes = await _changes.ReadLastAsync(null, cancellationToken).ConfigureAwait(false),
            Client = client,
            ClientChanges = client is null ? PolicyMap<SubProcessorChange>.Empty : await _changes.ReadLastAsync(client.Id, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Adds what stands in the way of each person: the gate, and what the person has not been told.</summary>
    /// <returns>The decision, and how far the journal had come with each person who is in it.</returns>
    private async ValueTask<(DisclosureDecision Decision, IReadOnlyDictionary<DataSubject, long> Positions)> WithPeopleAsync(
        DisclosureDecision decision, DisclosureRequest request, string controller, GdprPolicy policy, IReadOnlyList<DataSubject> people,
        CancellationToken cancellationToken)
    {
        var positions = new Dictionary<DataSubject, long>();
        if (decision.Activity is null)
        {
            return (decision, positions);
        }

        // A processor is the controller's extended arm, and may be whoever sends the notice; an authority's inquiry does not wait for one.
        var tellsFirst = policy.Recipients[decision.Recipient].Kind is RecipientKind.Controller or RecipientKind.JointController
            or RecipientKind.OwnOrganisation or RecipientKind.Public;
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var answers = await _gate.AskAsync(request, decision, controller, people, cancellationToken).ConfigureAwait(false);
        var (allowed, excluded, isHuman) = (new List<DataSubject>(people.Count), new List<ExcludedSubject>(), true);
        var reported = new HashSet<DisclosureReason>();
        foreach (var (person, (said, position)) in people.Zip(answers))
        {
            positions[person] = position;
            DisclosureReason[] reasons = [.. said.Select(reason => new DisclosureReason(reason.Code, reason.Article, reason.About ?? reason.DataSet ?? reason.Activity))];
            if (_gate.IsReportOnly)
            {
                // Whose person it is, is no matter of adoption: the log would say it of somebody else.
                var others = reasons.ToLookup(reason => reason.Code == ProcessingReasons.OtherController);
                reported.UnionWith(others[false]);
                reasons = [.. others[true]];
            }

            isHuman &= reasons.Length == 0 || said.All(reason => reason.NeedsHuman);
            if (tellsFirst && await _origins.IsOwedAsync(person, cancellationToken).ConfigureAwait(false))
            {
                (reasons, isHuman) = ([.. reasons, new(DisclosureReasons.NoticeOwed, "Art. 14(3)(c)")], false);
            }

            if (reasons.Length == 0)
            {
                allowed.Add(person);
            }

            excluded.AddRange(reasons.Select(reason => new ExcludedSubject(person, reason)));
        }

        decision = decision with { Subjects = allowed, Excluded = excluded, IsReportOnly = reported.Count > 0, Remarks = [.. decision.Remarks, .. reported] };
        decision = excluded.Count > 0 && (decision.Excess == DisclosureExcess.Refuse || allowed.Count == 0)
            ? decision with
            {
                Outcome = decision.Outcome == DisclosureOutcome.Denied || !isHuman ? DisclosureOutcome.Denied : DisclosureOutcome.NeedsHuman,
                Subjects = [],
                Reasons = [.. decision.Reasons, .. excluded.Select(person => person.Reason).Distinct()],
            }
            : decision;
        return (decision, positions);
    }

    /// <summary>A decision of people of whom something was recorded before it was: it holds for none, and what it says was disclosed was not.</summary>
    private static DisclosureDecision WithChanged(DisclosureDecision decision, IReadOnlyList<DataSubject> changed)
    {
        var reason = new DisclosureReason(DisclosureReasons.ChangedMeanwhile, "Art. 5(2), 19");
        return decision with
        {
            Outcome = DisclosureOutcome.Denied,
            Excluded = [.. decision.Excluded, .. changed.Select(subject => new ExcludedSubject(subject, reason))],
            Reasons = [.. decision.Reasons, reason],
        };
    }

    private async ValueTask<DisclosureDecision> RecordAsync(
        DisclosureDecision decision, DisclosureRequest request, string controller, GdprPolicy policy, int people, CancellationToken cancellationToken)
    {
        if (decision.IsAllowed)
        {
            string[] reported = decision.IsReportOnly ? [.. decision.Remarks.Select(remark => remark.Code).Distinct(StringComparer.Ordinal)] : [];
            return decision with { Id = await WriteAsync(decision, request, controller, policy, reported, cancellationToken).ConfigureAwait(false) };
        }

        var id = _commands.NewId();
        await _policies.KeepAsync(cancellationToken).ConfigureAwait(false);
        var data = new RefusedData(
            id, Named(request.Recipient, policy.Recipients.ContainsKey(request.Recipient)),
            Named(decision.Purpose, decision.Activity is not null), [.. decision.Reasons.Select(reason => reason.Code).Distinct(StringComparer.Ordinal)],
            people)
        {
            Policy = policy.Hash,
        };
        await _journal.RecordAsync(
            DisclosureEntries.StreamOf(id), 0,
            new NewJournalEntry(DisclosureEntries.Denied, decision.At, JsonSerializer.Serialize(data, DisclosureJson.Default.RefusedData)) { Controller = controller },
            cancellationToken).ConfigureAwait(false);
        decision = decision with { Id = id, Fields = [], Subjects = [] };
        return decision.Outcome == DisclosureOutcome.NeedsHuman ? decision with { Tasks = [await AskHumanAsync(decision, controller).ConfigureAwait(false)] } : decision;
    }

    private async ValueTask<string> AskHumanAsync(DisclosureDecision decision, string controller)
    {
        var task = new HumanTask($"disclosure-{decision.Id}", "decide-disclosure", _options.Owner, decision.At + Duration.FromTimeSpan(_options.DecideWithin), decision.At)
        {
            Controller = controller,
            About = decision.Id,
            Reason = decision.Reasons[0].Code,
            Question = $"May this be disclosed to '{decision.Recipient}' for '{decision.Purpose}'? {string.Join("; ", decision.Reasons)}. If so, say so in the policy or in the request, and ask again.",
        };
        return (await _tasks.OpenAsync(task, CancellationToken.None).ConfigureAwait(false)).Id;
    }

    private async ValueTask<string> WriteAsync(
        DisclosureDecision decision, DisclosureRequest request, string controller, GdprPolicy policy, IReadOnlyList<string> against, CancellationToken cancellationToken,
        bool isLate = false)
    {
        var (id, fields) = (_commands.NewId(), new DisclosedFields(policy));

        // Secret is what an authority got, or somebody of whom the policy does not say that it is none.
        var authority = policy.Recipients.GetValueOrDefault(decision.Recipient) is { Kind: not RecipientKind.Authority } ? null : request.Authority;
        var data = new DisclosedData(id, decision.Recipient, decision.Purpose, decision.Fields, [])
        {
            Activity = decision.Activity,
            Basis = decision.Basis,
            Instruction = decision.Instruction,
            Agreement = decision.Agreement,
            Law = decision.Law,
            Country = decision.Transfer?.Country,
            Mechanism = decision.Transfer?.Mechanism,
            Categories = [.. decision.Fields.Select(fields.CategoryOf).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            IsSecret = authority?.IsSecret == true,
            SecretUntil = authority?.IsSecret == true ? authority.SecretUntil : null,
            Against = against.Count > 0 ? against : null,
            Role = request.Actor?.Role is { } role && policy.Roles.ContainsKey(role) ? role : null,
            Policy = policy.Hash,
            IsLate = isLate,
        };
        var reference = authority is null ? default
            : JsonSerializer.SerializeToUtf8Bytes(new AuthorityPayload(authority.Law, authority.Reference), DisclosureJson.Default.AuthorityPayload);
        var entries = decision.Subjects.Chunk(_options.SubjectsPerEntry).Select(people =>
        {
            var content = JsonSerializer.Serialize(data with { Subjects = [.. people.Select(person => person.Key.ToString())] }, DisclosureJson.Default.DisclosedData);
            var entry = new NewJournalEntry(DisclosureEntries.Disclosed, decision.At, content)
            {
                Controller = controller,
                Subject = decision.Subjects.Count == 1 ? people[0].Key : null,
            };
            return authority is null ? new PersonalEntry(entry) : new PersonalEntry(entry, DisclosurePurpose, reference);
        });
        await _policies.KeepAsync(cancellationToken).ConfigureAwait(false);
        await _commands.KeepAsync(decision.Subjects, cancellationToken).ConfigureAwait(false);
        await _journal.RecordAsync(DisclosureEntries.StreamOf(id), 0, [.. entries], null, cancellationToken).ConfigureAwait(false);
        return id;
    }

}
