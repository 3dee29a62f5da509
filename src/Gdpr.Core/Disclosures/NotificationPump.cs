using System.Collections.Frozen;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Sends the notifications whose time has come: one worker at a time, everywhere, so that none is sent twice at once.</summary>
/// <remarks>An attempt is recorded when it has been made. After a crash in between, the notification goes out again under the same id: the recipient acts once.</remarks>
internal sealed class NotificationPump(
    RecipientNotifications notifications, NotificationRegister register, DecidingPolicies policies, IEnumerable<INotificationChannel> channels, HumanTasks tasks,
    IStateStore states, JournalFolds folds, SubjectCommands commands, DisclosureOptions options, TimeProvider time) : ITimedStep
{
    private const string LeaseName = "recipient-notifications";

    /// <summary>How many go out in one turn of the pump at most: the rest in the next.</summary>
    private const int PerTurn = 1000;

    /// <summary>After how many failures in a row people are asked to see to it.</summary>
    private const int FailuresUntilTask = 5;

    private readonly INotificationChannel[] _channels = [.. channels];

    public string Name => LeaseName;

    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var waiting = new List<OpenItem>();
        await foreach (var item in states.ReadDueItemsAsync(NotificationRegister.Waiting, now, cancellationToken).ConfigureAwait(false))
        {
            waiting.Add(item);
            if (waiting.Count == PerTurn)
            {
                break;
            }
        }

        var worker = commands.NewId();
        var lease = waiting.Count == 0 ? null
            : await SweepLease.TryTakeAsync(states, time, new Lease(LeaseName, worker, worker), cancellationToken).ConfigureAwait(false);
        if (lease is null)
        {
            return;
        }

        await using (lease.ConfigureAwait(false))
        {
            foreach (var item in waiting)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!await lease.IsKeptAsync().ConfigureAwait(false))
                {
                    return;
                }

                await TakeUpAsync(item, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask TakeUpAsync(OpenItem item, Instant now, CancellationToken cancellationToken)
    {
        if (await register.ReadLatestAsync(NotificationRegister.IdOf(item), cancellationToken).ConfigureAwait(false) is not { } notification)
        {
            // A reminder of another journal, from before a restore: there is nothing to send.
            await states.RemoveItemAsync(item.Id, cancellationToken).ConfigureAwait(false);
        }
        else if (!notification.IsOutstanding)
        {
            await notifications.FinishAsync(notification).ConfigureAwait(false);
        }
        else if (notification.NextAttemptAt > now)
        {
            await states.PutItemAsync(NotificationRegister.ItemOf(notification), cancellationToken).ConfigureAwait(false);
        }
        else if (await WaitsForEarlierAsync(notification, cancellationToken).ConfigureAwait(false))
        {
            await WaitAsync(item, notification, now, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await AttemptAsync(notification, now, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the same recipient has not received yet what came before: a lifting never arrives ahead of its restriction. An erasure needs nothing before
    /// it, so it is not held back by what waits for people.</summary>
    private async ValueTask<bool> WaitsForEarlierAsync(RecipientNotification notification, CancellationToken cancellationToken)
    {
        var all = await register.ReadForAsync(notification.Subject, cancellationToken).ConfigureAwait(false);
        return all.TakeWhile(one => one.Id != notification.Id).Any(one => one.Recipient == notification.Recipient
            && one.State is NotificationState.Queued or NotificationState.Failed
            && !(one.IsEscalated && notification.Kind == RecipientNoticeKind.Erased));
    }

    /// <summary>Puts off what is held back; once it is late, people are asked to see to it, though it has never been tried.</summary>
    private async ValueTask WaitAsync(OpenItem item, RecipientNotification notification, Instant now, CancellationToken cancellationToken)
    {
        var next = now + Duration.FromTimeSpan(options.RetryAfter);
        if (notification.IsEscalated || now < notification.DueBy)
        {
            await states.PutItemAsync(item with { Due = next }, cancellationToken).ConfigureAwait(false);
            return;
        }

        await OpenTaskAsync(notification, NotificationReply.Rejected("waits-for-earlier"), now, cancellationToken).ConfigureAwait(false);
        await notifications.StepAsync(
            notification, NotificationEntries.Waits, new NotificationStep(notification.Id) { Problem = "waits-for-earlier", Next = next, Escalates = true },
            CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask AttemptAsync(RecipientNotification notification, Instant now, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(notification, cancellationToken).ConfigureAwait(false);
        if (reply.Outcome == NotificationOutcome.Acknowledged)
        {
            await notifications.AcknowledgeAsync(notification.Id, null, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        var isDelivered = reply.Outcome == NotificationOutcome.Delivered;
        var escalates = !notification.IsEscalated
            && (now >= notification.DueBy || reply.Outcome == NotificationOutcome.Rejected || (!isDelivered && notification.Failures + 1 >= FailuresUntilTask));
        var step = new NotificationStep(notification.Id)
        {
            IsAttempt = true,
            Problem = reply.Code,
            Next = now + Duration.FromTimeSpan(isDelivered ? options.AskAgainAfter : Backoff(notification.Failures)),
            Escalates = escalates,
        };
        if (escalates)
        {
            // Before it is recorded: after a crash in between the task is there, and found again.
            await OpenTaskAsync(notification, reply, now, cancellationToken).ConfigureAwait(false);
        }

        var type = isDelivered ? NotificationEntries.Sent : NotificationEntries.Failed;
        if (!await notifications.StepAsync(notification, type, step, CancellationToken.None).ConfigureAwait(false)
            && escalates && await register.ReadLatestAsync(notification.Id, CancellationToken.None).ConfigureAwait(false) is { IsOutstanding: false } closed)
        {
            // The recipient acknowledged while this was under way.
            await notifications.FinishAsync(closed with { IsEscalated = true }).ConfigureAwait(false);
        }
    }

    private async ValueTask<NotificationReply> SendAsync(RecipientNotification notification, CancellationToken cancellationToken)
    {
        var policy = policies.Current;
        if (!policy.Recipients.TryGetValue(notification.Recipient, out var recipient) || !policy.Controllers.TryGetValue(notification.Controller, out var controller))
        {
            return NotificationReply.Rejected("recipient-undeclared");
        }

        if (!string.IsNullOrWhiteSpace(recipient.Endpoint) && !Endpoints.IsEncrypted(recipient.Endpoint))
        {
            return NotificationReply.Rejected(DisclosureReasons.EndpointNotEncrypted);
        }

        if (Array.Find(_channels, channel => channel.Reaches(notification.Recipient, recipient)) is not { } channel)
        {
            return NotificationReply.Rejected("no-channel");
        }

        if (await notifications.ReadPayloadAsync(notification, cancellationToken).ConfigureAwait(false) is not { Identities.Count: > 0 } payload)
        {
            return NotificationReply.Rejected("person-unnamed");
        }

        try
        {
            return await channel.SendAsync(
                new OutgoingNotification(notification.Id, notification.Recipient, recipient, notification.Kind, notification.DoneAt, controller)
                {
                    ControllerId = notification.Controller,
                    Identities = payload.Identities,
                    Corrections = payload.Corrections,
                    Statements = payload.Statements ?? FrozenDictionary<string, string>.Empty,
                    Data = notification.Data,
                    Attempt = notification.Attempts + 1,
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever a channel of the host throws is an attempt that failed: the others are not kept waiting, and this one is tried again and listed.
            return NotificationReply.Unreachable(exception is OperationCanceledException or TimeoutException ? "timeout" : "channel-failed");
        }
    }

    private async ValueTask OpenTaskAsync(
        RecipientNotification notification, NotificationReply reply, Instant now, CancellationToken cancellationToken) => await tasks.OpenAsync(
        new HumanTask(RecipientNotifications.TaskOf(notification.Id), "notify-recipient", options.Owner, notification.DueBy, now)
        {
            Controller = notification.Controller,
            Subject = notification.Person,
            About = notification.Id,
            Reason = reply.Code ?? "not-acknowledged",
            Question = $"'{notification.Recipient}' has not acknowledged that data was {notification.Kind}: reach it otherwise, and record that it knows, or why it cannot be told.",
        },
        cancellationToken).ConfigureAwait(false);

    private TimeSpan Backoff(int failures)
    {
        var wait = options.RetryAfter * Math.Pow(2, Math.Min(failures, 30));
        return wait < options.RetryAtMost ? wait : options.RetryAtMost;
    }
}
