using System.Net.Http.Headers;
using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Policies;
using NodaTime.Extensions;
using NodaTime.Text;

namespace Gdpr.Http;

/// <summary>Tells recipients over HTTPS, in requests of OpenDSR's shape. The address holds the notification's id and nothing of the person.</summary>
internal sealed class HttpNotifications(HttpNotificationOptions options, RecipientKeys keys, TimeProvider time) : INotificationChannel, IDisposable
{
    private const string Extension = "gdpr.core";

    private readonly BoundedClient _client = new(options.CreateHandler, options.Timeout, options.AnswerAtMost, time);

    public void Dispose() => _client.Dispose();

    public bool Reaches(string id, Recipient recipient) =>
        (options.Recipients.Count == 0 || options.Recipients.Contains(id))
        && Uri.TryCreate(recipient.Endpoint, UriKind.Absolute, out var address) && Addresses.MayBeUsed(address);

    public async ValueTask<NotificationReply> SendAsync(OutgoingNotification notification, CancellationToken cancellationToken)
    {
        var address = Addresses.Below(new Uri(notification.Recipient.Endpoint!), options.Path);
        if (notification.Attempt > 1)
        {
            // Delivered before, perhaps: who has it already says how far it has come.
            var asked = await AskAsync(address, notification, cancellationToken).ConfigureAwait(false);
            if (asked is not null)
            {
                return asked;
            }
        }

        var body = BodyOf(notification);
        var answer = await _client.SendAsync(
            address, (to, token) => RequestAsync(HttpMethod.Post, to, notification, body, token), cancellationToken).ConfigureAwait(false);
        return answer.IsSuccess ? ReplyTo(answer, notification) : Failure(answer);
    }

    /// <summary>What the recipient says of a request; <see langword="null"/> where it does not know it, and it is to be sent.</summary>
    private async ValueTask<NotificationReply?> AskAsync(Uri address, OutgoingNotification notification, CancellationToken cancellationToken)
    {
        var status = Addresses.Below(address, IdOf(notification));
        var answer = await _client.SendAsync(
            status, (to, token) => RequestAsync(HttpMethod.Get, to, notification, null, token), cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            { IsSuccess: true } when StatusIn(answer.Content.Span) is { } said && IsAbout(said, notification) => ReplyTo(answer, notification),
            { IsSuccess: false, MayPass: true } => Failure(answer),
            _ => null,
        };
    }

    /// <summary>An answer that says nothing of this request is a delivery, and no more than that.</summary>
    private NotificationReply ReplyTo(BoundedAnswer answer, OutgoingNotification notification)
    {
        if (StatusIn(answer.Content.Span) is not { } status || !IsAbout(status, notification))
        {
            return NotificationReply.Delivered;
        }

        return status.Status switch
        {
            OpenDsrStatus.Completed => NotificationReply.Acknowledged,
            OpenDsrStatus.Cancelled => NotificationReply.Rejected("cancelled"),
            _ => options.Acknowledgement == HttpAcknowledgement.Received && (status.Received ?? status.Status) is not null
                ? NotificationReply.Acknowledged : NotificationReply.Delivered,
        };
    }

    private static NotificationReply Failure(BoundedAnswer answer) =>
        answer.MayPass ? NotificationReply.Unreachable(answer.Code!) : NotificationReply.Rejected(answer.Code!);

    private byte[] BodyOf(OutgoingNotification notification) => JsonSerializer.SerializeToUtf8Bytes(
        new OpenDsrRequest(IdOf(notification), TypeOf(notification.Kind), InstantPattern.ExtendedIso.Format(notification.DoneAt))
        {
            Identities = [.. notification.Identities.Select(identity => new OpenDsrIdentity(identity.Type, identity.Value))],
            Callbacks = options.CallbackUrl is { } url ? [url.AbsoluteUri] : null,
            Extensions = new Dictionary<string, OpenDsrScope>
            {
                [Extension] = new OpenDsrScope(notification.Controller.Name, notification.Data)
                {
                    Corrections = notification.Corrections.Count > 0 ? notification.Corrections : null,
                    Statements = notification.Statements.Count > 0 ? notification.Statements : null,
                },
            },
        },
        OpenDsrJson.Default.OpenDsrRequest);

    private async ValueTask<HttpRequestMessage> RequestAsync(
        HttpMethod method, Uri to, OutgoingNotification notification, byte[]? body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, to);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Add("Idempotency-Key", IdOf(notification));
        request.Headers.Add(RecipientKeys.SignatureHeader, keys.Sign(notification.RecipientId, body, time.GetUtcNow().ToInstant()));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        }

        if (options.Authorize is { } authorize)
        {
            await authorize(notification.RecipientId, request, cancellationToken).ConfigureAwait(false);
        }

        return request;
    }

    /// <summary>The notification's id in the form that OpenDSR asks for.</summary>
    internal static string IdOf(OutgoingNotification notification) => Guid.TryParseExact(notification.Id, "N", out var id) ? id.ToString("D") : notification.Id;

    internal static string TypeOf(RecipientNoticeKind kind) => kind switch
    {
        RecipientNoticeKind.Rectified => "rectification",
        RecipientNoticeKind.Erased => "erasure",
        RecipientNoticeKind.Restricted => "restriction",
        RecipientNoticeKind.RestrictionLifted => "restriction-lifted",
        RecipientNoticeKind.PurposeStopped => "purpose-stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), "A notice of no known kind."),
    };

    internal static OpenDsrStatus? StatusIn(ReadOnlySpan<byte> content)
    {
        try
        {
            return content.Length == 0 ? null : JsonSerializer.Deserialize(content, OpenDsrJson.Default.OpenDsrStatus);
        }
        catch (JsonException)
        {
            // Something else than OpenDSR answers: it says nothing of the request.
            return null;
        }
    }

    private static bool IsAbout(OpenDsrStatus status, OutgoingNotification notification) =>
        string.Equals(status.Id, IdOf(notification), StringComparison.OrdinalIgnoreCase);
}
