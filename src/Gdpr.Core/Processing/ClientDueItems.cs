using System.Runtime.CompilerServices;
using Gdpr.Processing.Tasks;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>What falls due of the clients: ends and reviews of their agreements, ends of their instructions, and their data once the agreement has ended.</summary>
internal sealed class ClientDueItems(ClientRegister register, ClientDataTasks tasks, ProcessingOptions options) : IDueItems
{
    public async IAsyncEnumerable<DueItem> ReadAsync(Instant now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var client in register.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var zone = DateTimeZoneProviders.Tzdb[client.Zone];
            foreach (var item in client.Until < LocalDays.TodayAt(now, zone) ? AfterEnd(client, client.Until.Value, zone) : InForce(client, zone))
            {
                yield return item;
            }
        }
    }

    private IEnumerable<DueItem> InForce(ProcessorClient client, DateTimeZone zone)
    {
        if (client.Until is { } until)
        {
            yield return Item(DueKinds.AgreementEnd, client, "", until, "Art. 28(3)", zone);
        }

        if (client.ReviewBy is { } reviewBy)
        {
            yield return Item(DueKinds.AgreementReview, client, "/review", reviewBy, "Art. 28(3)", zone);
        }

        if (client.Instruction?.Until is { } instructed)
        {
            yield return Item(DueKinds.InstructionEnd, client, "/instruction", instructed, "Art. 28(3)(a)", zone);
        }
    }

    private IEnumerable<DueItem> AfterEnd(ProcessorClient client, LocalDate until, DateTimeZone zone)
    {
        if (client.DataEnd is null)
        {
            var (target, limit) = tasks.DatesOf(client, until);
            yield return Item(DueKinds.ClientData, client, "/data", target, "Art. 28(3)(g)", zone) with
            {
                LegalLimit = LocalDays.EndOf(limit, zone),
                Task = ClientDataTasks.IdOf(client.Id, until),
            };
        }
    }

    private DueItem Item(string kind, ProcessorClient client, string part, LocalDate lastDay, string article, DateTimeZone zone) =>
        new(kind, $"client/{client.Id}{part}", LocalDays.EndOf(lastDay, zone), options.TaskOwner)
        {
            LastDay = lastDay,
            Article = article,
            Controller = client.Id,
            About = client.Id,
        };
}
