using Gdpr.Consents;
using Gdpr.Subjects;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Disclosures;

/// <summary>Tells recipients when a purpose that they received data for stops for a person (Art. 7(3), 19, 21).</summary>
/// <remarks>Of erasure they are told when it is done, and of what.</remarks>
internal sealed class StoppedPurposes(RecipientNotifications notifications, SubjectRegister subjects) : ISubjectEventSink
{
    public string Name => "recipients";

    public async ValueTask PurposeStoppedAsync(DataSubject subject, string purpose, Instant occurredAt, CancellationToken cancellationToken)
    {
        if (!notifications.IsOwed(subject.Controller, occurredAt))
        {
            return;
        }

        var state = await subjects.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        if (state.Endings.Any(ending => ending.IsErasure && (ending.OccurredAt == occurredAt || (!ending.IsDone && ending.OccurredAt < occurredAt))
            && (ending.Purposes.Count == 0 || ending.Purposes.Contains(purpose, StringComparer.Ordinal))))
        {
            return;
        }

        await notifications.NotifyAsync(
            subject,
            new RecipientNotice(RecipientNoticeKind.PurposeStopped, $"{purpose}@{InstantPattern.ExtendedIso.Format(occurredAt)}") { Purposes = [purpose], DoneAt = occurredAt },
            cancellationToken).ConfigureAwait(false);
    }
}
