using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>Records of breaches: decided from the latest state, appended, folded, and their tasks settled.</summary>
internal sealed class BreachCommands(
    Journal journal, IJournalStore store, ISubjectVault vault, BreachFold fold, JournalFolds folds, BreachTasks tasks, SubjectCommands subjects, IClock clock)
{
    private const string Purpose = "breach-register";
    private const int Attempts = 50;
    private const int PeoplePerEntry = 500;

    public Instant Now => clock.GetCurrentInstant();

    public string NewId() => Guid.CreateVersion7(Now.ToDateTimeOffset()).ToString("N");

    /// <summary>What looks at the texts of callers before anything is written.</summary>
    public InputTexts Texts => journal.Texts;

    public async Task<BreachState> BeginAsync(RecordedData data, string controller, BreachText text, CancellationToken cancellationToken)
    {
        text.Check(Texts);
        var entry = EntryOf(BreachEntries.Recorded, Now, controller, data, BreachJson.Default.RecordedData);
        await journal.RecordAsync(BreachEntries.StreamOf(data.Id), 0, [With(entry, text)], null, cancellationToken).ConfigureAwait(false);
        return await AfterwardsAsync(data.Id).ConfigureAwait(false);
    }

    /// <summary>Records one step of a breach that is open.</summary>
    /// <param name="id">The breach.</param>
    /// <param name="at">When it happened; <see langword="null"/> for now.</param>
    /// <param name="problem">What forbids it, seen from the latest state.</param>
    /// <param name="type">The type of the entry.</param>
    /// <param name="data">Its clear content.</param>
    /// <param name="json">How that is written.</param>
    /// <param name="text">What is told in words.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    public Task<BreachState> ChangeAsync<T>(
        string id, Instant? at, Func<BreachState, string?> problem, string type, T data, JsonTypeInfo<T> json, BreachText? text, CancellationToken cancellationToken) =>
        ChangeAsync(id, at, state => (problem(state), data), type, json, text, cancellationToken);

    /// <inheritdoc cref="ChangeAsync{T}(string, Instant?, Func{BreachState, string?}, string, T, JsonTypeInfo{T}, BreachText?, CancellationToken)"/>
    public Task<BreachState> ChangeAsync<T>(
        string id, Instant? at, Func<BreachState, (string? Problem, T Data)> decide, string type, JsonTypeInfo<T> json, BreachText? text,
        CancellationToken cancellationToken)
    {
        text?.Check(Texts);
        return RecordAsync(id, state =>
        {
            var when = at ?? Now;
            var (problem, data) = decide(state);
            Refuse(state.IsOpen ? null : "It is closed: open it again first.", problem, when > Now ? "It lies in the future: record it when it has happened." : null);
            return [With(EntryOf(type, when, state.Controller, data, json), text)];
        }, cancellationToken);
    }

    /// <summary>Closes a breach that makes nothing due any more, as it is when that is recorded.</summary>
    public Task<BreachState> CloseAsync(string id, string by, CancellationToken cancellationToken) => RecordAsync(
        id,
        async state =>
        {
            await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            var open = (await tasks.DutiesAsync(state, cancellationToken).ConfigureAwait(false)).Where(duty => duty.IsOpen).Select(duty => duty.Key).ToArray();
            Refuse(
                state.IsOpen ? null : "It is closed: open it again first.",
                open.Length == 0 ? null : $"It has not been dealt with: {string.Join(", ", open)} must be done first.");
            return [new PersonalEntry(EntryOf(BreachEntries.Closed, Now, state.Controller, new ByData(by), BreachJson.Default.ByData))];
        },
        cancellationToken);

    public Task<BreachState> ReopenAsync(string id, string reasons, string by, CancellationToken cancellationToken)
    {
        var text = new BreachText { Reasons = reasons };
        text.Check(Texts);
        return RecordAsync(id, state =>
        {
            Refuse(state.IsOpen ? "It is open." : null, string.IsNullOrWhiteSpace(reasons) ? "It is opened again without reasons: state them." : null);
            return [With(EntryOf(BreachEntries.Reopened, Now, state.Controller, new ByData(by), BreachJson.Default.ByData), text)];
        }, cancellationToken);
    }

    public Task<BreachState> AddPeopleAsync(
        string id, IEnumerable<DataSubject> people, Instant? at, string type, PeopleData data, Func<BreachState, string?> problem, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(people);
        DataSubject[] all = [.. people.Distinct()];
        var areKept = false;
        return RecordAsync(
            id,
            async state =>
            {
                var when = at ?? Now;
                Refuse(
                    state.IsOpen ? null : "It is closed: open it again first.", problem(state),
                    when > Now ? "It lies in the future: record it when it has happened." : null,
                    all.Any(one => one.Controller != state.Controller)
                        ? $"Somebody named is not known to '{state.Controller}', whose breach it is: name people of that organisation." : null);
                if (!areKept)
                {
                    // Once is enough, however often it is decided again: nobody is forgotten within a day of the look that found them needless.
                    await subjects.KeepAsync(all, cancellationToken).ConfigureAwait(false);
                    areKept = true;
                }

                return
                [
                    .. all.Select(one => one.Key.ToString()).Order(StringComparer.Ordinal).Chunk(PeoplePerEntry).Select(some => new PersonalEntry(
                        EntryOf(type, when, state.Controller, data with { Subjects = some }, BreachJson.Default.PeopleData))),
                ];
            },
            cancellationToken);
    }

    public async ValueTask<BreachState> ReadLatestAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        var state = await fold.FindAsync(id, cancellationToken).ConfigureAwait(false);
        await foreach (var entry in store.ReadStreamAsync(BreachEntries.StreamOf(id), state?.Version ?? 0, cancellationToken).ConfigureAwait(false))
        {
            state = BreachFold.After(state, entry);
        }

        return state ?? throw new UnknownBreachException(id);
    }

    public async Task<IReadOnlyList<DatedBreachText>> ReadTextsAsync(string id, CancellationToken cancellationToken)
    {
        var breach = await ReadLatestAsync(id, cancellationToken).ConfigureAwait(false);
        var texts = new List<DatedBreachText>();
        foreach (var reference in breach.Texts)
        {
            var stored = await vault.ReadPayloadAsync(breach.Controller, Digest.Parse(reference.Commitment), cancellationToken).ConfigureAwait(false);
            texts.Add(new DatedBreachText(
                reference.Type, reference.At, stored is null ? null : JsonSerializer.Deserialize(stored.Content.Span, BreachJson.Default.BreachText)));
        }

        return texts;
    }

    private Task<BreachState> RecordAsync(string id, Func<BreachState, IReadOnlyList<PersonalEntry>> decide, CancellationToken cancellationToken) =>
        RecordAsync(id, state => ValueTask.FromResult(decide(state)), cancellationToken);

    private async Task<BreachState> RecordAsync(string id, Func<BreachState, ValueTask<IReadOnlyList<PersonalEntry>>> decide, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var state = await ReadLatestAsync(id, cancellationToken).ConfigureAwait(false);
            var entries = await decide(state).ConfigureAwait(false);
            if (entries.Count == 0)
            {
                return state;
            }

            try
            {
                await journal.RecordAsync(BreachEntries.StreamOf(id), state.Version, entries, null, cancellationToken).ConfigureAwait(false);
                return await AfterwardsAsync(id).ConfigureAwait(false);
            }
            catch (JournalConflictException) when (attempt < Attempts)
            {
                // Somebody else has recorded something of it: decide again, from what they left.
            }
        }
    }

    /// <summary>It is journalled: the tasks follow, whoever has stopped waiting. What a crash leaves undone the pump completes.</summary>
    private async Task<BreachState> AfterwardsAsync(string id)
    {
        await folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        var state = await ReadLatestAsync(id, CancellationToken.None).ConfigureAwait(false);
        await tasks.SettleAsync(state, CancellationToken.None).ConfigureAwait(false);
        return state;
    }

    private static void Refuse(params ReadOnlySpan<string?> problems)
    {
        var found = new List<string>();
        foreach (var problem in problems)
        {
            if (problem is not null)
            {
                found.Add(problem);
            }
        }

        if (found.Count > 0)
        {
            throw new InvalidBreachException(found);
        }
    }

    private static NewJournalEntry EntryOf<T>(string type, Instant at, string controller, T data, JsonTypeInfo<T> json) =>
        new(type, at, JsonSerializer.Serialize(data, json)) { Controller = controller.Length > 0 ? controller : null };

    private static PersonalEntry With(NewJournalEntry entry, BreachText? text) => text is null
        ? new PersonalEntry(entry) : new PersonalEntry(entry, Purpose, JsonSerializer.SerializeToUtf8Bytes(text, BreachJson.Default.BreachText));
}
