using System.Runtime.CompilerServices;
using Gdpr.Disclosures;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>Requests that await their answer (Art. 12(3)), and recipients that have not acknowledged what they were told (Art. 19).</summary>
internal sealed class RequestDueItems(
    RequestRegister requests, NotificationRegister notifications, Func<GdprPolicy> policy, RightsOptions rights, DisclosureOptions disclosures) : IDueItems
{
    public async IAsyncEnumerable<DueItem> ReadAsync(Instant now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var controllers = policy().Controllers;
        foreach (var request in await requests.ReadActiveAsync(cancellationToken).ConfigureAwait(false))
        {
            if (request.IsOpen && !request.IsAnswered)
            {
                var clock = RequestClock.Of(request, controllers.GetValueOrDefault(request.Controller) ?? controllers.Values.First(), now, rights);
                yield return new DueItem(DueKinds.Request, $"request/{request.Id}", clock.Conservative.End, rights.Owner)
                {
                    LastDay = clock.Conservative.LastDay,
                    LegalLimit = clock.LegalLatest.End,
                    Article = "Art. 12(3)",
                    Controller = request.Controller,
                    Subject = request.SubjectKey,
                    About = request.Id,
                };
            }
        }

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

        // One line per recipient, not per person.
        foreach (var ((controller, recipient), (dueBy, count)) in outstanding)
        {
            yield return new DueItem(DueKinds.RecipientNotification, $"notification/{controller}/{recipient}", dueBy, disclosures.Owner)
            {
                Article = "Art. 19",
                Controller = controller,
                About = recipient,
                Count = count,
            };
        }
    }
}
