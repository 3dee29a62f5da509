using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Where personal data comes from, and what people are told of it: collection from elsewhere than declared is refused, and whoever was not asked is told in
/// time (Art. 13, 14).</summary>
public sealed class CollectionRegister
{
    private readonly DecidingPolicies _policies;
    private readonly OriginRegister _register;
    private readonly SubjectRegister _subjects;
    private readonly SubjectDirectory _directory;
    private readonly OriginWriter _writer;
    private readonly SuppressedAddresses _suppressed;
    private readonly JournalFolds _folds;
    private readonly IStateStore _states;
    private readonly IClock _clock;

    internal CollectionRegister(
        DecidingPolicies policies, OriginRegister register, SubjectRegister subjects, SubjectDirectory directory, OriginWriter writer,
        SuppressedAddresses suppressed, JournalFolds folds, IStateStore states, IClock clock)
    {
        _policies = policies;
        _register = register;
        _subjects = subjects;
        _directory = directory;
        _writer = writer;
        _suppressed = suppressed;
        _folds = folds;
        _states = states;
        _clock = clock;
    }

    /// <summary>Decides whether data of some people may be taken in, and records where it comes from. A refusal is recorded too.</summary>
    /// <remarks>Each of the people is looked up in the suppression by every identifier that is registered. An objection that is found there stands again, so that the
    /// gate denies with it, and the decision lists the person. What comes from somebody else and would be used for nothing but what was objected to is refused of that
    /// person alone (Art. 21(3)).</remarks>
    /// <param name="collection">What is taken in, and from where.</param>
    /// <param name="subjects">The people.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's.</exception>
    /// <exception cref="ArgumentException">A word has not the form that it must have in the journal, a person is another controller's, or the data was obtained in the
    /// future.</exception>
    /// <exception cref="UnknownNoticeException">The notice is none of the policy's.</exception>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key one of them is: register the person anew.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<CollectionDecision> CollectAsync(Collection collection, IReadOnlyList<DataSubject> subjects, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        var (policy, now) = (_policies.Current, _clock.GetCurrentInstant());
        var (controller, people) = (_directory.ControllerOf(collection.Controller), PeopleOf(subjects, collection.Controller));
        var at = collection.ObtainedAt ?? now;
        _writer.Texts.CheckLine(collection.DataSet, "the data set");
        _writer.Texts.CheckLine(collection.Origin, "the origin");
        OriginJudge.Check(collection, at, now);
        var reasons = OriginJudge.WhyNot(policy, collection);
        if (reasons.Count > 0)
        {
            var entries = RefusalOf(collection, [.. reasons.Select(reason => reason.Code)], people.Count, now);
            return new CollectionDecision(false, await _writer.WriteAsync(controller, [], entries, cancellationToken).ConfigureAwait(false)) { Reasons = reasons };
        }

        var from = policy.Origins[collection.Origin].From!.Value;
        var suppressed = await SuppressedAsync(policy, collection.DataSet, from, people, cancellationToken).ConfigureAwait(false);
        people = [.. people.Except(suppressed.Where(person => person.IsRefused).Select(person => person.Subject))];
        var refusals = RefusalOf(collection, [DisclosureReasons.Suppressed], suppressed.Count(person => person.IsRefused), now);
        if (people.Count == 0)
        {
            return new CollectionDecision(false, await _writer.WriteAsync(controller, [], refusals, cancellationToken).ConfigureAwait(false))
            {
                Reasons = [new(DisclosureReasons.Suppressed, "Art. 21(3)", collection.DataSet)],
                Suppressed = suppressed,
            };
        }

        var owed = OriginJudge.NeedsNotice(from) && collection.Notice is null ? await OwedAsync(people, at, cancellationToken).ConfigureAwait(false) : [];
        var what = new CollectedEntry(collection.DataSet, collection.Origin, from, [])
        {
            Channel = collection.Channel,
            By = collection.By is { } by ? ActingFunction.Check(by, nameof(collection)) : null,
            Record = collection.Record,
        };
        var collected = _writer.Entries(people.Except(owed), keys => Entry(what with { Subjects = keys }))
            .Concat(_writer.Entries(owed, keys => Entry(what with { Subjects = keys, Owes = true })));
        if (collection.Notice is { } notice)
        {
            collected = collected.Concat(_writer.NoticeEntries(policy, notice, people, now));
        }

        var id = await _writer.WriteAsync(controller, people, [.. collected, .. refusals], cancellationToken).ConfigureAwait(false);
        var decision = new CollectionDecision(true, id)
        {
            Suppressed = suppressed,
            Owed = owed,
            NoticeDueBy = owed.Count > 0 ? DueBy(controller, at) : null,
        };
        return collection.Notice is null && from is OriginKind.Person or OriginKind.Observed
            && await AnyUninformedAsync(people, cancellationToken).ConfigureAwait(false)
                ? decision with { Remarks = [new(DisclosureReasons.NoticeNotShown, "Art. 13(1)", collection.DataSet)] } : decision;

        NewJournalEntry Entry(CollectedEntry data) => new(OriginEntries.Collected, at, JsonSerializer.Serialize(data, OriginJson.Default.CollectedEntry));
    }

    /// <summary>Records that people were given a notice: which version, when and through which channel. What they had to be told, they have been.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="subjects">The people.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="UnknownNoticeException">The notice is none of the policy's.</exception>
    /// <exception cref="ArgumentException">A word has not the form that it must have in the journal, or the notice was given in the future.</exception>
    public async Task RecordNoticeAsync(NoticeGiven notice, IReadOnlyList<DataSubject> subjects, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(notice);
        foreach (var people in ByController(subjects))
        {
            var entries = _writer.NoticeEntries(_policies.Current, notice, [.. people], _clock.GetCurrentInstant());
            await _writer.WriteAsync(people.Key, people, entries, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Records why people need not be told where their data comes from (Art. 14(5)).</summary>
    /// <param name="ground">The ground.</param>
    /// <param name="reason">Why it applies: in the journal in the clear, so no personal data.</param>
    /// <param name="by">The function that decided: no person.</param>
    /// <param name="subjects">The people.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task ExemptAsync(NoticeExemption ground, string reason, string by, IReadOnlyList<DataSubject> subjects, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var function = ActingFunction.Check(by, nameof(by));
        _writer.Texts.CheckText(reason, "the reason why people need not be told");
        foreach (var people in ByController(subjects))
        {
            var entries = _writer.Entries([.. people], keys => new(
                OriginEntries.NoticeExempted, _clock.GetCurrentInstant(),
                JsonSerializer.Serialize(new ExemptionEntry(ground, reason, function, keys), OriginJson.Default.ExemptionEntry)));
            await _writer.WriteAsync(people.Key, people, [.. entries], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks before something is sent to a person, whoever sends it and whatever for: who has not been told where the data comes from gets nothing without the
    /// notice (Art. 14(3)(b)).</summary>
    /// <param name="subject">The person.</param>
    /// <param name="carried">The notice that the message carries; <see langword="null"/> where it carries none. It is recorded.</param>
    /// <param name="cancellationToken">Cancels before anything is journalled.</param>
    /// <returns>Why it must not be sent; <see langword="null"/> where it may.</returns>
    /// <exception cref="UnknownNoticeException">The notice is none of the policy's.</exception>
    public async Task<DisclosureReason?> BeforeContactAsync(DataSubject subject, NoticeGiven? carried = null, CancellationToken cancellationToken = default)
    {
        if (carried is not null)
        {
            await RecordNoticeAsync(carried, [subject], cancellationToken).ConfigureAwait(false);
            return null;
        }

        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return (await _register.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Owed is null ? null : new(DisclosureReasons.NoticeOwed, "Art. 14(3)(b)");
    }

    /// <summary>Where the data of a person comes from, and what the person was told (Art. 15(1)(g)).</summary>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<PersonOrigins> ReadForAsync(DataSubject subject, CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return Shown(subject, await _register.ReadAsync(subject, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The people who have to be told where their data comes from by an instant, and have not been: the first due first.</summary>
    /// <param name="until">Only those who are due until then, inclusive; <see langword="null"/> for everybody who is overdue or due now.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<PersonOrigins>> ListOwedAsync(Instant? until = null, CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var (owed, told) = (new List<PersonOrigins>(), new List<OpenItem>());
        await foreach (var (item, subject, state) in _register.ReadWaitingAsync(until ?? _clock.GetCurrentInstant(), cancellationToken).ConfigureAwait(false))
        {
            if (state.Owed is null)
            {
                told.Add(item);
            }
            else
            {
                owed.Add(Shown(subject, state));
            }
        }

        foreach (var item in told)
        {
            await TakeDownAsync(item, cancellationToken).ConfigureAwait(false);
        }

        return owed;
    }

    /// <summary>The people who have not been given a version of a notice: where it tells of a weighty change (<see cref="PolicyComparison"/>), these are still to be told
    /// (Art. 5(1)(a), 13(3), 14(4)). Everybody known to the controller, ordinally by key; whoever was forgotten is nobody any more.</summary>
    /// <param name="document">The document's id in the policy: one of kind notice.</param>
    /// <param name="version">The version; <see langword="null"/> for the one of the policy in force.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's.</exception>
    /// <exception cref="UnknownNoticeException">The notice is none of the policy's.</exception>
    public async IAsyncEnumerable<DataSubject> ListNotShownAsync(
        string document, string? version = null, string? controller = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        var (asked, declared) = (_directory.ControllerOf(controller), OriginWriter.NoticeOf(_policies.Current, document));
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var (subject, state) in _subjects.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (subject.Controller == asked && state is { IsRegistered: true, IsForgotten: false }
                && !(await _register.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Notices
                    .Any(notice => notice.Document == document && notice.Version == (version ?? declared.Version)))
            {
                yield return subject;
            }
        }
    }

    /// <summary>Whether somebody has to be told before the data is disclosed to another (Art. 14(3)(c)), as the state store has it.</summary>
    internal async ValueTask<bool> IsOwedAsync(DataSubject subject, CancellationToken cancellationToken) =>
        (await _register.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Owed is not null;

    /// <summary>Who of the people is kept from marketing: the objection stands in their state from then on.</summary>
    private async ValueTask<IReadOnlyList<SuppressedPerson>> SuppressedAsync(
        GdprPolicy policy, string dataSet, OriginKind from, IReadOnlyList<DataSubject> people, CancellationToken cancellationToken)
    {
        var suppressed = new List<SuppressedPerson>();
        foreach (var person in people)
        {
            var found = await _suppressed.CarryAsync(person, identifiers: null, cancellationToken).ConfigureAwait(false);
            if (found.Entries.Count > 0)
            {
                var isRefused = OriginJudge.NeedsNotice(from) && OriginJudge.IsForNothingElse(policy, person.Controller, dataSet, found.Purposes);
                suppressed.Add(new SuppressedPerson(person, found.Entries, isRefused));
            }
        }

        return suppressed;
    }

    private static NewJournalEntry[] RefusalOf(Collection collection, IReadOnlyList<string> reasons, int people, Instant now) => people == 0 ? [] :
    [
        new NewJournalEntry(
            OriginEntries.Refused, now, JsonSerializer.Serialize(
                new CollectionRefused(collection.DataSet, collection.Origin, reasons, people), OriginJson.Default.CollectionRefused)),
    ];

    private static IEnumerable<IGrouping<string, DataSubject>> ByController(IReadOnlyList<DataSubject> subjects)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        return subjects.Distinct().GroupBy(subject => subject.Controller, StringComparer.Ordinal);
    }

    private List<DataSubject> PeopleOf(IReadOnlyList<DataSubject> subjects, string? named)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        var controller = _directory.ControllerOf(named);
        return subjects.Count > 0 && subjects.All(subject => subject.Controller == controller)
            ? [.. subjects.Distinct()]
            : throw new ArgumentException($"Data is taken in of at least one person, all of them of '{controller}'.", nameof(subjects));
    }

    /// <summary>Who has not been told already: not since data was last erased on request, for who was forgotten is told anew (Art. 14(5)(a)).</summary>
    private async ValueTask<IReadOnlyList<DataSubject>> OwedAsync(IReadOnlyList<DataSubject> people, Instant at, CancellationToken cancellationToken)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var owed = new List<DataSubject>();
        foreach (var person in people)
        {
            var known = await _register.ReadAsync(person, cancellationToken).ConfigureAwait(false);
            if (known.Owed is { } since)
            {
                // Owed already: the month runs from what was obtained first.
                owed.AddRange(at < since ? [person] : Array.Empty<DataSubject>());
                continue;
            }

            var endings = (await _subjects.ReadAsync(person, cancellationToken).ConfigureAwait(false)).Endings;
            var erased = endings.Where(ending => ending.IsErasure).Select(ending => ending.OccurredAt).Append(Instant.MinValue).Max();
            if (!known.Notices.Any(notice => notice.At > erased) && !(known.ExemptedAt > erased))
            {
                owed.Add(person);
            }
        }

        return owed;
    }

    private async ValueTask<bool> AnyUninformedAsync(IReadOnlyList<DataSubject> people, CancellationToken cancellationToken)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        foreach (var person in people)
        {
            if ((await _register.ReadAsync(person, cancellationToken).ConfigureAwait(false)).Notices.Count == 0)
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask TakeDownAsync(OpenItem item, CancellationToken cancellationToken)
    {
        await _states.RemoveItemAsync(item.Id, cancellationToken).ConfigureAwait(false);
        var subject = OriginRegister.SubjectOf(item);
        if ((await _register.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Owed is { } since)
        {
            // Data was obtained anew just now.
            await _states.PutItemAsync(item with { Due = DueBy(subject.Controller, since) }, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private Instant DueBy(string controller, Instant obtained) => NoticeDeadline.Of(_policies.Current, controller, obtained).DueBy;

    private PersonOrigins Shown(DataSubject subject, OriginState state)
    {
        (Instant DueBy, Instant LegalLatest)? due = state.Owed is { } since ? NoticeDeadline.Of(_policies.Current, subject.Controller, since) : null;
        return new PersonOrigins(subject)
        {
            Collected = [.. state.Collected.OrderBy(line => line.First)],
            Notices = [.. state.Notices.OrderBy(notice => notice.At)],
            OwedSince = state.Owed,
            DueBy = due?.DueBy,
            LegalLatest = due?.LegalLatest,
        };
    }
}
