using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <summary>States folded from the journal, one for each stream under a prefix, kept in a fold of the state store under what follows the prefix.</summary>
/// <typeparam name="T">The state of a stream.</typeparam>
internal abstract class StreamRegister<T>(string fold, string prefix, JsonTypeInfo<T> json, IStateStore states) : IJournalFold, IJournalRestater
    where T : class
{
    public virtual IReadOnlyList<string> States => [fold];

    public string StreamOf(string key) => prefix + key;

    /// <summary>The state of a stream, or <see langword="null"/>: one indexed read.</summary>
    public async ValueTask<T?> FindAsync(string key, CancellationToken cancellationToken) =>
        await states.ReadAsync(fold, "", key, cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;

    /// <summary>All states, ordinally by key.</summary>
    public async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(fold, cancellationToken).ConfigureAwait(false))
        {
            yield return Read(state);
        }
    }

    /// <inheritdoc/>
    public virtual async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!entry.Stream.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var key = entry.Stream[prefix.Length..];
        if (After(await FindAsync(key, cancellationToken).ConfigureAwait(false), entry) is { } after)
        {
            await states.WriteAsync(new FoldedState(fold, "", key, entry.Position, JsonSerializer.Serialize(after, json)), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(fold, cancellationToken).ConfigureAwait(false))
        {
            var known = Read(state);
            if (StatedAt(known, state.Position) <= position && Restate(StreamOf(state.Key), known) is { } restatement)
            {
                yield return restatement;
            }
        }
    }

    /// <summary>A state after one more entry of its stream; <see langword="null"/> where nothing is known of it.</summary>
    public abstract T? After(T? before, JournalEntry entry);

    /// <summary>The position of the entry without which a state cannot be folded again: where each entry says everything, the last.</summary>
    protected virtual long StatedAt(T state, long position) => position;

    /// <summary>An entry that says the state anew; <see langword="null"/> where it need not be known any more.</summary>
    protected abstract Restatement? Restate(string stream, T state);

    private T Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, json)!;
}
