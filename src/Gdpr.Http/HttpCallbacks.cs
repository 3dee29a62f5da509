using Gdpr.Disclosures;
using NodaTime;
using NodaTime.Extensions;

namespace Gdpr.Http;

/// <summary>Takes what recipients call back with. The host's endpoint hands over what it received, and answers with the outcome.</summary>
public sealed class HttpCallbacks
{
    private readonly RecipientNotifications _notifications;
    private readonly RecipientKeys _keys;
    private readonly HttpNotificationOptions _options;
    private readonly TimeProvider _time;

    internal HttpCallbacks(RecipientNotifications notifications, RecipientKeys keys, HttpNotificationOptions options, TimeProvider time)
    {
        _notifications = notifications;
        _keys = keys;
        _options = options;
        _time = time;
    }

    /// <summary>Takes a callback: where the recipient says, under the key that it shares, that it has done what it was told, it has acknowledged. Safe to
    /// repeat.</summary>
    /// <param name="body">The body, as it came.</param>
    /// <param name="signature">The header <see cref="RecipientKeys.SignatureHeader"/>.</param>
    /// <param name="cancellationToken">Cancels before anything is journalled.</param>
    public async Task<CallbackOutcome> ReceiveAsync(ReadOnlyMemory<byte> body, string? signature, CancellationToken cancellationToken = default)
    {
        if (body.Length > _options.AnswerAtMost || HttpNotifications.StatusIn(body.Span) is not { Id: { } text } status
            || !Guid.TryParse(text, out var id) || await _notifications.FindAsync(id.ToString("N"), cancellationToken).ConfigureAwait(false) is not { } notification)
        {
            return CallbackOutcome.Unknown;
        }

        if (!_keys.Verify(notification.Recipient, body.Span, signature, _time.GetUtcNow().ToInstant(), Duration.FromTimeSpan(_options.CallbackAge)))
        {
            return CallbackOutcome.NotSigned;
        }

        var isDone = status.Status == OpenDsrStatus.Completed
            || (_options.Acknowledgement == HttpAcknowledgement.Received && status.Status is not (null or OpenDsrStatus.Cancelled));
        if (!isDone || notification.State == NotificationState.Impossible)
        {
            return CallbackOutcome.Noted;
        }

        await _notifications.AcknowledgeAsync(notification.Id, null, cancellationToken).ConfigureAwait(false);
        return CallbackOutcome.Acknowledged;
    }
}

/// <summary>What became of a callback.</summary>
public enum CallbackOutcome
{
    /// <summary>It is about no notification of ours, or no callback at all: answer 404.</summary>
    Unknown,

    /// <summary>The recipient has not signed it, or too long ago: answer 401. Nothing was changed.</summary>
    NotSigned,

    /// <summary>The recipient is not done, or the notification was given up: answer 202. Nothing was changed.</summary>
    Noted,

    /// <summary>The recipient has acknowledged: answer 200.</summary>
    Acknowledged,
}
