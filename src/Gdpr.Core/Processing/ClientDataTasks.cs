using Gdpr.Disposal;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Processing;

/// <summary>The first data set in which something of a client's people is found, or that cannot be asked; <see langword="null"/> where no source finds anything. What the
/// law commands to store is left out.</summary>
internal delegate ValueTask<string?> ClientDataCheck(string client, IReadOnlyCollection<string> keptByLaw, CancellationToken cancellationToken);

/// <summary>The tasks to return or delete the data of clients whose agreement has ended (Art. 28(3)(g)): one for each end.</summary>
internal sealed class ClientDataTasks(HumanTasks tasks, ProcessingOptions options)
{
    private const string Kind = "return-or-delete-client-data";

    /// <summary>The task's id.</summary>
    public static string IdOf(string client, LocalDate until) => $"client-data/{client}/{LocalDatePattern.Iso.Format(until)}";

    /// <summary>The last local dates, inclusive, that the task plans by, and that the agreement allows.</summary>
    public (LocalDate Target, LocalDate Limit) DatesOf(ProcessorClient client, LocalDate until)
    {
        var limit = (client.DataWithin ?? options.ClientDataWithin).EndOf(until);

        // Before the limit, where there is a day before it at all.
        return (LocalDate.Min(options.ClientDataTarget.EndOf(until), LocalDate.Max(limit.PlusDays(-1), until.PlusDays(1))), limit);
    }

    /// <summary>Opens the task, also where somebody has ended it without the data being at their end.</summary>
    public async ValueTask OpenWhereEndedAsync(ProcessorClient client, Instant now, CancellationToken cancellationToken)
    {
        var zone = DateTimeZoneProviders.Tzdb[client.Zone];
        if (client is not { DataEnd: null, Until: { } until } || now < LocalDays.EndOf(until, zone))
        {
            return;
        }

        var (target, limit) = DatesOf(client, until);
        var task = new HumanTask(IdOf(client.Id, until), Kind, options.TaskOwner, LocalDays.EndOf(target, zone), now)
        {
            LegalLimit = LocalDays.EndOf(limit, zone),
            Controller = client.Id,
            About = client.Id,
            Question = "The agreement has ended. Ask the client, where it has not chosen, whether its data are returned or deleted; do so, copies included, "
                + "unless a law commands to store them; and confirm it.",
        };
        await tasks.KeepOpenAsync(task, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the task, where there is one.</summary>
    public async ValueTask EndAsync(string client, LocalDate until, string outcome, string by = "agreement")
    {
        try
        {
            await tasks.CompleteAsync(IdOf(client, until), outcome, by, CancellationToken.None).ConfigureAwait(false);
        }
        catch (UnknownTaskException)
        {
            // There was none yet, or somebody has ended it in other words.
        }
    }
}

/// <summary>Sees to it that there is a task for each client whose agreement has ended, whoever let it end.</summary>
internal sealed class ClientEndStep(ClientRegister register, ClientDataTasks tasks, JournalFolds folds) : ITimedStep
{
    private static readonly Duration Every = Duration.FromHours(1);

    private Instant _next = Instant.MinValue;

    public string Name => "clients";

    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken)
    {
        if (now < _next)
        {
            return;
        }

        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var client in register.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await tasks.OpenWhereEndedAsync(client, now, cancellationToken).ConfigureAwait(false);
        }

        _next = now + Every;
    }
}
