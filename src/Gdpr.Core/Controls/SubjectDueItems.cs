using System.Runtime.CompilerServices;
using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Controls;

/// <summary>What falls due by what is recorded of people, and of holds: reviews, and consents to be asked for again.</summary>
internal sealed class SubjectDueItems(SubjectRegister subjects, HoldRegister holds, Func<GdprPolicy> policy) : IDueItems
{
    public async IAsyncEnumerable<DueItem> ReadAsync(Instant now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rules = policy();
        foreach (var hold in await holds.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (hold.Stands)
            {
                var reviewBy = LocalDatePattern.Iso.Parse(hold.Placing.ReviewBy).Value;
                yield return Item(DueKinds.HoldReview, $"hold/{hold.Placing.Id}", reviewBy, "Art. 17(3)(e)", hold.Controller, PolicyControllers.ZoneOf(rules, hold.Controller)) with
                {
                    About = hold.Placing.Id,
                };
            }
        }

        var renewals = new SortedDictionary<(string Controller, string Purpose, LocalDate LastDay), long>();
        await foreach (var (subject, state) in subjects.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            var zone = PolicyControllers.ZoneOf(rules, subject.Controller);
            foreach (var restriction in state.Restrictions.Where(restriction => restriction is { Stands: true, ReviewBy: not null }))
            {
                yield return Item(
                    DueKinds.RestrictionReview, $"restriction/{restriction.Id}", restriction.ReviewBy!.Value, "Art. 18(1)", subject.Controller, zone) with
                {
                    Subject = subject.Key.Value,
                    About = restriction.Id,
                };
            }

            foreach (var consent in state.Consents.Where(consent => consent.IsInForce(now)))
            {
                if (AskAgainAfter(rules, subject.Controller, consent.Purpose) is { } after)
                {
                    var key = (subject.Controller, consent.Purpose, after.EndOf(LocalDays.DateOf(consent.OccurredAt, zone)));
                    renewals[key] = renewals.GetValueOrDefault(key) + 1;
                }
            }
        }

        // One line per purpose and day, not per person.
        foreach (var ((controller, purpose, lastDay), count) in renewals)
        {
            var id = $"consent/{controller}/{purpose}/{lastDay.Year:0000}-{lastDay.Month:00}-{lastDay.Day:00}";
            yield return Item(DueKinds.ConsentRenewal, id, lastDay, "Art. 7", controller, PolicyControllers.ZoneOf(rules, controller)) with { About = purpose, Count = count };
        }
    }

    /// <summary>After how long the question is put again: the shortest that any activity of the purpose states.</summary>
    private static CalendarPeriod? AskAgainAfter(GdprPolicy policy, string controller, string purpose) => policy.Activities.Values
        .Where(activity => activity.Purpose == purpose && (activity.Controller ?? controller) == controller)
        .Select(activity => activity.Basis?.Consent?.AskAgainAfter).OfType<CalendarPeriod>()
        .OrderBy(period => (period.Months * 31) + period.Days).Select(period => (CalendarPeriod?)period).FirstOrDefault();

    private static DueItem Item(string kind, string id, LocalDate lastDay, string article, string controller, DateTimeZone zone) =>
        new(kind, id, LocalDays.EndOf(lastDay, zone), "") { LastDay = lastDay, Article = article, Controller = controller };
}
