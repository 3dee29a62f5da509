using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
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
    private readonly ConsentEnding _ending;
    private readonly ConsentAftermath _aftermath;
    private readonly ConsentRenewal _renewal;
    private readonly StoppedWork _stops;
    private readonly ConsentOptions _options;
    private readonly IClock _clock;

    internal ConsentService(
        Func<GdprPolicy> policy, SubjectDirectory directory, SubjectCommands commands, ConsentRecords records, ConsentEnding ending,
        ConsentAftermath aftermath, ConsentRenewal renewal, StoppedWork stops, ConsentOptions options, IClock clock)
    {
        _policy = policy;
        _directory = directory;
        _commands = commands;
        _records = records;
        _ending = ending;
        _aftermath = aftermath;
        _renewal = renewal;
        _stops = stops;
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
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<ConsentResult> RequestAsync(DataSubject subject, ConsentQuestion question, string channel, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(channel);
        ClearText.CheckName(channel, nameof(channel));
        Check(question.Shown);
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
                RefuseNobody(subject, before);
                return [new PersonalEntry(_commands.EntryOf(subject, SubjectEntries.ConsentRequested, data))];
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
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<ConsentResult> GiveAsync(ConsentGrant grant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grant);
        ArgumentNullException.ThrowIfNull(grant.Shown, nameof(grant));
        ArgumentNullException.ThrowIfNull(grant.Act, nameof(grant));
        ArgumentNullException.ThrowIfNull(grant.Act.Channel, nameof(grant));
        ClearText.CheckName(grant.Act.Channel, nameof(grant));
        Check(grant);
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
                RefuseNobody(grant.Subject, before);

                // The record begins with the question, where one was recorded.
                var asked = before.ConsentTo(terms.Purpose, terms.Field);
                var given = data with { Record = asked is { Phase: ConsentPhase.Requested, Record: { } record } ? record : _commands.NewId() };
                var entry = _commands.EntryOf(grant.Subject, SubjectEntries.ConsentGiven, given, grant.OccurredAt ?? now);
                return
                [
                    new PersonalEntry(entry, ConsentProof.Purpose, _records.ProofOf(grant, terms, given)),
                    .. TakenBack(grant.Subject, before, terms, grant.OccurredAt ?? now),
                    .. _ending.WithPurpose(grant.Subject, before, given, grant.OccurredAt ?? now),
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
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public Task<ConsentResult> RefuseAsync(DataSubject subject, string purpose, ConsentRefusal? refusal = null, CancellationToken cancellationToken = default)
    {
        Check(refusal?.Shown);
        return _ending.EndAsync(
            subject, purpose, refusal?.Field, SubjectEntries.ConsentRefused,
            known => ConsentEnding.DataOf(known, purpose, refusal?.Field) with
            {
                Text = refusal?.Shown?.Document ?? known?.Text,
                TextVersion = refusal?.Shown?.Version ?? known?.TextVersion,
                Language = refusal?.Shown?.Language ?? known?.Language,
                Channel = refusal?.Channel,
            },
            refusal?.OccurredAt, refusal?.Channel, cancellationToken);
    }

    /// <summary>Records that a person withdraws consent (Art. 7(3)): at once nothing more is done for the purpose; what was done before stays lawful and on
    /// record.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="purpose">The purpose's id: it and its optional fields.</param>
    /// <param name="withdrawal">What is known of it; nothing has to be.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>What follows: work that is stopped, data that is due, and what the person is to be told.</returns>
    /// <exception cref="UnknownSubjectException">Nobody is registered under the key with the controller.</exception>
    public Task<ConsentResult> WithdrawAsync(DataSubject subject, string purpose, ConsentWithdrawal? withdrawal = null, CancellationToken cancellationToken = default) =>
        _ending.EndAsync(
            subject, purpose, withdrawal?.Field, SubjectEntries.ConsentWithdrawn,
            known => ConsentEnding.DataOf(known, purpose, known?.Field ?? withdrawal?.Field) with { Channel = withdrawal?.Channel },
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

    private void Check(ConsentGrant grant)
    {
        Check(grant.Shown);
        _commands.Texts.CheckText(grant.Evidence, "the evidence of the consent", LongestEvidence);
        _commands.Texts.CheckText(grant.Act.Control, "what was acted on", LongestEvidence);
        _commands.Texts.CheckText(grant.Guardian?.Verification, "how parental responsibility was verified", LongestEvidence);
    }

    /// <summary>What was shown is named in the journal in the clear.</summary>
    private void Check(ShownText? shown)
    {
        _commands.Texts.CheckLine(shown?.Document, "the document that was shown");
        _commands.Texts.CheckLine(shown?.Version, "the version that was shown");
        _commands.Texts.CheckLine(shown?.Language, "the language that was shown");
    }

    private static void RefuseNobody(DataSubject subject, SubjectState state)
    {
        ConsentEnding.RefuseUnknown(state);
        if (state.IsForgotten)
        {
            throw new ForgottenSubjectException([subject]);
        }
    }

    /// <summary>Who consents takes an objection to that marketing back that was raised before; to the other purposes it named it goes on. One to a single
    /// channel stands: the consent may have meant another. One that stands because the address is suppressed is taken back whatever the channel: whose address it is has
    /// answered anew.</summary>
    private IEnumerable<PersonalEntry> TakenBack(DataSubject subject, SubjectState before, ConsentTerms terms, Instant at)
    {
        foreach (var objection in before.Objections.Where(one =>
            terms.Field is null && one.IsMarketing && (one.Channel is null || one.IsFromSuppression) && one.Stands(at) && one.OccurredAt < at
            && one.IsTo(terms.Purpose, MarketingPurposes.Has(terms.Policy, terms.Purpose))))
        {
            var ended = new ItemData(objection.Id, Reason: ConsentReasons.ConsentedAnew);
            yield return new PersonalEntry(_commands.EntryOf(subject, SubjectEntries.ObjectionEnded, JsonSerializer.Serialize(ended, SubjectJson.Default.ItemData), at));
            string[] others = [.. objection.Purposes.Where(purpose => purpose != terms.Purpose)];
            if (others.Length > 0 || objection.Purposes.Count == 0)
            {
                var rest = new ObjectionData(_commands.NewId(), others, IsMarketing: true)
                {
                    Except = objection.Purposes.Count == 0 ? [.. objection.Except ?? [], terms.Purpose] : null,
                    Channel = objection.Channel,
                    Until = objection.Until,
                    Request = objection.Request,
                    Suppressed = objection.IsFromSuppression ? true : null,
                };
                yield return new PersonalEntry(
                    _commands.EntryOf(subject, SubjectEntries.ObjectionRaised, JsonSerializer.Serialize(rest, SubjectJson.Default.ObjectionData), objection.OccurredAt));
            }
        }
    }

    private ConsentTerms TermsOf(DataSubject subject, string purpose, string? field)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        return ConsentTerms.Of(_policy(), _directory.ControllerOf(subject.Controller), purpose, field);
    }
}
