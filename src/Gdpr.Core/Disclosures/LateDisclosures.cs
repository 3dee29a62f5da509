using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Tells a recipient what recipients were told before its disclosure was on record, because it was recorded afterwards (Art. 19).</summary>
internal sealed class LateDisclosures(RecipientNotifications notifications, SubjectRegister subjects, StoppedPurposes stopped)
{
    /// <summary>Has the recipient of a disclosure told of what has become of the data since it was made.</summary>
    public async ValueTask TellAsync(string id, DisclosureDecision made, GdprPolicy policy)
    {
        foreach (var person in made.Subjects)
        {
            // Whatever is recorded from here on finds the disclosure in the log.
            var state = await subjects.ReadLatestAsync(person, CancellationToken.None).ConfigureAwait(false);
            if (state.IsForgotten)
            {
                continue;
            }

            foreach (var (kind, about, dataSets) in Since(state, made))
            {
                string[] data = [.. made.Fields.Where(field => dataSets.Count == 0
                    || (DataPath.TryParse(field, out var path) && NamedDataSets.Reach(dataSets, path.DataSetPath, policy)))];
                if (data.Length > 0)
                {
                    var notice = new RecipientNotice(kind, $"{about}/{id}") { Data = data, Recipient = made.Recipient };
                    await notifications.NotifyAsync(person, notice, CancellationToken.None).ConfigureAwait(false);
                }
            }

            foreach (var at in StoppedSince(state, made))
            {
                await stopped.PurposeStoppedAsync(person, made.Purpose, at, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static IEnumerable<(RecipientNoticeKind Kind, string About, IReadOnlyList<string> DataSets)> Since(SubjectState state, DisclosureDecision made) =>
    [
        .. state.Endings.Where(ending => ending is { IsErasure: true, IsDone: true } && ending.OccurredAt >= made.At
                && (ending.Purposes.Count == 0 || ending.Purposes.Contains(made.Purpose, StringComparer.Ordinal)))
            .Select(ending => (RecipientNoticeKind.Erased, ending.Id, ending.DataSets)),
        .. state.Restrictions.Where(restriction => restriction.Stands && restriction.RecordedAt >= made.At)
            .Select(restriction => (RecipientNoticeKind.Restricted, restriction.Id, restriction.DataSets)),
    ];

    private static IEnumerable<Instant> StoppedSince(SubjectState state, DisclosureDecision made) =>
    [
        .. state.Consents.Where(consent => consent is { Field: null, Phase: ConsentPhase.Withdrawn or ConsentPhase.Refused or ConsentPhase.Expired }
            && consent.Purpose == made.Purpose && consent.RecordedAt >= made.At).Select(consent => consent.OccurredAt),
        .. state.Objections.Where(objection => objection.Phase is ObjectionPhase.Pending or ObjectionPhase.Upheld && objection.RecordedAt >= made.At
            && objection.Purposes.Contains(made.Purpose, StringComparer.Ordinal)).Select(objection => objection.OccurredAt),
    ];
}
