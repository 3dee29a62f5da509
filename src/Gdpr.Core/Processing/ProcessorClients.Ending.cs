using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Processing;

public sealed partial class ProcessorClients
{
    private const int LongestLaw = 128;

    /// <summary>Ends a client's agreement: nothing is processed after its last day. From the day after it there is a task, with owner and date, to return or delete the
    /// client's data (Art. 28(3)(g)); an agreement that goes on after all ends the task.</summary>
    /// <param name="id">The client.</param>
    /// <param name="lastDay">The last local date, inclusive, on which it is in force.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="ProcessorClientException">There is no such client, the day is before the agreement's first, or its data have been returned or
    /// deleted.</exception>
    public async Task<ProcessorClient> EndAsync(string id, LocalDate lastDay, CancellationToken cancellationToken = default)
    {
        LocalDate? before = null;
        var client = await ChangeAsync(
            id, ClientRegister.Ended,
            client =>
            {
                Require(lastDay >= client.From, "The agreement ends before it begins: state a later last day.");
                before = client.Until;
                return client.Until == lastDay ? null : MustHaveData(client) with { Until = lastDay };
            },
            cancellationToken).ConfigureAwait(false);
        if (before is { } earlier && earlier != client.Until)
        {
            await _dataTasks.EndAsync(client.Id, earlier, "agreement-changed").ConfigureAwait(false);
        }

        await _dataTasks.OpenWhereEndedAsync(client, _clock.GetCurrentInstant(), CancellationToken.None).ConfigureAwait(false);
        return client;
    }

    /// <summary>Records what the client has chosen for its data at the end: that they are returned, or deleted (Art. 28(3)(g)). It may choose anew until it is
    /// done.</summary>
    /// <param name="id">The client.</param>
    /// <param name="choice">What it has chosen.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="ProcessorClientException">There is no such client, or its data have been returned or deleted.</exception>
    public Task<ProcessorClient> ChooseAsync(string id, ClientDataChoice choice, CancellationToken cancellationToken = default)
    {
        Require(Enum.IsDefined(choice), "A client chooses that its data are returned, or deleted.");
        return ChangeAsync(
            id, ClientRegister.Chosen, client => client.AfterEnd == choice ? null : MustHaveData(client) with { AfterEnd = choice }, cancellationToken);
    }

    /// <summary>Records that a client's agreement has been reviewed.</summary>
    /// <param name="id">The client.</param>
    /// <param name="nextBy">The last local date, inclusive, by which it is reviewed the next time; <see langword="null"/> where none is set.</param>
    /// <param name="by">The function that reviewed it: no person.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="ProcessorClientException">There is no such client, or the next review would lie before today.</exception>
    public Task<ProcessorClient> ReviewAsync(string id, LocalDate? nextBy, string by, CancellationToken cancellationToken = default)
    {
        var function = ActingFunction.Check(by, nameof(by));
        return ChangeAsync(
            id, ClientRegister.Reviewed,
            client =>
            {
                Require(!(nextBy < TodayOf(client)), "The next review is said to have been before today: state a later date, or none.");
                return client with { ReviewBy = nextBy, ReviewedBy = function };
            },
            cancellationToken);
    }

    /// <summary>Records that a client's data have been returned or deleted, copies included: the task for it ends. The same again changes nothing.</summary>
    /// <param name="id">The client.</param>
    /// <param name="end">What was done.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <remarks>What a source can be asked about is asked first: data that are still found were not deleted, whoever says so. What no source finds is for people to look
    /// at, and their word is what is recorded.</remarks>
    /// <exception cref="ProcessorClientException"><c>E-CLIENT-01</c>: there is no such client. <c>E-CLIENT-03</c>: something in what is said does not hold.
    /// <c>E-CLIENT-04</c>: the agreement is in force, the client has not chosen, or has chosen otherwise. <c>E-CLIENT-05</c>: a source still holds data of the
    /// client's, or cannot be asked.</exception>
    public async Task<ProcessorClient> ConfirmDataEndAsync(string id, ClientDataEnd end, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(end);
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        var stated = end with { By = ActingFunction.Check(end.By, nameof(end)) };
        if (stated.Evidence is { } evidence)
        {
            ClearText.CheckCode(evidence, nameof(end));
        }

        var known = await ReadLatestAsync(id, cancellationToken).ConfigureAwait(false) ?? throw NoClient();
        if (known.DataEnd is null)
        {
            Check(known, stated);
            if (await _held(id, [.. stated.KeptByLaw.Keys], cancellationToken).ConfigureAwait(false) is { } dataSet)
            {
                throw new ProcessorClientException(
                    "E-CLIENT-05",
                    $"Data of '{id}' are still found in '{dataSet}', or it cannot be asked: remove them there, or name the law that commands to store them.");
            }
        }

        var client = await ChangeAsync(
            id, ClientRegister.DataEnded,
            one => one.DataEnd is { } before ? IsSame(before, stated) ? null : throw AtItsEnd(id)
                : Check(one, stated) with { DataEnd = stated with { On = stated.On ?? TodayOf(one) } },
            cancellationToken).ConfigureAwait(false);
        await _dataTasks.EndAsync(id, client.Until!.Value, stated.Done == ClientDataChoice.Return ? "returned" : "deleted", stated.By).ConfigureAwait(false);
        return client;
    }

    private ProcessorClient Check(ProcessorClient client, ClientDataEnd end)
    {
        var (policy, today) = (_policy(), TodayOf(client));
        if (!(client.Until < today))
        {
            throw new ProcessorClientException("E-CLIENT-04", $"The agreement of '{client.Id}' is in force: end it first.");
        }

        if (client.AfterEnd != end.Done)
        {
            throw new ProcessorClientException(
                "E-CLIENT-04", client.AfterEnd is null
                    ? $"'{client.Id}' has not chosen whether its data are returned or deleted, and the choice is the controller's: record it first."
                    : $"'{client.Id}' has chosen otherwise: do what it chose, or record that it has chosen anew.");
        }

        Require(!(end.On > today), "It is said to have been done in the future: confirm it when it is done.");
        Require(!(end.On < client.From), "It is said to have been done before the agreement began.");
        foreach (var (dataSet, law) in end.KeptByLaw)
        {
            Require(
                policy.Systems.Any(system => system.Value.DataSets.Keys.Any(set => $"{system.Key}.{set}" == dataSet)),
                "What is kept by law is said of data that the policy does not declare: name its data sets, such as 'hosted.content'.");
            Require(
                law is { Length: >= 1 and <= LongestLaw } && !string.IsNullOrWhiteSpace(law) && HostileSigns.FirstIn(law, isLine: true) < 0,
                $"What is kept names the law that commands it, in at most {LongestLaw} characters.");
        }

        return client;
    }

    private LocalDate TodayOf(ProcessorClient client) => LocalDays.TodayAt(_clock.GetCurrentInstant(), DateTimeZoneProviders.Tzdb[client.Zone]);

    private static ProcessorClient MustHaveData(ProcessorClient client) => client.DataEnd is null ? client : throw AtItsEnd(client.Id);

    private static ProcessorClientException AtItsEnd(string id) =>
        new("E-CLIENT-04", $"The data of '{id}' have been returned or deleted, and that stands: register the client anew, under another id.");

    private static ProcessorClientException NoClient() => new("E-CLIENT-01", "There is no such client: register it first.");

    private static bool IsSame(ClientDataEnd one, ClientDataEnd other) =>
        (one.Done, one.By, one.Evidence) == (other.Done, other.By, other.Evidence) && (other.On is null || one.On == other.On)
        && one.KeptByLaw.Count == other.KeptByLaw.Count && one.KeptByLaw.All(kept => other.KeptByLaw.GetValueOrDefault(kept.Key) == kept.Value);
}
