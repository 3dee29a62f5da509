using System.Collections.Concurrent;
using Gdpr.Disclosures;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>A channel that answers as it is told, and remembers what it was given.</summary>
internal sealed class FakeChannel(params string[] recipients) : INotificationChannel
{
    public ConcurrentQueue<OutgoingNotification> Sent { get; } = new();

    public Func<OutgoingNotification, NotificationReply> Reply { get; set; } = _ => NotificationReply.Acknowledged;

    public bool Reaches(string id, Recipient recipient) => recipients.Length == 0 || recipients.Contains(id);

    public ValueTask<NotificationReply> SendAsync(OutgoingNotification notification, CancellationToken cancellationToken)
    {
        Sent.Enqueue(notification);
        return ValueTask.FromResult(Reply(notification));
    }
}
