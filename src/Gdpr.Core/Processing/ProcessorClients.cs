using System.Buffers;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>The clients for whom the organisation is the processor, registered as they come (Art. 28): agreement, instruction, zone.</summary>
/// <remarks>A client is the controller of its own people: <see cref="DataSubject.Controller"/> is its id. Outside its written instruction nothing is processed
/// (Art. 28(3)(a), 29), and nothing crosses from one client to another or to the organisation's own data.</remarks>
public sealed partial class ProcessorClients
{
    private const string RecordPurpose = "processor-record";
    private const int LongestId = 64;
    private const int LongestReference = 128;
    private const int Attempts = 20;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly Func<GdprPolicy> _policy;
    private readonly Journal _journal;
    private readonly IJournalStore _store;
    private readonly ISubjectVault _vault;
    private readonly JournalFolds _folds;
    private readonly ClientRegister _register;
    private readonly ClientDataTasks _dataTasks;
    private readonly ClientDataCheck _held;
    private readonly IClock _clock;

    internal ProcessorClients(
        Func<GdprPolicy> policy, Journal journal, IJournalStore store, ISubjectVault vault, JournalFolds folds, ClientRegister register,
        ClientDataTasks dataTasks, ClientDataCheck held, IClock clock)
    {
        (_policy, _journal, _store, _vault, _folds, _register, _dataTasks, _held, _clock) =
            (policy, journal, store, vault, folds, register, dataTasks, held, clock);
    }

    /// <summary>Registers a client. The same client again changes nothing.</summary>
    /// <param name="registration">The client.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="ProcessorClientException">Something in it does not hold, or another client has the id.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<ProcessorClient> RegisterAsync(ClientRegistration registration, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registration);
        Check(registration);
        _journal.Texts.CheckLine(registration.Name, "the client's name");
        _journal.Texts.CheckLine(registration.Contact, "the client's contact");
        var zone = registration.Zone ?? _policy().Controllers.Values.First().TimeZone;
        var client = new ProcessorClient(registration.Id, registration.Agreement, registration.From, registration.Until, zone, registration.Instruction)
        {
            AfterEnd = registration.AfterEnd,
            DataWithin = registration.DataWithin,
            ReviewBy = registration.ReviewBy,
            SubProcessors = registration.SubProcessors is { } authorised ? authorised with { GivenAt = _clock.GetCurrentInstant() } : null,
            OccurredAt = _clock.GetCurrentInstant(),
        };
        var known = await ReadLatestAsync(registration.Id, cancellationToken).ConfigureAwait(false);
        if (known is null)
        {
            try
            {
                var details = JsonSerializer.SerializeToUtf8Bytes(new ClientDetails(registration.Name, registration.Contact), ClientJson.Default.ClientDetails);
                await _journal.RecordAsync(
                    _register.StreamOf(client.Id), 0, ClientRegister.EntryOf(ClientRegister.Registered, client), RecordPurpose, details,
                    cancellationToken).ConfigureAwait(false);
            }
            catch (JournalConflictException)
            {
                // Somebody else has just registered it: whether as the same is told below.
            }

            await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
            known = (await ReadLatestAsync(client.Id, CancellationToken.None).ConfigureAwait(false))!;
        }

        return IsSame(known, client) ? known : throw new ProcessorClientException(
            "E-CLIENT-02", $"The client '{client.Id}' is registered with other terms: give it an instruction, or end its agreement.");
    }

    /// <summary>Takes a client's written instruction. The same version again changes nothing.</summary>
    /// <param name="id">The client.</param>
    /// <param name="instruction">The instruction: it replaces the one before, whole.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="ProcessorClientException">There is no such client, or something in the instruction does not hold.</exception>
    public Task<ProcessorClient> InstructAsync(string id, ClientInstruction instruction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        Check(instruction);
        return ChangeAsync(
            id, ClientRegister.Instructed, client => client.Instruction?.Version != instruction.Version ? client with { Instruction = instruction }
                : IsSame(client.Instruction, instruction) ? null
                : throw new ProcessorClientException(
                    "E-CLIENT-02", $"The instruction '{instruction.Version}' of '{id}' says otherwise already: give the new one a version of its own."),
            cancellationToken);
    }

    /// <summary>A client, or <see langword="null"/>.</summary>
    /// <param name="id">The client's id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ProcessorClient?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return await ReadLatestAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All clients, ordinally by id (Art. 30(2)(a)).</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<ProcessorClient>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var clients = new List<ProcessorClient>();
        await foreach (var client in _register.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            clients.Add(client);
        }

        return clients;
    }

    /// <summary>Who a client is; <see langword="null"/> where nobody is registered under the id, or it was erased.</summary>
    /// <param name="id">The client's id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ClientIdentity?> ReadIdentityAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        if ((await ReadLatestAsync(id, cancellationToken).ConfigureAwait(false))?.Details is not { } details
            || await _vault.ReadPayloadAsync(id, Digest.Parse(details), cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        var known = JsonSerializer.Deserialize(stored.Content.Span, ClientJson.Default.ClientDetails)!;
        return new ClientIdentity(known.Name, known.Contact);
    }

    private async Task<ProcessorClient> ChangeAsync(string id, string type, Func<ProcessorClient, ProcessorClient?> change, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        for (var attempt = 1; ; attempt++)
        {
            var client = await ReadLatestAsync(id, cancellationToken).ConfigureAwait(false) ?? throw NoClient();
            if (change(client) is not { } changed)
            {
                return client;
            }

            try
            {
                var entry = ClientRegister.EntryOf(type, changed with { OccurredAt = _clock.GetCurrentInstant() });
                await _journal.RecordAsync(_register.StreamOf(id), client.Version, entry, cancellationToken).ConfigureAwait(false);
            }
            catch (JournalConflictException) when (attempt < Attempts)
            {
                continue;
            }

            await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
            return (await ReadLatestAsync(id, CancellationToken.None).ConfigureAwait(false))!;
        }
    }

    private async ValueTask<ProcessorClient?> ReadLatestAsync(string id, CancellationToken cancellationToken)
    {
        var client = await _register.FindAsync(id, cancellationToken).ConfigureAwait(false);
        await foreach (var entry in _store.ReadStreamAsync(_register.StreamOf(id), client?.Version ?? 0, cancellationToken).ConfigureAwait(false))
        {
            client = _register.After(client, entry);
        }

        return client;
    }

    private void Check(ClientRegistration registration)
    {
        var policy = _policy();
        Require(
            registration.Id is { Length: >= 1 and <= LongestId } id && !id.AsSpan().ContainsAnyExcept(IdCharacters),
            $"A client's id is at most {LongestId} letters, digits, hyphens, points and underscores.");
        Require(!policy.Controllers.ContainsKey(registration.Id), "The id is a controller's of the policy: a client needs one of its own.");
        Require(!string.IsNullOrWhiteSpace(registration.Name), "A client has a name (Art. 30(2)(a)).");
        Require(
            registration.Agreement is { Length: >= 1 and <= LongestReference } agreement && HostileSigns.FirstIn(agreement, isLine: true) < 0,
            "A client has an agreement (Art. 28(3)): name its reference.");
        Require(registration.Until is not { } until || until >= registration.From, "The agreement ends before it begins.");
        Require(registration.DataWithin is not { IsEmpty: true }, "What was agreed on returning or deleting the data is no period: state one of a day or more, or none.");
        Require(registration.Zone is null || DateTimeZoneProviders.Tzdb.GetZoneOrNull(registration.Zone) is not null, "The zone is no IANA time zone.");
        if (registration.Instruction is { } instruction)
        {
            Check(instruction);
        }

        if (registration.SubProcessors is { } authorisation)
        {
            Check(authorisation);
        }
    }

    private void Check(ClientInstruction instruction)
    {
        var policy = _policy();
        Require(
            !string.IsNullOrWhiteSpace(instruction.Version) && instruction.Version.Length <= LongestReference
                && HostileSigns.FirstIn(instruction.Version, isLine: true) < 0,
            "An instruction has a version.");
        Require(instruction.Until is not { } until || until >= instruction.From, "The instruction ends before it begins.");
        Require(instruction.Activities.Count > 0, "An instruction names at least one activity.");
        Require(
            instruction.Activities.All(activity => policy.Activities.GetValueOrDefault(activity) is { Capacity: ProcessingCapacity.Processor }),
            "An instruction names activities that the policy declares with the capacity of processor.");
        Require(
            instruction.Categories.All(category => policy.Categories.ContainsKey(category) || Vocabulary.Categories.ContainsKey(category)),
            "An instruction names categories of data that the policy knows.");
        Require(
            instruction.Subjects.All(subject => policy.Subjects.ContainsKey(subject) || Vocabulary.Subjects.ContainsKey(subject)),
            "An instruction names kinds of people that the policy knows.");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ProcessorClientException("E-CLIENT-03", message);
        }
    }

    private static bool IsSame(ProcessorClient known, ProcessorClient client) =>
        (known.Agreement, known.From, known.Until, known.Zone) == (client.Agreement, client.From, client.Until, client.Zone)
        && IsSame(known.Instruction, client.Instruction) && (known.SubProcessors?.IsSame(client.SubProcessors) ?? client.SubProcessors is null);

    private static bool IsSame(ClientInstruction? one, ClientInstruction? other) => one is null || other is null ? one == other
        : (one.Version, one.From, one.Until) == (other.Version, other.From, other.Until)
            && one.Activities.SequenceEqual(other.Activities, StringComparer.Ordinal) && one.Categories.SequenceEqual(other.Categories, StringComparer.Ordinal)
            && one.Subjects.SequenceEqual(other.Subjects, StringComparer.Ordinal);
}

/// <summary>A client to be registered.</summary>
/// <param name="Id">The client's id, which its people are registered under: at most 64 letters, digits, hyphens, points and underscores.</param>
/// <param name="Name">The client's name. Kept as personal data: of a sole trader it is.</param>
/// <param name="Agreement">The reference of the agreement on processing (Art. 28(3)). No personal data.</param>
/// <param name="From">The first local date, inclusive, on which the agreement is in force.</param>
public sealed record ClientRegistration(string Id, string Name, string Agreement, LocalDate From)
{
    /// <summary>The last local date, inclusive, on which the agreement is in force, where it has an end.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>The IANA time zone in which the client's days are counted. The default is the organisation's.</summary>
    public string? Zone { get; init; }

    /// <summary>How the client is reached (Art. 30(2)(a)). Kept as personal data.</summary>
    public string? Contact { get; init; }

    /// <summary>What the agreement says becomes of the data at its end, where the client has chosen already (Art. 28(3)(g)).</summary>
    public ClientDataChoice? AfterEnd { get; init; }

    /// <summary>Within how long after the last day that is done, where it was agreed. The default is <see cref="ProcessingOptions.ClientDataWithin"/>.</summary>
    public CalendarPeriod? DataWithin { get; init; }

    /// <summary>The last local date, inclusive, by which the agreement is reviewed, where one is set.</summary>
    public LocalDate? ReviewBy { get; init; }

    /// <summary>The first instruction. Until there is one, nothing may be processed.</summary>
    public ClientInstruction? Instruction { get; init; }

    /// <summary>What the client has authorised of sub-processors (Art. 28(2)). Until it has, none gets its data.</summary>
    public SubProcessorAuthorisation? SubProcessors { get; init; }

    /// <summary>The id alone.</summary>
    public override string ToString() => Id;
}

/// <summary>Who a client is.</summary>
/// <param name="Name">The name.</param>
/// <param name="Contact">How the client is reached, where it was said.</param>
public sealed record ClientIdentity(string Name, string? Contact);

/// <summary>A client is not known, or what was said of it does not hold (<c>E-CLIENT-01</c> to <c>-03</c>), or its data are not at their end
/// (<c>E-CLIENT-04</c>, <c>-05</c>).</summary>
public sealed class ProcessorClientException : GdprException
{
    internal ProcessorClientException(string code, string message)
        : base(code, message)
    {
    }
}
