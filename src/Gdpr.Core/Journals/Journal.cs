using System.Buffers;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using NodaTime;

namespace Gdpr.Journals;

/// <summary>The one way in which the library's services write to the journal.</summary>
/// <remarks>What cannot be written is an exception: nothing is dropped, buffered or tried again in silence.</remarks>
public sealed class Journal
{
    private const int LongestKey = 64;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly IJournalStore _store;
    private readonly ISubjectVault _vault;
    private readonly IClock _clock;

    /// <summary>Makes the service.</summary>
    /// <param name="store">Where entries go.</param>
    /// <param name="vault">Where their personal payloads go.</param>
    /// <param name="clock">The clock that says when they are recorded.</param>
    /// <param name="limits">How long the texts of callers may be; <see langword="null"/> for the defaults.</param>
    public Journal(IJournalStore store, ISubjectVault vault, IClock clock, TextOptions? limits = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(vault);
        ArgumentNullException.ThrowIfNull(clock);
        (_store, _vault, _clock) = (store, vault, clock);
        Texts = new InputTexts(limits ?? new TextOptions());
    }

    /// <summary>What looks at the texts of callers before anything is written.</summary>
    internal InputTexts Texts { get; }

    /// <summary>Records entries in a stream: all or none.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version of its last entry; <see cref="JournalStream.AnyVersion"/> for whatever is there.</param>
    /// <param name="entries">The entries, at least one. Their data are JSON objects without personal data.</param>
    /// <param name="transaction">The host's transaction to take part in, where the store can; <see langword="null"/> for one of the store's own.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>The entries as they stand in the journal.</returns>
    /// <exception cref="ArgumentException">An entry is not well-formed.</exception>
    /// <exception cref="JournalConflictException">The stream's last version is another.</exception>
    public ValueTask<IReadOnlyList<JournalEntry>> RecordAsync(
        string stream, long expectedVersion, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(stream);
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var entry in entries)
        {
            Check(entry);
        }

        return _store.AppendAsync(stream, expectedVersion, _clock.GetCurrentInstant(), entries, transaction, cancellationToken);
    }

    /// <summary>Records one entry in a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version of its last entry; <see cref="JournalStream.AnyVersion"/> for whatever is there.</param>
    /// <param name="entry">The entry. Its data are a JSON object without personal data.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>The entry as it stands in the journal.</returns>
    /// <exception cref="ArgumentException">The entry is not well-formed.</exception>
    /// <exception cref="JournalConflictException">The stream's last version is another.</exception>
    public async ValueTask<JournalEntry> RecordAsync(string stream, long expectedVersion, NewJournalEntry entry, CancellationToken cancellationToken) =>
        (await RecordAsync(stream, expectedVersion, [entry], transaction: null, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Records one entry with a personal payload: the vault keeps the payload, the entry only the commitment to it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version of its last entry; <see cref="JournalStream.AnyVersion"/> for whatever is there.</param>
    /// <param name="entry">The entry. Its data are a JSON object without personal data.</param>
    /// <param name="purpose">The purpose that keeps the payload.</param>
    /// <param name="personal">The payload's content.</param>
    /// <param name="cancellationToken">Cancels between the vault and the journal at the latest.</param>
    /// <returns>The entry as it stands in the journal.</returns>
    /// <remarks>The vault first: an entry never commits to a payload that was not kept. If the entry is refused, its payload is erased again.</remarks>
    /// <exception cref="ArgumentException">The entry is not well-formed.</exception>
    /// <exception cref="JournalConflictException">The stream's last version is another.</exception>
    public async ValueTask<JournalEntry> RecordAsync(
        string stream, long expectedVersion, NewJournalEntry entry, string purpose, ReadOnlyMemory<byte> personal, CancellationToken cancellationToken) =>
        (await RecordAsync(stream, expectedVersion, [new PersonalEntry(entry, purpose, personal)], transaction: null, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Records entries in a stream, all or none, some with a personal payload.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version of its last entry; <see cref="JournalStream.AnyVersion"/> for whatever is there.</param>
    /// <param name="entries">The entries, at least one.</param>
    /// <param name="transaction">The host's transaction to take part in, where the store can; <see langword="null"/> for one of the store's own.</param>
    /// <param name="cancellationToken">Cancels between the vault and the journal at the latest.</param>
    /// <returns>The entries as they stand in the journal.</returns>
    internal async ValueTask<IReadOnlyList<JournalEntry>> RecordAsync(
        string stream, long expectedVersion, IReadOnlyList<PersonalEntry> entries, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(stream);
        var (committed, kept) = (new List<NewJournalEntry>(entries.Count), new List<(string Controller, Digest Commitment)>());
        foreach (var (entry, purpose, personal) in entries)
        {
            Check(entry);
            if (purpose is null)
            {
                committed.Add(entry);
                continue;
            }

            ArgumentException.ThrowIfNullOrWhiteSpace(purpose, nameof(entries));
            var payload = JournalPayload.Create(personal);
            committed.Add(entry with { Payload = payload.Commitment });
            kept.Add((entry.Controller ?? "", payload.Commitment));
            await _vault.PutPayloadAsync(entry.Controller ?? "", entry.Subject, purpose, payload, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await RecordAsync(stream, expectedVersion, committed, transaction, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is JournalConflictException or OperationCanceledException or ArgumentException)
        {
            // Nothing was written. After any other failure nobody knows, and what an entry may commit to is kept.
            foreach (var (controller, commitment) in kept)
            {
                await _vault.ErasePayloadsAsync(controller, [commitment], CancellationToken.None).ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Records entries in many streams, each all or none, some with a personal payload; payloads of one purpose are kept together.</summary>
    /// <param name="appends">What to record where, each stream once, with the version that its last entry must have.</param>
    /// <param name="cancellationToken">Cancels between the vault and the journal at the latest.</param>
    /// <returns>For each stream the entries as they stand in the journal; <see langword="null"/> where its last version is another.</returns>
    internal async ValueTask<IReadOnlyList<IReadOnlyList<JournalEntry>?>> RecordEachAsync(
        IReadOnlyList<(string Stream, long ExpectedVersion, IReadOnlyList<PersonalEntry> Entries)> appends, CancellationToken cancellationToken)
    {
        var kept = new Dictionary<(string Controller, string Purpose), List<(SubjectKey Subject, JournalPayload Payload)>>();
        var committed = new List<StreamAppend>(appends.Count);
        foreach (var (stream, version, entries) in appends)
        {
            committed.Add(new StreamAppend(stream, version, [.. entries.Select(Commit)]));
        }

        foreach (var ((controller, purpose), payloads) in kept)
        {
            await _vault.PutPayloadsAsync(controller, purpose, payloads, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<IReadOnlyList<JournalEntry>?> recorded;
        try
        {
            recorded = await _store.AppendEachAsync(_clock.GetCurrentInstant(), committed, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            await EraseAsync(committed).ConfigureAwait(false);
            throw;
        }

        await EraseAsync(committed.Where((_, i) => recorded[i] is null)).ConfigureAwait(false);
        return recorded;

        NewJournalEntry Commit(PersonalEntry entry)
        {
            Check(entry.Entry);
            if (entry.Purpose is null)
            {
                return entry.Entry;
            }

            var payload = JournalPayload.Create(entry.Personal);
            var key = (entry.Entry.Controller ?? "", entry.Purpose);
            if (!kept.TryGetValue(key, out var payloads))
            {
                kept.Add(key, payloads = []);
            }

            payloads.Add((entry.Entry.Subject!.Value, payload));
            return entry.Entry with { Payload = payload.Commitment };
        }

        async ValueTask EraseAsync(IEnumerable<StreamAppend> refused)
        {
            var payloads = refused.SelectMany(append => append.Entries).Where(entry => entry.Payload is not null);
            foreach (var controller in payloads.GroupBy(entry => entry.Controller ?? "", StringComparer.Ordinal))
            {
                await _vault.ErasePayloadsAsync(controller.Key, [.. controller.Select(entry => entry.Payload!.Value)], CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static void Check(NewJournalEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentException.ThrowIfNullOrWhiteSpace(entry.Type, nameof(entry));
        if (entry.Subject is { } subject && (subject.ToString() is not { Length: >= 1 and <= LongestKey } key || key.AsSpan().ContainsAnyExcept(KeyCharacters)))
        {
            throw new ArgumentException(
                $"The subject of an entry '{entry.Type}' is not a key of the vault's: take it from the vault, never an identifier.", nameof(entry));
        }

        if (!IsJsonObject(entry.Data))
        {
            throw new ArgumentException($"The data of an entry '{entry.Type}' are not a JSON object: write them with a serializer.", nameof(entry));
        }
    }

    private static bool IsJsonObject(string data)
    {
        ArgumentNullException.ThrowIfNull(data);
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(data));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            // Read to the end: what is left half-written throws.
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            // What is wrong with it is no matter, and its text may be personal.
            return false;
        }
    }
}

/// <summary>An entry, and the personal payload that it is to commit to, where it has one.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Purpose">The purpose that keeps the payload; <see langword="null"/> where there is none.</param>
/// <param name="Personal">The payload's content.</param>
internal readonly record struct PersonalEntry(NewJournalEntry Entry, string? Purpose = null, ReadOnlyMemory<byte> Personal = default);
