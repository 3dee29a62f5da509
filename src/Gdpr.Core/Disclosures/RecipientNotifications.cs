using System.Text;
using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Tells every recipient that received a person's data what has become of it, until each acknowledges (Art. 19).</summary>
/// <remarks>What tells the recipient whom it is about is kept as a payload until the recipient has acknowledged, and then erased. Sending is done by the pump;
/// what could not be sent is tried again, and listed meanwhile.</remarks>
public sealed class RecipientNotifications
{
    private const string Purpose = "recipient-notification";

    private readonly DecidingPolicies _policies;
    private readonly DisclosureRegister _disclosures;
    private readonly NotificationRegister _register;
    private readonly SubjectDirectory _directory;
    private readonly ISubjectVault _vault;
    private readonly IStateStore _states;
    private readonly Journal _journal;
    private readonly JournalFolds _folds;
    private readonly HumanTasks _tasks;
    private readonly IClock _clock;

    internal RecipientNotifications(
        DecidingPolicies policies, DisclosureRegister disclosures, NotificationRegister register, SubjectDirectory directory, ISubjectVault vault, IStateStore states,
        Journal journal, JournalFolds folds, HumanTasks tasks, IClock clock)
    {
        _policies = policies;
        _disclosures = disclosures;
        _register = register;
        _directory = directory;
        _vault = vault;
        _states = states;
        _journal = journal;
        _folds = folds;
        _tasks = tasks;
        _clock = clock;
    }

    /// <summary>Has each recipient that received the data told. Safe to call again after a crash: who was queued for the action already is not queued twice.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="notice">What has become of the data. Before an erasure takes away by which names the recipients know the person, so that they can be told.</param>
    /// <param name="cancellationToken">Cancels between recipients: call again to go on.</param>
    /// <returns>The notifications of the action, one per recipient; none where nobody received any of the data.</returns>
    /// <exception cref="ArgumentException">The action is no id, or it was done in the future, or before recipients had to be told.</exception>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key it is: no recipient can be told whom it is about.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<IReadOnlyList<RecipientNotification>> NotifyAsync(DataSubject subject, RecipientNotice notice, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(notice);
        ArgumentException.ThrowIfNullOrWhiteSpace(notice.Action, nameof(notice));
        var identities = notice.Identities.Concat(notice.IdentitiesAt.Values.SelectMany(some => some));
        _journal.Texts.CheckLines(identities.SelectMany(one => new[] { one.Type, one.Value }), "an identity of the person");
        foreach (var (_, value) in notice.Corrections)
        {
            _journal.Texts.CheckText(value, "a correct value");
        }

        foreach (var (_, statement) in notice.Statements)
        {
            _journal.Texts.CheckText(statement, "what the person says of a value");
        }

        var now = _clock.GetCurrentInstant();
        var doneAt = notice.DoneAt ?? now;
        if (doneAt > now)
        {
            throw new ArgumentException("Recipients are told of what has been done, not of what will be.", nameof(notice));
        }

        if (!IsOwed(subject.Controller, doneAt))
        {
            throw new ArgumentException("What was done before the regulation applied is not told of under Art. 19: state when it was done.", nameof(notice));
        }

        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var earlier = await _register.ReadForAsync(subject, cancellationToken).ConfigureAwait(false);
        var lines = (await _disclosures.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Lines;
        var told = new List<RecipientNotification>();
        foreach (var received in lines.Where(line => Concerns(line, notice, doneAt) && !IsPublic(line.What.Recipient))
            .GroupBy(line => line.What.Recipient, StringComparer.Ordinal))
        {
            var fields = new SortedSet<string>(received.SelectMany(line => FieldsOf(line, notice)), StringComparer.Ordinal);
            if (!HasErased(earlier, received.Key, fields, received.Max(line => line.Last)))
            {
                await _directory.KeepAsync(subject, cancellationToken).ConfigureAwait(false);
                told.Add(await QueueAsync(subject, notice, received.Key, [.. fields], doneAt, cancellationToken).ConfigureAwait(false));
            }
        }

        await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        return told;
    }

    /// <summary>Whether recipients had to be told of what was done at an instant: not before the regulation applied.</summary>
    internal bool IsOwed(string controller, Instant doneAt) => RuleOf(controller, doneAt) is not null;

    /// <summary>The notifications about a person, in the order in which they were queued: who was told of what, and how far it has come.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RecipientNotification>> ReadForAsync(DataSubject subject, CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await _register.ReadForAsync(subject, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A notification, or <see langword="null"/> where there is none with the id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<RecipientNotification?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return await _register.ReadLatestAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The notifications that no recipient has acknowledged, the first due first.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RecipientNotification>> ListOutstandingAsync(CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var outstanding = new List<RecipientNotification>();
        await foreach (var notification in _register.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (notification.IsOutstanding)
            {
                outstanding.Add(notification);
            }
        }

        return [.. outstanding.OrderBy(notification => notification.DueBy).ThenBy(notification => notification.Id, StringComparer.Ordinal)];
    }

    /// <summary>Records that a recipient has acknowledged: it knows and acts. What was needed to tell it is erased. Idempotent.</summary>
    /// <param name="id">The notification's id.</param>
    /// <param name="by">The function in the organisation that was told so by hand; <see langword="null"/> where the recipient's own answer says it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="UnknownNotificationException">There is no such notification, or it was given up.</exception>
    public Task<RecipientNotification> AcknowledgeAsync(string id, string? by = null, CancellationToken cancellationToken = default) => CloseAsync(
        id, NotificationEntries.Acknowledged, NotificationState.Acknowledged,
        new NotificationStep(id) { By = by is null ? null : ActingFunction.Check(by, nameof(by)) }, cancellationToken);

    /// <summary>Records that telling a recipient is impossible or would be disproportionate, and why (Art. 19). Idempotent.</summary>
    /// <param name="id">The notification's id.</param>
    /// <param name="reason">Why: it stands in the journal in the clear, so no personal data.</param>
    /// <param name="by">The function in the organisation that decided: no person.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="UnknownNotificationException">There is no such notification, or it was acknowledged.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public Task<RecipientNotification> GiveUpAsync(string id, string reason, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        _journal.Texts.CheckText(reason, "the reason why the recipient is not told");
        var step = new NotificationStep(id) { By = ActingFunction.Check(by, nameof(by)), Reason = reason };
        return CloseAsync(id, NotificationEntries.Impossible, NotificationState.Impossible, step, cancellationToken);
    }

    /// <summary>Takes a step of a notification, if it is still as it was seen.</summary>
    /// <returns>Whether it was taken.</returns>
    internal async ValueTask<bool> StepAsync(RecipientNotification notification, string type, NotificationStep step, CancellationToken cancellationToken)
    {
        var entry = new NewJournalEntry(type, _clock.GetCurrentInstant(), JsonSerializer.Serialize(step, NotificationJson.Default.NotificationStep))
        {
            Controller = notification.Controller,
            Subject = notification.Subject.Key,
        };
        try
        {
            await _journal.RecordAsync(NotificationEntries.StreamOf(notification.Id), notification.Version, entry, cancellationToken).ConfigureAwait(false);
        }
        catch (JournalConflictException)
        {
            return false;
        }

        await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    /// <summary>What follows once a notification is closed: whom it was about is erased, and nobody is asked to see to it any more. Idempotent.</summary>
    internal async ValueTask FinishAsync(RecipientNotification closed)
    {
        if (closed.Payload is { } payload)
        {
            await _vault.ErasePayloadsAsync(closed.Controller, [Digest.Parse(payload)], CancellationToken.None).ConfigureAwait(false);
        }

        if (closed.IsEscalated)
        {
            var outcome = closed.State == NotificationState.Acknowledged ? "acknowledged" : "impossible";
            try
            {
                await _tasks.CompleteAsync(TaskOf(closed.Id), outcome, closed.ClosedBy ?? "recipient", CancellationToken.None).ConfigureAwait(false);
            }
            catch (UnknownTaskException)
            {
                // Somebody has ended the task in other words: that stands.
            }
        }

        await _states.RemoveItemAsync(NotificationRegister.ItemOf(closed).Id, CancellationToken.None).ConfigureAwait(false);
    }

    internal static string TaskOf(string id) => $"notify-{id}";

    /// <summary>What tells the recipient whom a notification is about; <see langword="null"/> where it is gone.</summary>
    internal async ValueTask<NotificationPayload?> ReadPayloadAsync(RecipientNotification notification, CancellationToken cancellationToken)
    {
        var stored = notification.Payload is { } payload
            ? await _vault.ReadPayloadAsync(notification.Controller, Digest.Parse(payload), cancellationToken).ConfigureAwait(false) : null;
        return stored is null ? null : JsonSerializer.Deserialize(stored.Content.Span, NotificationJson.Default.NotificationPayload);
    }

    private async Task<RecipientNotification> CloseAsync(string id, string type, NotificationState state, NotificationStep step, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        while (true)
        {
            var notification = await _register.ReadLatestAsync(id, cancellationToken).ConfigureAwait(false);
            if (notification is null || (!notification.IsOutstanding && notification.State != state))
            {
                throw new UnknownNotificationException(id, notification?.State);
            }

            if (!notification.IsOutstanding)
            {
                await FinishAsync(notification).ConfigureAwait(false);
                return notification;
            }

            // Somebody else may take a step meanwhile: the next turn tells which.
            await StepAsync(notification, type, step, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<RecipientNotification> QueueAsync(
        DataSubject subject, RecipientNotice notice, string recipient, IReadOnlyList<string> fields, Instant doneAt, CancellationToken cancellationToken)
    {
        var id = IdOf(subject, recipient, notice);
        if (await _register.ReadLatestAsync(id, cancellationToken).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        var notification = new RecipientNotification(
            id, subject.Controller, subject.Key.ToString(), recipient, notice.Kind, notice.Action, doneAt, DueBy(subject.Controller, doneAt))
        {
            Data = fields,
            NextAttemptAt = _clock.GetCurrentInstant(),
        };
        var payload = new NotificationPayload(
            await IdentitiesAsync(subject, notice, recipient, fields, cancellationToken).ConfigureAwait(false),
            notice.Corrections.Where(correction => fields.Contains(correction.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal))
        {
            Statements = notice.Statements.Count == 0 ? null
                : notice.Statements.Where(statement => fields.Contains(statement.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal),
        };
        var entry = new NewJournalEntry(
            NotificationEntries.Queued, _clock.GetCurrentInstant(), JsonSerializer.Serialize(notification, NotificationJson.Default.RecipientNotification))
        {
            Controller = subject.Controller,
            Subject = subject.Key,
        };
        try
        {
            await _journal.RecordAsync(
                NotificationEntries.StreamOf(id), 0, entry, Purpose,
                JsonSerializer.SerializeToUtf8Bytes(payload, NotificationJson.Default.NotificationPayload), cancellationToken).ConfigureAwait(false);
        }
        catch (JournalConflictException)
        {
            // Somebody else has just queued the same.
        }

        return (await _register.ReadLatestAsync(id, CancellationToken.None).ConfigureAwait(false))!;
    }

    /// <summary>The same for the same person, recipient and action; in the form of a random UUID, as recipients expect.</summary>
    private static string IdOf(DataSubject subject, string recipient, RecipientNotice notice)
    {
        var id = Digest.Of(Encoding.UTF8.GetBytes($"{subject}\n{recipient}\n{notice.Kind}\n{notice.Action}")).ToArray().AsSpan(0, 16);
        id[6] = (byte)((id[6] & 0x0F) | 0x40);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return Convert.ToHexStringLower(id);
    }

    private async ValueTask<IReadOnlyList<PersonIdentity>> IdentitiesAsync(
        DataSubject subject, RecipientNotice notice, string recipient, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        PersonIdentity[] given = [.. notice.IdentitiesAt.GetValueOrDefault(recipient) ?? notice.Identities];
        if (given.Length > 0)
        {
            return given;
        }

        var native = await _directory.ReadNativeIdsAsync(subject, cancellationToken).ConfigureAwait(false);
        return [.. DisclosedFields.DataSetsOf(fields).SelectMany(dataSet => SubjectDirectory.IdsIn(native, dataSet)).Distinct(StringComparer.Ordinal)
            .Select(id => new PersonIdentity(PersonIdentity.NativeId, id))];
    }

    private Instant DueBy(string controller, Instant doneAt)
    {
        var (zone, rule) = (ZoneOf(controller), RuleOf(controller, doneAt)!);
        return StatutoryDeadline.Compute(new StatutoryDeadlineRequest
        {
            Received = doneAt,
            Zone = zone,
            Period = rule.Limits[0].Period!.Value,
            MovesToWorkingDay = rule.MovesToWorkingDay,
        }).Conservative.End;
    }

    private DeadlineRule? RuleOf(string controller, Instant doneAt) => DeadlineRegistry.Sweden.Find("D-19", LocalDays.DateOf(doneAt, ZoneOf(controller)));

    /// <summary>Whether a recipient is anybody: nobody to write to. Of an erasure, reasonable steps are taken otherwise (Art. 17(2)).</summary>
    private bool IsPublic(string recipient) => _policies.Current.Recipients.GetValueOrDefault(recipient)?.Kind == RecipientKind.Public;

    private DateTimeZone ZoneOf(string controller) => PolicyControllers.ZoneOf(_policies.Current, controller);

    /// <summary>Whether a recipient received what is concerned before it was done. A purpose that stopped before it was recorded concerns what was disclosed in between
    /// too. An authority that asked in a particular inquiry is no recipient (Art. 4(9)).</summary>
    private static bool Concerns(DisclosureLine line, RecipientNotice notice, Instant doneAt) =>
        (notice.Recipient is null || notice.Recipient == line.What.Recipient)
        && (line.First <= doneAt || notice.Kind == RecipientNoticeKind.PurposeStopped) && !line.What.IsSecret && line.Reference is null
        && (notice.Purposes.Count == 0 || notice.Purposes.Contains(line.What.Purpose, StringComparer.Ordinal)) && FieldsOf(line, notice).Any();

    private static IEnumerable<string> FieldsOf(DisclosureLine line, RecipientNotice notice) => line.What.Fields.Where(field => notice.Data.Count == 0
        || notice.Data.Any(data => IsSame(data, field)));

    /// <summary>Whether two paths are of the same data: the same one, or one within the other.</summary>
    internal static bool IsSame(string one, string other) =>
        one == other || other.StartsWith(one + ".", StringComparison.Ordinal) || one.StartsWith(other + ".", StringComparison.Ordinal);

    /// <summary>Whether a recipient has acknowledged to have erased the data since it received it last: there is nothing left to tell it of.</summary>
    private static bool HasErased(IReadOnlyList<RecipientNotification> earlier, string recipient, IReadOnlySet<string> fields, Instant last) =>
        earlier.Any(notification => notification is { Kind: RecipientNoticeKind.Erased, State: NotificationState.Acknowledged }
            && notification.Recipient == recipient && notification.DoneAt >= last && fields.IsSubsetOf(notification.Data));
}

/// <summary>There is no such notification, or it ended otherwise (<c>E-DISC-02</c>).</summary>
public sealed class UnknownNotificationException : GdprException
{
    internal UnknownNotificationException(string id, NotificationState? state)
        : base("E-DISC-02", state is null
            ? $"There is no {ClearText.NameOf(id, "notification")}: list the outstanding ones, and name one of them."
            : $"The notification '{id}' is closed as {state}: what was recorded stands.")
    {
    }
}
