using Gdpr.Journals;
using Gdpr.Subjects;
using Gdpr.Time;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr;

/// <summary>Lets entries of the journal go when the period of proofs has ended, every so often, unless the version in force may not decide about destruction
/// (<c>E-VERSION-01</c>): then nothing goes, and it is asked again at each run.</summary>
internal sealed class JournalExpiryStep(
    JournalExpiry expiry, IStateStore states, GdprPolicies policies, PolicyHistory history, IOptions<JournalOptions> options) : ITimedStep
{
    private const string Item = "journal-expiry";

    public string Name => Item;

    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken)
    {
        var every = Duration.FromTimeSpan(options.Value.ExpireEvery);
        await foreach (var item in states.ReadDueItemsAsync(Item, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            // One that lies further ahead than was ever planned was put there under another clock: it is due.
            if (item.Due > now && item.Due <= now + every)
            {
                return;
            }
        }

        // Days are those of the controller whose days end last: nothing goes a day too early with any of them.
        var cutoff = policies.Current.Controllers.Values
            .Select(controller => DateTimeZoneProviders.Tzdb[controller.TimeZone])
            .Select(zone => LocalDays.StartOf(options.Value.Keep.CutoffOn(LocalDays.TodayAt(now, zone)), zone)).Min();
        await expiry.ExpireAsync(cutoff, async token => await history.RecallAsync(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await states.PutItemAsync(new OpenItem(Item, Item, now + every, "{}"), cancellationToken).ConfigureAwait(false);
    }
}
