using Gdpr.Disclosures;

namespace Gdpr.Rights;

/// <summary>Has recipients told through the outbox, which keeps at it until each has acknowledged.</summary>
internal sealed class ToldRecipients(RecipientNotifications notifications) : IRecipientNotices
{
    public async ValueTask<IReadOnlyList<string>> TellAsync(RecipientChange change, CancellationToken cancellationToken)
    {
        var notice = new RecipientNotice(KindOf(change.Kind), change.Id)
        {
            Data = change.Fields.Count == 0 ? change.DataSets : [.. change.DataSets.SelectMany(dataSet => change.Fields.Select(field => $"{dataSet}.{field}"))],
        };
        var told = await notifications.NotifyAsync(change.Subject, notice, cancellationToken).ConfigureAwait(false);
        return [.. told.Select(notification => notification.Recipient)];
    }

    private static RecipientNoticeKind KindOf(RecipientChangeKind kind) => kind switch
    {
        RecipientChangeKind.Rectified => RecipientNoticeKind.Rectified,
        RecipientChangeKind.Erased => RecipientNoticeKind.Erased,
        RecipientChangeKind.Restricted => RecipientNoticeKind.Restricted,
        RecipientChangeKind.RestrictionLifted => RecipientNoticeKind.RestrictionLifted,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), "A change of no known kind."),
    };
}
