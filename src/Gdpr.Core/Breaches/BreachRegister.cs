using System.Runtime.CompilerServices;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>The register of personal data breaches (Art. 33(5)): every one is recorded, with what was decided of it, by whom and why.</summary>
/// <remarks>What a breach makes due becomes a task with an owner and a date before the legal one. What is told in words stands in the vault; the journal commits to it.
/// Things may be recorded after they happened, and never before.</remarks>
public sealed class BreachRegister
{
    private readonly BreachCommands _commands;
    private readonly BreachFold _fold;
    private readonly JournalFolds _folds;
    private readonly BreachTasks _tasks;
    private readonly BreachScoping _scoping;
    private readonly Func<GdprPolicy> _policy;
    private readonly BreachOptions _options;

    internal BreachRegister(
        BreachCommands commands, BreachFold fold, JournalFolds folds, BreachTasks tasks, BreachScoping scoping, Func<GdprPolicy> policy, BreachOptions options)
    {
        _commands = commands;
        _fold = fold;
        _folds = folds;
        _tasks = tasks;
        _scoping = scoping;
        _policy = policy;
        _options = options;
    }

    /// <summary>Records a breach, or the suspicion of one.</summary>
    /// <param name="report">What is known of it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidBreachException">Something is missing or wrong: all problems at once.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public Task<BreachState> RecordAsync(BreachReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        var by = ActingFunction.Check(report.By, nameof(report));
        var (policy, now) = (_policy(), _commands.Now);
        BreachChecks.Check(report, policy, _options, now);
        _commands.Texts.CheckLines(report.Controllers.Select(one => one.Controller), "a controller concerned");
        var data = new RecordedData(_commands.NewId(), by)
        {
            Capacity = report.Capacity,
            Kinds = [.. report.Kinds.Distinct().Order()],
            Systems = [.. report.Systems.Distinct(StringComparer.Ordinal)],
            DataSets = [.. report.DataSets.Distinct(StringComparer.Ordinal)],
            AwareAt = report.AwareAt,
            OccurredFrom = report.OccurredFrom,
            OccurredUntil = report.OccurredUntil,
            ToldBy = report.ToldBy,
            Controllers = [.. report.Controllers],
            Parallel = [.. report.ParallelClocks.Distinct(StringComparer.Ordinal)],
            HasEffects = Says(report.Effects),
            HasMeasures = Says(report.Measures),
        };
        var text = new BreachText { Facts = report.Facts, Effects = report.Effects, Measures = report.Measures };
        var controller = report.Controller ?? PolicyControllers.DefaultOf(policy);
        return _commands.BeginAsync(data, controller, text, cancellationToken);
    }

    /// <summary>Says that a suspicion is a breach: with reasonable certainty, personal data is affected. The clocks run from then.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="awareAt">When that was known.</param>
    /// <param name="by">The function in the organisation that says so.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidBreachException">It is established already, or the instant lies in the future.</exception>
    public Task<BreachState> EstablishAsync(string id, Instant awareAt, string by, CancellationToken cancellationToken = default) => _commands.ChangeAsync(
        id, awareAt,
        state => state.AwareAt is not null ? "It is known to be a breach already, and the clocks run from then."
            : BreachChecks.Problem(state.Capacity, state.Controllers, awareAt, _options, _tasks.ZoneOf(state)),
        BreachEntries.Aware, new ByData(ActingFunction.Check(by, nameof(by))), BreachJson.Default.ByData, null, cancellationToken);

    /// <summary>Adds to the record of a breach: facts, effects, measures (Art. 33(5)). What was said before stays on record.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="text">Facts, effects or measures, at least one.</param>
    /// <param name="by">The function in the organisation that says so.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public Task<BreachState> DescribeAsync(string id, BreachText text, string by, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var data = new DescribedData(ActingFunction.Check(by, nameof(by)), Says(text.Facts), Says(text.Effects), Says(text.Measures));
        return _commands.ChangeAsync(
            id, null, _ => data.Facts || data.Effects || data.Measures ? null : "Nothing is described: state facts, effects or measures.",
            BreachEntries.Described, data, BreachJson.Default.DescribedData, text, cancellationToken);
    }

    /// <summary>Records a person's assessment of the risk. It may be made again, and the latest counts.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="risk">The risk to the rights and freedoms of people.</param>
    /// <param name="reasons">Why; needed where a risk is found to be unlikely (Art. 33(5)).</param>
    /// <param name="by">The function in the organisation that assessed it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidBreachException">There are no reasons for an unlikely risk, or the breach is only suspected.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public Task<BreachState> AssessAsync(string id, BreachRisk risk, string? reasons, string by, CancellationToken cancellationToken = default) => _commands.ChangeAsync(
        id, null,
        state => state.AwareAt is null ? "It is only suspected: establish it first, or close it as a false alarm."
            : risk == BreachRisk.Unlikely && !Says(reasons) ? "A risk is found to be unlikely without reasons: state them, the authority may ask (Art. 33(5))." : null,
        BreachEntries.Assessed, new AssessedData(ActingFunction.Check(by, nameof(by)), risk), BreachJson.Default.AssessedData, new BreachText { Reasons = reasons },
        cancellationToken);

    /// <summary>Records a notification to the authority that has been sent: the first, which may be preliminary, or a supplement (Art. 33(1), (4)).</summary>
    /// <param name="id">The breach.</param>
    /// <param name="notification">What was sent.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidBreachException">It is late without reasons, states nothing, or is not the organisation's to make.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public Task<BreachState> RecordNotificationAsync(string id, AuthorityNotification notification, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(notification);
        var content = notification.Content;
        _commands.Texts.CheckLine(notification.Reference, "the authority's reference");
        var data = new NotifiedData(ActingFunction.Check(notification.By, nameof(notification)))
        {
            Stated = [.. content.Stated()],
            NotPossible = [.. content.NotPossible.Distinct(StringComparer.Ordinal)],
            Reference = notification.Reference,
            People = content.People,
            Records = content.Records,
        };
        var at = notification.At ?? _commands.Now;
        return _commands.ChangeAsync(
            id, at,
            state => (BreachChecks.Problem(state, notification, at, ClockOf(state)), data with { IsLate = IsLate(state, at) }),
            BreachEntries.Notified, BreachJson.Default.NotifiedData, new BreachText { Notice = content, DelayReasons = notification.DelayReasons }, cancellationToken);
    }

    /// <summary>Records whether and how people are told (Art. 34).</summary>
    /// <param name="id">The breach.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidBreachException">People are not told of a high risk without an exception and its reasons, or something else is missing.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public Task<BreachState> DecideCommunicationAsync(string id, CommunicationDecision decision, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var data = new CommunicationData(ActingFunction.Check(decision.By, nameof(decision)), decision.Message is not null, decision.PublicMessage is not null)
        {
            Exception = decision.Exception,
        };
        var text = new BreachText
        {
            Message = decision.Message,
            PublicMessage = decision.PublicMessage,
            Reasons = decision.Reasons,
            PublicConsidered = decision.PublicConsidered,
        };
        return _commands.ChangeAsync(
            id, decision.At, state => BreachChecks.Problem(state, decision), BreachEntries.CommunicationDecided, data, BreachJson.Default.CommunicationData, text,
            cancellationToken);
    }

    /// <summary>Records that it was told in public.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="where">Where and how.</param>
    /// <param name="at">When; <see langword="null"/> for now.</param>
    /// <param name="by">The function in the organisation that did it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    public Task<BreachState> RecordPublishedAsync(string id, string where, Instant? at, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(where);
        return _commands.ChangeAsync(
            id, at, state => state.Communication is { IsPublic: true } ? null : "Nobody has decided to tell it in public: decide first.",
            BreachEntries.Published, new ByData(ActingFunction.Check(by, nameof(by))), BreachJson.Default.ByData, new BreachText { Facts = where }, cancellationToken);
    }

    /// <summary>Adds people to those whom the breach affects. Who is on the list already stays as they are.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="people">The people, of the breach's organisation.</param>
    /// <param name="by">The function in the organisation that found them.</param>
    /// <param name="cancellationToken">Cancels before anything is journalled.</param>
    /// <exception cref="UnknownBreachException">There is no such breach.</exception>
    /// <exception cref="InvalidBreachException">It is closed, or one of them is known to another organisation: no one is added.</exception>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key some of them are: no one is added.</exception>
    public Task<BreachState> AddAffectedAsync(string id, IEnumerable<DataSubject> people, string by, CancellationToken cancellationToken = default) =>
        _commands.AddPeopleAsync(id, people, null, BreachEntries.PeopleAffected, new PeopleData(ActingFunction.Check(by, nameof(by)), []), _ => null, cancellationToken);

    /// <summary>Records that people have been told; whoever was not on the list of those affected comes on it.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="people">The people, of the breach's organisation.</param>
    /// <param name="channel">How: a word such as <c>letter</c>.</param>
    /// <param name="at">When; <see langword="null"/> for now.</param>
    /// <param name="by">The function in the organisation that told them.</param>
    /// <param name="cancellationToken">Cancels before anything is journalled.</param>
    /// <exception cref="UnknownBreachException">There is no such breach.</exception>
    /// <exception cref="InvalidBreachException">Nobody has decided what they are told, it is closed, it lies in the future, or one of them is known to another
    /// organisation: nothing is recorded.</exception>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key some of them are: nothing is recorded.</exception>
    public Task<BreachState> RecordToldAsync(
        string id, IEnumerable<DataSubject> people, string channel, Instant? at, string by, CancellationToken cancellationToken = default) =>
        _commands.AddPeopleAsync(
            id, people, at, BreachEntries.PeopleTold,
            new PeopleData(ActingFunction.Check(by, nameof(by)), []) { Channel = ActingFunction.Check(channel, nameof(channel)) },
            state => state.Communication is { Tells: true } ? null : "Nobody has decided what people are told: decide first, with the message.", cancellationToken);

    /// <summary>As processor, records that a controller has been told (Art. 33(2)): from then that controller is aware.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="controller">The controller, as the breach names it.</param>
    /// <param name="at">When; <see langword="null"/> for now.</param>
    /// <param name="by">The function in the organisation that told it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    public Task<BreachState> RecordControllerToldAsync(string id, string controller, Instant? at, string by, CancellationToken cancellationToken = default) =>
        _commands.ChangeAsync(
            id, at,
            state => state.Controllers.FirstOrDefault(one => one.Controller == controller) switch
            {
                null => $"The breach concerns no controller '{controller}': name one that it names.",
                { ToldAt: not null } => $"The controller '{controller}' has been told already.",
                _ => null,
            },
            BreachEntries.ControllerTold, new ControllerToldData(ActingFunction.Check(by, nameof(by)), controller), BreachJson.Default.ControllerToldData, null,
            cancellationToken);

    /// <summary>Records the next step of a clock of another law. No clock stands for another.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="rule">The rule's id in the registry of deadlines, such as <c>D-NIS2</c>.</param>
    /// <param name="at">When; <see langword="null"/> for now.</param>
    /// <param name="by">The function in the organisation that took it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    public Task<BreachState> RecordParallelStepAsync(string id, string rule, Instant? at, string by, CancellationToken cancellationToken = default)
    {
        var function = ActingFunction.Check(by, nameof(by));
        var steps = _options.Deadlines.Rules.FirstOrDefault(one => one.Id == rule)?.Limits.Count ?? 0;
        return _commands.ChangeAsync(
            id, at,
            state => state.Parallel.FirstOrDefault(clock => clock.Rule == rule) is { } clock
                ? (clock.Done.Count < steps ? null : $"Every step of '{rule}' has been taken.", new ParallelData(function, rule, clock.Done.Count + 1))
                : ($"No clock '{rule}' runs beside this breach: name one that it names.", new ParallelData(function, rule, 0)),
            BreachEntries.ParallelDone, BreachJson.Default.ParallelData, null, cancellationToken);
    }

    /// <summary>Closes a breach that has been dealt with.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="by">The function in the organisation that closes it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidBreachException">Something that it makes due has not been done: all of it is named.</exception>
    public Task<BreachState> CloseAsync(string id, string by, CancellationToken cancellationToken = default) =>
        _commands.CloseAsync(id, ActingFunction.Check(by, nameof(by)), cancellationToken);

    /// <summary>Closes what turned out to be no breach of personal data. It stays on record.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="reasons">Why it was none.</param>
    /// <param name="by">The function in the organisation that found out.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidBreachException">There are no reasons.</exception>
    public Task<BreachState> CloseAsFalseAlarmAsync(string id, string reasons, string by, CancellationToken cancellationToken = default) => _commands.ChangeAsync(
        id, null, _ => Says(reasons) ? null : "A false alarm is closed without reasons: state them.",
        BreachEntries.FalseAlarm, new ByData(ActingFunction.Check(by, nameof(by))), BreachJson.Default.ByData, new BreachText { Reasons = reasons }, cancellationToken);

    /// <summary>Opens a closed breach again: something new has come to light.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="reasons">What.</param>
    /// <param name="by">The function in the organisation that opens it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    public Task<BreachState> ReopenAsync(string id, string reasons, string by, CancellationToken cancellationToken = default) =>
        _commands.ReopenAsync(id, reasons, ActingFunction.Check(by, nameof(by)), cancellationToken);

    /// <summary>A breach, as the journal has it.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="UnknownBreachException">There is none.</exception>
    public async Task<BreachState> ReadAsync(string id, CancellationToken cancellationToken = default) =>
        await _commands.ReadLatestAsync(id, cancellationToken).ConfigureAwait(false);

    /// <summary>Every breach on record, the latest recorded first.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<BreachState>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var breaches = new List<BreachState>();
        await foreach (var breach in _fold.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            breaches.Add(breach);
        }

        return [.. breaches.OrderByDescending(breach => breach.RecordedAt).ThenByDescending(breach => breach.Id, StringComparer.Ordinal)];
    }

    /// <summary>What a breach makes due, done and to be done, the earliest due first.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<BreachDuty>> DutiesAsync(string id, CancellationToken cancellationToken = default)
    {
        var breach = await _commands.ReadLatestAsync(id, cancellationToken).ConfigureAwait(false);
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await _tasks.DutiesAsync(breach, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The clock of the notification to the authority; <see langword="null"/> while a breach is only suspected, and for a processor, who has none.</summary>
    /// <param name="breach">The breach.</param>
    public HourDeadline? ClockOf(BreachState breach)
    {
        ArgumentNullException.ThrowIfNull(breach);
        return BreachDuties.ClockOf(breach, _options, _tasks.ZoneOf(breach));
    }

    /// <summary>What was told of a breach in words, in the order in which it was. Personal: for the eyes of whoever handles it.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<DatedBreachText>> ReadTextsAsync(string id, CancellationToken cancellationToken = default) =>
        _commands.ReadTextsAsync(id, cancellationToken);

    /// <summary>The people whom a breach affects, and who of them has been told.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<AffectedPerson> ReadPeopleAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var breach = await _commands.ReadLatestAsync(id, cancellationToken).ConfigureAwait(false);
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var (of, person) in _fold.ReadPeopleAsync(cancellationToken).ConfigureAwait(false))
        {
            if (of == id)
            {
                yield return new AffectedPerson(new DataSubject(breach.Controller, new SubjectKey(person.Subject))) { ToldAt = person.ToldAt, Channel = person.Channel };
            }
        }
    }

    /// <summary>Works out what a breach reaches: which data sets and categories, how many people, and who. What cannot be counted is named.</summary>
    /// <param name="query">What is known to have been reached.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InvalidBreachException">Nothing is named, something that the policy does not have, or a data set that is another controller's alone.</exception>
    public Task<BreachScope> ScopeAsync(BreachScopeQuery query, CancellationToken cancellationToken = default) => _scoping.ScopeAsync(query, cancellationToken);

    private bool IsLate(BreachState state, Instant at) => state.Notices.Count == 0 && ClockOf(state) is { } clock && at >= clock.Conservative;

    private static bool Says(string? text) => !string.IsNullOrWhiteSpace(text);
}
