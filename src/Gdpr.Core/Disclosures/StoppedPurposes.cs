using Gdpr.Consents;
using Gdpr.Subjects;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Disclosures;

/// <summary>Tells recipients when a purpose that they received data for stops for a person (Art. 7(3), 19, 21).</summary>
internal sealed class StoppedPurposes(RecipientNotifications notifications) : ISubjectEventSink
{
    public string Name => "recipients";

    public async ValueTask PurposeStoppedAsync(DataSubject subject, string purpose, Instant occurredAt, CancellationToken cancellationToken) =>
        await notifications.NotifyAsync(
            subject,
            new RecipientNotice(RecipientNoticeKind.PurposeStopped, $"{purpose}@{InstantPattern.ExtendedIso.Format(occurredAt)}") { Purposes = [purpose], DoneAt = occurredAt },
            cancellationToken).ConfigureAwait(false);
}
