using System.Runtime.CompilerServices;
using Gdpr.Disposal;
using Gdpr.Processing.Tasks;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Recipients that have not acknowledged what they were told (Art. 19), and people who have not been told where their data comes from (Art. 14): one line for
/// each recipient, or last day, not for each person.</summary>
internal sealed class DisclosureDueItems(
    NotificationRegister notifications, OriginRegister origins, DecidingPolicies policies, DisclosureOptions options) : IDueItems
{
    public async IAsyncEnumerable<DueItem> ReadAsync(Instant now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var outstanding = new SortedDictionary<(string Controller, string Recipient), (Instant DueBy, long Count)>();
        await foreach (var notification in notifications.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (notification.IsOutstanding)
            {
                var key = (notification.Controller, notification.Recipient);
                var (earliest, count) = outstanding.GetValueOrDefault(key, (notification.DueBy, 0));
                outstanding[key] = (Instant.Min(earliest, notification.DueBy), count + 1);
            }
        }

        foreach (var ((controller, recipient), (dueBy, count)) in outstanding)
        {
            yield return new DueItem(DueKinds.RecipientNotification, $"notification/{controller}/{recipient}", dueBy, options.Owner)
            {
                Article = "Art. 19",
                Controller = controller,
                About = recipient,
                Count = count,
            };
        }

        var policy = policies.Current;
        var owed = new SortedDictionary<(string Controller, Instant DueBy), (Instant LegalLimit, long Count)>();
        await foreach (var (_, subject, state) in origins.ReadWaitingAsync(null, cancellationToken).ConfigureAwait(false))
        {
            if (state.Owed is { } since)
            {
                var (dueBy, legalLimit) = NoticeDeadline.Of(policy, subject.Controller, since);
                owed[(subject.Controller, dueBy)] = (legalLimit, owed.GetValueOrDefault((subject.Controller, dueBy)).Count + 1);
            }
        }

        foreach (var ((controller, dueBy), (legalLimit, count)) in owed)
        {
            var lastDay = LocalDays.DateOf(dueBy, PolicyControllers.ZoneOf(policy, controller)).PlusDays(-1);
            yield return new DueItem(DueKinds.NoticeOwed, $"notice/{controller}/{lastDay.Year:0000}-{lastDay.Month:00}-{lastDay.Day:00}", dueBy, options.Owner)
            {
                LastDay = lastDay,
                LegalLimit = legalLimit,
                Article = "Art. 14(3)(a)",
                Controller = controller,
                Count = count,
            };
        }
    }
}
