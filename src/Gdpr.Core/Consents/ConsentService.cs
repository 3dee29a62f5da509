using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Consent (Art. 7): asked for, given, refused, withdrawn; to one purpose at a time, bound to the exact text that was shown, proved, and ended.</summary>
/// <remarks>Every step is an entry of the person's stream: nothing is overwritten. A step counts for the next decision on this node as soon as the call
/// returns. Of contradicting steps the later counts, and of the same instant the restrictive one.</remarks>
public sealed class ConsentService
{
    internal const int LongestEvidence = 16_384;

    private readonly Func<GdprPolicy> _policy;
    private readonly SubjectDirectory _directory;
    private readonly SubjectCommands _commands;
    private readonly ConsentRecords _records;
    private readonly ConsentAftermath _aftermath;
    private readonly ConsentRenewal _renewal;
    private readonly StoppedWork _stops;
    private readonly HumanTasks _tasks;
    private readonly ConsentOptions _options;
    private readonly IClock _clock;

    internal ConsentService(
        Func<GdprPolicy> policy, SubjectDirectory directory, SubjectCommands commands, ConsentRecords records, ConsentAftermath aftermath,
        ConsentRenewal renewal, StoppedWork stops, HumanTasks tasks, ConsentOptions options, IClock clock)
    {
        _policy = policy;
        _directory = directory;
        _commands = commands;
        _records = records;
        _aftermath = aftermath;
        _renewal = renewal;
        _stops = stops;
        _tasks = tasks;
        _options = options;
        _clock = clock;
    }

    /// <summary>What a person is asked for a purpose, and told before answering: nothing is recorded.</summary>
    /// <param name="purpose">The purpose's id.</param>
    /// <param name="language">The language, as in BCP 47.</param>
    /// <param name="field">The path of an optional field, to ask for that field alone.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <exception cref="UnknownConsentException">The policy asks for no such consent.</exception>
    public ConsentQuestion Ask(string purpose, string language, string? field = null, string? controller = null)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ArgumentException.ThrowIfNullOrWhiteSpace(language);
        return ConsentQuestion.Of(ConsentTerms.Of(_policy(), _directory.ControllerOf(controller), purpose, field), language);
    }

    /// <summary>Records that a person was asked. It changes nothing of an answer that there is.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="channel">Through which channel: a short word.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="UnknownSubjectException">Nobody is registered under the key with the controller.</exception>
    public async Task<ConsentResult> RequestAsync(DataSubject subject, ConsentQuestion question, string channel, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(channel);
        ClearText.CheckName(channel, nameof(channel));
        var terms = TermsOf(subject, question.Purpose, question.Field);
        var data = new ConsentData(terms.Purpose)
        {
            Field = terms.Field,
            Text = question.Shown.Document,
            TextVersion = question.Shown.Version,
            Language = question.Shown.Language,
            Channel = channel,
            Record = _commands.NewId(),
        };
        var state = await _commands.RecordAsync(
            subject,
            before =>
            {
                RefuseNobody(before);
                return [EntryOf(subject, SubjectEntries.ConsentRequested, data, null)];
            },
            null, cancellationToken).ConfigureAwait(false);
        return new ConsentResult(subject, terms.Purpose, state.ConsentTo(terms.Purpose, terms.Field)) { IsRecorded = true, Consequence = question.Consequence };
    }

    /// <summary>Records that a person consents: from now on the purpose is in force for that person (Art. 6(1)(a)).</summary>
    /// <param name="grant">To what, after which text, by which act.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidConsentException">It is no valid consent: nothing is recorded. Everything that is wrong at once.</exception>
    /// <exception cref="UnknownConsentException">The policy asks for no such consent.</exception>
    /// <exception cref="UnknownSubjectException">Nobody is registered under the key with the controller.</exception>
    /// <exception cref="ForgottenSubjectException">The person has been erased.</exception>
    /// <exception cref="ArgumentException">It occurred in the future, or a channel is no short word.</exception>
    public async Task<ConsentResult> GiveAsync(ConsentGrant grant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grant);
        ArgumentNullException.ThrowIfNull(grant.Shown, nameof(grant));
        ArgumentNullException.ThrowIfNull(grant.Act, nameof(grant));
        ArgumentNullException.ThrowIfNull(grant.Act.Channel, nameof(grant));
        ClearText.CheckName(grant.Act.Channel, nameof(grant));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grant.Evidence?.Length ?? 0, LongestEvidence, nameof(grant));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grant.Act.Control?.Length ?? 0, LongestEvidence, nameof(grant));
        var (now, terms) = (_clock.GetCurrentInstant(), TermsOf(grant.Subject, grant.Purpose, grant.Field));
        ConsentChecks.RefuseAhead(grant.OccurredAt, now);
        var (problems, validUntil) = ConsentChecks.Check(grant, terms, now, _options);
        if (problems.Count > 0)
        {
            throw new InvalidConsentException(problems);
        }

        var data = new ConsentData(terms.Purpose)
        {
            Field = terms.Field,
            Text = grant.Shown.Document,
            TextVersion = grant.Shown.Version,
            Language = grant.Shown.Language,
            Channel = grant.Act.Channel,
            Explicit = grant.IsExplicit,
            ByGuardian = grant.Guardian is not null,
            ValidUntil = validUntil,
        };
        var state = await _commands.RecordAsync(
            grant.Subject,
            before =>
            {
                RefuseNobody(before);

                // The record begins with the question, where one was recorded.
                var asked = before.ConsentTo(terms.Purpose, terms.Field);
                var given = data with { Record = asked is { Phase: ConsentPhase.Requested, Record: { } record } ? record : _commands.NewId() };
                var entry = EntryOf(grant.Subject, SubjectEntries.ConsentGiven, given, grant.OccurredAt ?? now).Entry;
                return
                [
                    new PersonalEntry(entry, ConsentProof.Purpose, _records.ProofOf(grant, terms, given)),
                    .. TakenBack(grant.Subject, before, terms, grant.OccurredAt ?? now),
                ];
            },
            null, cancellationToken).ConfigureAwait(false);
        return new ConsentResult(grant.Subject, terms.Purpose, state.ConsentTo(terms.Purpose, terms.Field))
        {
            IsRecorded = state.ConsentTo(terms.Purpose, terms.Field)?.Phase == ConsentPhase.Given,
            Consequence = terms.Consequence?.In(ConsentQuestion.LanguageOf(grant.Shown.Language)),
            Effects = await _aftermath.FollowAsync(grant.Subject, []).ConfigureAwait(false),
        };
    }

    /// <summary>Records that a person refuses. It costs the person nothing (rec. 42), and a consent that there was ends.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="purpose">The purpose's id.</param>
    /// <param name="refusal">What is known of it; nothing has to be.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="UnknownSubjectException">Nobody is registered under the key with the controller.</exception>
    public Task<ConsentResult> RefuseAsync(DataSubject subject, string purpose, ConsentRefusal? refusal = null, CancellationToken cancellationToken = default) =>
        EndAsync(
            subject, purpose, refusal?.Field, SubjectEntries.ConsentRefused,
            known => DataOf(known, purpose, refusal?.Field) with
            {
                Text = refusal?.Shown?.Document ?? known?.Text,
                TextVersion = refusal?.Shown?.Version ?? known?.TextVersion,
                Language = refusal?.Shown?.Language ?? known?.Language,
                Channel = refusal?.Channel,
            },
            refusal?.OccurredAt, refusal?.Channel, cancellationToken);

    /// <summary>Records that a person withdraws consent (Art. 7(3)): at once nothing more is done for the purpose; what was done before stays lawful and on
    /// record.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="purpose">The purpose's id: it and its optional fields.</param>
    /// <param name="withdrawal">What is known of it; nothing has to be.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>What follows: work that is stopped, data that is due, and what the person is to be told.</returns>
    /// <exception cref="UnknownSubjectException">Nobody is registered under the key with the controller.</exception>
    public Task<ConsentResult> WithdrawAsync(DataSubject subject, string purpose, ConsentWithdrawal? withdrawal = null, CancellationToken cancellationToken = default) =>
        EndAsync(
            subject, purpose, withdrawal?.Field, SubjectEntries.ConsentWithdrawn,
            known => DataOf(known, purpose, known?.Field ?? withdrawal?.Field) with { Channel = withdrawal?.Channel },
            withdrawal?.OccurredAt, withdrawal?.Channel, cancellationToken);

    /// <summary>Says whether the change of a text matters to those who consented to another version: then they are to be asked anew, and until they answer there is
    /// no consent.</summary>
    /// <param name="change">Which document, and whether it matters.</param>
    /// <param name="cancellationToken">Stops between people: calling again goes on.</param>
    /// <returns>How many consents were superseded.</returns>
    public Task<int> DecideTextChangeAsync(ConsentTextChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return _renewal.DecideAsync(change, ActingFunction.Check(change.By, nameof(change)), cancellationToken);
    }

    /// <summary>The consents that are to be asked for again: those that have expired or been superseded and were not answered since, and those that soon
    /// end.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<(DataSubject Subject, ConsentState Consent)> ListToAskAgainAsync(CancellationToken cancellationToken = default) =>
        _renewal.ListAsync(cancellationToken);

    /// <summary>The records of a person's consents, as ISO/IEC TS 27560 has them, in the order in which they began: proof, also after withdrawal (Art.
    /// 7(1)).</summary>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<ConsentRecord>> ReadRecordsAsync(DataSubject subject, CancellationToken cancellationToken = default) =>
        _records.ReadAsync(subject, cancellationToken);

    /// <summary>The receipt of a consent, for the person: the record, without the key by which the organisation knows the person.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="record">The record's id: <see cref="ConsentState.Record"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns><see langword="null"/> where the person has no such record.</returns>
    public async Task<ConsentRecord?> ReadReceiptAsync(DataSubject subject, string record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return (await ReadRecordsAsync(subject, cancellationToken).ConfigureAwait(false)).FirstOrDefault(one => one.RecordId == record) is { } found
            ? ConsentRecords.ReceiptOf(found) : null;
    }

    /// <summary>The work that is to be stopped for people and is not yet: what could not be reached, or has failed.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<OutstandingStop>> ListOutstandingAsync(CancellationToken cancellationToken = default) =>
        await _stops.ReadAsync(cancellationToken).ConfigureAwait(false);

    private async Task<ConsentResult> EndAsync(
        DataSubject subject, string purpose, string? field, string type, Func<ConsentState?, ConsentData> dataOf, Instant? occurredAt, string? channel,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ClearText.CheckName(channel, nameof(channel));
        var now = _clock.GetCurrentInstant();
        ConsentChecks.RefuseAhead(occurredAt, now);
        var (terms, isRecorded, taken) = (TermsOf(subject, purpose, field), false, Array.Empty<string>());
        var state = await _commands.RecordAsync(
            subject,
            before =>
            {
                RefuseUnknown(before);
                var entries = new List<PersonalEntry>();
                var consent = before.ConsentTo(purpose, field);
                if (!IsSaid(consent, TimeOf(occurredAt, consent, now)))
                {
                    entries.Add(EntryOf(subject, type, dataOf(consent), TimeOf(occurredAt, consent, now)));
                }

                // With the purpose go the fields that were given for it.
                ConsentState[] fields =
                    [.. before.Consents.Where(one => field is null && one.Purpose == purpose && one.Field is not null && one.Phase == ConsentPhase.Given)];
                entries.AddRange(fields.Select(one => EntryOf(
                    subject, SubjectEntries.ConsentWithdrawn, DataOf(one, purpose, one.Field) with { Channel = channel }, TimeOf(occurredAt, one, now))));
                taken =
                [
                    .. fields.Select(one => one.Field!),
                    .. field is not null && before.ConsentTo(purpose, field)?.Phase == ConsentPhase.Given ? [field] : Array.Empty<string>(),
                ];
                isRecorded = entries.Count > 0;
                return entries;
            },
            null, cancellationToken).ConfigureAwait(false);
        foreach (var one in taken)
        {
            await OpenFieldTaskAsync(subject, purpose, one, now).ConfigureAwait(false);
        }

        var known = state.ConsentTo(purpose, field);
        return new ConsentResult(subject, purpose, known)
        {
            IsRecorded = isRecorded && known?.Phase != ConsentPhase.Given,
            Consequence = terms.Consequence?.In(ConsentQuestion.LanguageOf(known?.Language ?? "en")),

            // Also where it is all on record: a call that was cut short is completed by the next.
            Effects = await _aftermath.FollowAsync(subject, field is null ? [purpose] : []).ConfigureAwait(false),
        };
    }

    private static void RefuseNobody(SubjectState state)
    {
        RefuseUnknown(state);
        if (state.IsForgotten)
        {
            throw new ForgottenSubjectException();
        }
    }

    private static void RefuseUnknown(SubjectState state)
    {
        if (!state.IsRegistered)
        {
            throw new UnknownSubjectException();
        }
    }

    /// <summary>Who consents takes an objection to that marketing back that was raised before; to the other purposes it named it goes on. One to a single
    /// channel stands: the consent
    /// may have meant another.</summary>
    private IEnumerable<PersonalEntry> TakenBack(DataSubject subject, SubjectState before, ConsentTerms terms, Instant at)
    {
        foreach (var objection in before.Objections.Where(one =>
            terms.Field is null && one is { IsMarketing: true, Channel: null } && one.Stands(at) && one.OccurredAt < at
            && one.Purposes.Contains(terms.Purpose, StringComparer.Ordinal)))
        {
            var ended = new ItemData(objection.Id, Reason: ConsentReasons.ConsentedAnew);
            yield return new PersonalEntry(_commands.EntryOf(subject, SubjectEntries.ObjectionEnded, JsonSerializer.Serialize(ended, SubjectJson.Default.ItemData), at));
            if (objection.Purposes.Where(purpose => purpose != terms.Purpose).ToArray() is { Length: > 0 } others)
            {
                var rest = new ObjectionData(_commands.NewId(), others, IsMarketing: true) { Until = objection.Until, Request = objection.Request };
                yield return new PersonalEntry(
                    _commands.EntryOf(subject, SubjectEntries.ObjectionRaised, JsonSerializer.Serialize(rest, SubjectJson.Default.ObjectionData), objection.OccurredAt));
            }
        }
    }

    /// <summary>When a consent ends that is taken back now: where nobody says when it was, or what is known is of a clock ahead of this one, it comes after what is
    /// known, whatever the clocks say.</summary>
    internal static Instant TimeOf(Instant? stated, ConsentState? known, Instant now) =>
        known is not null && (stated is null || known.OccurredAt > now) ? Instant.Max(stated ?? now, known.OccurredAt) : stated ?? now;

    /// <summary>Whether somebody has said no already, and nothing since: saying it again changes nothing.</summary>
    private static bool IsSaid(ConsentState? known, Instant at) =>
        known is { Phase: ConsentPhase.Withdrawn or ConsentPhase.Refused } && known.OccurredAt <= at;

    /// <summary>Asks a person to see to it that a field is emptied: rules end whole purposes, and one person's field is emptied where it is kept.</summary>
    private ValueTask<HumanTask> OpenFieldTaskAsync(DataSubject subject, string purpose, string field, Instant now) => _tasks.OpenAsync(
        new HumanTask(_commands.NewId(), "erase-optional-field", _options.Owner, _renewal.DueBy(subject.Controller, now), now)
        {
            Controller = subject.Controller,
            Subject = subject.Key.ToString(),
            About = field,
            Reason = ConsentReasons.Withdrawn,
            Question = $"The person has taken back the optional field {field} for the purpose {purpose}: empty it where it is kept, unless another purpose has it.",
        },
        CancellationToken.None);

    private ConsentTerms TermsOf(DataSubject subject, string purpose, string? field)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        return ConsentTerms.Of(_policy(), _directory.ControllerOf(subject.Controller), purpose, field);
    }

    /// <summary>The data of a step that goes on from a known one: which record, which text.</summary>
    internal static ConsentData DataOf(ConsentState? known, string purpose, string? field) => new(purpose)
    {
        Field = field,
        Text = known?.Text,
        TextVersion = known?.TextVersion,
        Language = known?.Language,
        Explicit = known?.IsExplicit ?? false,
        ByGuardian = known?.IsByGuardian ?? false,
        ImportedFrom = known?.ImportedFrom,
        Record = known?.Record,
    };

    private PersonalEntry EntryOf(DataSubject subject, string type, ConsentData data, Instant? occurredAt) =>
        new(_commands.EntryOf(subject, type, JsonSerializer.Serialize(data, SubjectJson.Default.ConsentData), occurredAt));
}
