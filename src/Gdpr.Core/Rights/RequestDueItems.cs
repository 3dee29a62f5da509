using System.Runtime.CompilerServices;
using Gdpr.Processing.Tasks;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>The requests that wait for their answer.</summary>
internal sealed class RequestDueItems(RightsParts parts) : IDueItems
{
    public async IAsyncEnumerable<DueItem> ReadAsync(Instant now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var request in await parts.Register.ReadActiveAsync(cancellationToken).ConfigureAwait(false))
        {
            if (request is { IsOpen: true, IsAnswered: false, Outcome: not RequestOutcome.Forwarded })
            {
                var clock = parts.ClockOf(request);
                yield return new DueItem(DueKinds.Request, $"request/{request.Id}", clock.Conservative.End, parts.Options.Owner)
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
    }
}
