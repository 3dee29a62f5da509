using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Disclosures;

/// <summary>The notifications to recipients, folded from the journal, and which of them wait for their time.</summary>
/// <remarks>An item that waits is a reminder only: whoever takes it up reads the notification from the journal first. One that is left behind does no harm, and
/// none is ever missing while the notification is outstanding.</remarks>
internal sealed class NotificationRegister(IJournalStore journal, IStateStore states) : IJournalFold, IJournalRestater
{
    /// <summary>The kind of the open items.</summary>
    public const string Waiting = "recipient-notification";

    private const string Fold = "notifications";
    private const string ByPerson = "notifications-of";

    public IReadOnlyList<string> States => [Fold, ByPerson];

    public static OpenItem ItemOf(RecipientNotification notification) =>
        new($"{Waiting}/{notification.Id}", Waiting, notification.NextAttemptAt ?? notification.ClosedAt ?? notification.DoneAt, $$"""{"id":"{{notification.Id}}"}""");

    public static string IdOf(OpenItem item) => item.Id[(Waiting.Length + 1)..];

    /// <summary>A notification as the journal has it: also what another process has just appended.</summary>
    public async ValueTask<RecipientNotification?> ReadLatestAsync(string id, CancellationToken cancellationToken)
    {
        var state = await states.ReadAsync(Fold, "", id, cancellationToken).ConfigureAwait(false);
        var notification = state is null ? null : Read(state);
        await foreach (var entry in journal.ReadStreamAsync(NotificationEntries.StreamOf(id), notification?.Version ?? 0, cancellationToken).ConfigureAwait(false))
        {
            notification = After(notification, entry);
        }

        return notification;
    }

    /// <summary>The notifications about a person, in the order in which they were queued.</summary>
    public async ValueTask<IReadOnlyList<RecipientNotification>> ReadForAsync(DataSubject subject, CancellationToken cancellationToken)
    {
        var state = await states.ReadAsync(ByPerson, subject.Controller, subject.Key.ToString(), cancellationToken).ConfigureAwait(false);
        var notifications = new List<RecipientNotification>();
        foreach (var id in state is null ? [] : ReadPerson(state).Ids)
        {
            if (await ReadLatestAsync(id, cancellationToken).ConfigureAwait(false) is { } notification)
            {
                notifications.Add(notification);
            }
        }

        return notifications;
    }

    public async IAsyncEnumerable<RecipientNotification> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            yield return Read(state);
        }
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!NotificationEntries.IsOf(entry.Stream))
        {
            return false;
        }

        var id = entry.Stream[NotificationEntries.Prefix.Length..];
        var state = await states.ReadAsync(Fold, "", id, cancellationToken).ConfigureAwait(false);
        if (state?.Position >= entry.Position || After(state is null ? null : Read(state), entry) is not { } after)
        {
            return true;
        }

        // The reminder first: a state that is there is not folded again. It stays when the notification is closed, until what was needed to send it is erased.
        await states.PutItemAsync(ItemOf(after), cancellationToken).ConfigureAwait(false);
        await AddToPersonAsync(after, entry.Position, states, cancellationToken).ConfigureAwait(false);
        await states.WriteAsync(
            new FoldedState(Fold, "", id, entry.Position, JsonSerializer.Serialize(after, NotificationJson.Default.RecipientNotification)), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            if (Read(state) is not { IsOutstanding: true } notification || notification.StatedAt > position)
            {
                continue;
            }

            var content = JsonSerializer.Serialize(notification, NotificationJson.Default.RecipientNotification);
            yield return new Restatement(NotificationEntries.StreamOf(notification.Id), notification.Version,
            [
                new NewJournalEntry(NotificationEntries.Restated, notification.DoneAt, content)
                {
                    Controller = notification.Controller,
                    Subject = notification.Subject.Key,
                    Payload = notification.Payload is { } payload ? Digest.Parse(payload) : null,
                },
            ]);
        }
    }

    /// <summary>A notification after one more entry of its stream.</summary>
    public static RecipientNotification? After(RecipientNotification? before, JournalEntry entry)
    {
        var content = entry.Content;
        if (content.Type is NotificationEntries.Queued or NotificationEntries.Restated)
        {
            var stated = EntryData.Read(entry, NotificationJson.Default.RecipientNotification);
            return stated with { Version = entry.Version, StatedAt = entry.Position, Payload = content.Payload?.ToString() };
        }

        if (before is null || entry.Version <= before.Version)
        {
            return before;
        }

        var step = EntryData.Read(entry, NotificationJson.Default.NotificationStep);
        var after = before with
        {
            Version = entry.Version,
            Attempts = before.Attempts + (step.IsAttempt ? 1 : 0),
            LastAttemptAt = step.IsAttempt ? content.OccurredAt : before.LastAttemptAt,
            NextAttemptAt = step.Next,
            Problem = step.Problem,
            IsEscalated = before.IsEscalated || step.Escalates,
        };
        return content.Type switch
        {
            NotificationEntries.Sent => after with { State = NotificationState.Sent, Failures = 0 },
            NotificationEntries.Failed => after with { State = NotificationState.Failed, Failures = before.Failures + 1 },
            NotificationEntries.Waits => after,
            NotificationEntries.Acknowledged => after with { State = NotificationState.Acknowledged, ClosedAt = content.OccurredAt, ClosedBy = step.By },
            NotificationEntries.Impossible => after with
            {
                State = NotificationState.Impossible,
                ClosedAt = content.OccurredAt,
                ClosedBy = step.By,
                Reason = step.Reason,
            },
            _ => before,
        };
    }

    private static async ValueTask AddToPersonAsync(RecipientNotification notification, long position, IStateStore states, CancellationToken cancellationToken)
    {
        var state = await states.ReadAsync(ByPerson, notification.Controller, notification.Person, cancellationToken).ConfigureAwait(false);
        var before = state is null ? PersonNotifications.None : ReadPerson(state);
        if (!before.Ids.Contains(notification.Id, StringComparer.Ordinal))
        {
            var after = JsonSerializer.Serialize(new PersonNotifications([.. before.Ids, notification.Id]), NotificationJson.Default.PersonNotifications);
            await states.WriteAsync(new FoldedState(ByPerson, notification.Controller, notification.Person, position, after), cancellationToken).ConfigureAwait(false);
        }
    }

    private static RecipientNotification Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, NotificationJson.Default.RecipientNotification)!;

    private static PersonNotifications ReadPerson(FoldedState state) => JsonSerializer.Deserialize(state.Content, NotificationJson.Default.PersonNotifications)!;
}
