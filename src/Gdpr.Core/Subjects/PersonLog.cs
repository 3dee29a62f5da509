using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Subjects;

/// <summary>What happened to each of many people, folded from entries that may name many at once.</summary>
/// <remarks>Putting something into a person's state is the same in any order and however often it is done: so what is restated, and what it was restated from, may both
/// be folded, and a restatement needs no version of a stream that it would have to wait for.</remarks>
/// <typeparam name="T">What is kept of a person.</typeparam>
internal abstract class PersonLog<T>(
    string fold, string prefix, string restated, JsonTypeInfo<T> json, IStateStore states, SubjectRegister people) : IJournalFold, IJournalRestater
    where T : PersonLogState
{
    /// <summary>Carries on a payload when the entry that committed to it expired.</summary>
    private readonly string _payloadRestated = restated + "-payload";

    public IReadOnlyList<string> States => [fold];

    /// <summary>The types of the entries that only repeat what is known of a person.</summary>
    public IReadOnlyList<string> Repeating => [restated, _payloadRestated];

    /// <summary>Nothing is known.</summary>
    protected abstract T None { get; }

    /// <summary>A person's state, as the state store has it.</summary>
    public async ValueTask<T> ReadAsync(DataSubject subject, CancellationToken cancellationToken) =>
        await states.ReadAsync(fold, subject.Controller, subject.Key.ToString(), cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : None;

    /// <summary>Everybody of whom something is known.</summary>
    public async IAsyncEnumerable<(DataSubject Subject, T State)> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(fold, cancellationToken).ConfigureAwait(false))
        {
            yield return (new DataSubject(state.Controller, new SubjectKey(state.Key)), Read(state));
        }
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!entry.Stream.StartsWith(prefix, StringComparison.Ordinal) || entry.Content.Controller is not { } controller)
        {
            return false;
        }

        if (entry.Content.Type == restated)
        {
            var stated = EntryData.Read(entry, json);
            var key = entry.Content.Subject!.Value.ToString();
            await ChangeAsync(controller, key, entry.Position, before => Restate(before, stated, entry.Position), cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (ChangeOf(entry) is not var (subjects, change))
        {
            return false;
        }

        foreach (var subject in subjects)
        {
            await ChangeAsync(controller, subject, entry.Position, before => Noted(change(before), entry.Position), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <inheritdoc/>
    /// <remarks>Of somebody whom nobody can find any more nothing is said again: nobody can ask for it, nor be told of.</remarks>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (subject, state) in ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            var isUnstated = state.UnstatedFrom > 0 && state.UnstatedFrom <= position;
            var isExpiring = state.StatedAt > 0 && state.StatedAt <= position;
            if ((!isUnstated && !isExpiring) || (await people.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).IsForgotten)
            {
                continue;
            }

            var holding = await StillAsync(subject, state, cancellationToken).ConfigureAwait(false);
            var stated = holding with { StatedUpTo = Math.Max(state.LastAt, state.StatedUpTo), StatedAt = 0, UnstatedFrom = 0 };
            yield return new Restatement($"{prefix}of/{subject.Controller}/{subject.Key}", JournalStream.AnyVersion,
            [
                Restated(restated, JsonSerializer.Serialize(stated, json), null),
                .. PayloadsOf(holding).Distinct(StringComparer.Ordinal).Select(payload => Restated(_payloadRestated, "{}", payload)),
            ]);

            NewJournalEntry Restated(string type, string data, string? payload) => new(type, LastOf(state), data)
            {
                Controller = subject.Controller,
                Subject = subject.Key,
                Payload = payload is null ? null : Digest.Parse(payload),
            };
        }
    }

    /// <summary>Whom an entry is about, by key, and what follows from it for each; <see langword="null"/> where nothing does.</summary>
    protected abstract (IReadOnlyList<string> Subjects, Func<T, T> Change)? ChangeOf(JournalEntry entry);

    /// <summary>What is known, and what was said again, put together.</summary>
    protected abstract T Join(T one, T other);

    /// <summary>The commitments to the payloads that live as long as the state.</summary>
    protected abstract IEnumerable<string> PayloadsOf(T state);

    /// <summary>When the last of it happened.</summary>
    protected abstract Instant LastOf(T state);

    /// <summary>What of a person's state still holds when it is about to be said again.</summary>
    protected virtual ValueTask<T> StillAsync(DataSubject subject, T state, CancellationToken cancellationToken) => ValueTask.FromResult(state);

    /// <summary>Called before a person's state is written: what waits for its time is put up first.</summary>
    protected virtual ValueTask BeforeWriteAsync(DataSubject subject, T state, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private static T Noted(T after, long position) => after with { LastAt = position, UnstatedFrom = after.UnstatedFrom == 0 ? position : after.UnstatedFrom };

    private T Restate(T before, T stated, long position) => Join(before, stated) with
    {
        StatedAt = position,
        StatedUpTo = stated.StatedUpTo,
        LastAt = Math.Max(before.LastAt, stated.LastAt),
        UnstatedFrom = before.LastAt > stated.StatedUpTo ? stated.StatedUpTo + 1 : 0,
    };

    private async ValueTask ChangeAsync(string controller, string key, long position, Func<T, T> change, CancellationToken cancellationToken)
    {
        var state = await states.ReadAsync(fold, controller, key, cancellationToken).ConfigureAwait(false);
        if (state?.Position >= position)
        {
            return;
        }

        var after = change(state is null ? None : Read(state));
        await BeforeWriteAsync(new DataSubject(controller, new SubjectKey(key)), after, cancellationToken).ConfigureAwait(false);
        await states.WriteAsync(new FoldedState(fold, controller, key, position, JsonSerializer.Serialize(after, json)), cancellationToken).ConfigureAwait(false);
    }

    private T Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, json)!;
}

/// <summary>What is kept of a person, and how much of it has been restated.</summary>
internal abstract record PersonLogState
{
    /// <summary>The position of the last restatement; 0 without one.</summary>
    public long StatedAt { get; init; }

    /// <summary>Up to where in the journal the last restatement says everything.</summary>
    public long StatedUpTo { get; init; }

    /// <summary>The position of the first entry that no restatement covers; 0 where there is none.</summary>
    public long UnstatedFrom { get; init; }

    /// <summary>The position of the last entry that is no restatement.</summary>
    public long LastAt { get; init; }
}
