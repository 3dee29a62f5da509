using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Processing;

/// <summary>The assessments of new purposes, folded from the journal: one stream per controller and pair of purposes.</summary>
internal sealed class CompatibilityRegister(IStateStore states) : IJournalFold, IJournalRestater
{
    public const string Proposed = "compatibility-proposed";
    public const string Decided = "compatibility-decided";
    public const string NoticeGiven = "compatibility-notice-given";

    private const string Fold = "compatibility";
    private const string Prefix = "compatibility/";

    public IReadOnlyList<string> States => [Fold];

    public static string StreamOf(string controller, string from, string to) => $"{Prefix}{controller}/{KeyOf(from, to)}";

    public async ValueTask<CompatibilityState?> FindAsync(string controller, string from, string to, CancellationToken cancellationToken) =>
        await states.ReadAsync(Fold, controller, KeyOf(from, to), cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;

    public async IAsyncEnumerable<CompatibilityState> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            yield return Read(state);
        }
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!entry.Stream.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var after = After(entry);
        await states.WriteAsync(
            new FoldedState(Fold, after.Controller, KeyOf(after.From, after.To), entry.Position, JsonSerializer.Serialize(after, CompatibilityJson.Default.CompatibilityState)),
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>An assessment after an entry of its stream: each says everything.</summary>
    public static CompatibilityState After(JournalEntry entry) => JsonSerializer.Deserialize(entry.Content.Data, CompatibilityJson.Default.CompatibilityState)! with
    {
        Version = entry.Version,
        OccurredAt = entry.Content.OccurredAt,
        Factors = entry.Content.Payload?.ToString(),
    };

    public static NewJournalEntry EntryOf(string type, CompatibilityState state) =>
        new(type, state.OccurredAt, JsonSerializer.Serialize(state, CompatibilityJson.Default.CompatibilityState))
        {
            Controller = state.Controller,
            Payload = state.Factors is { } factors ? Digest.Parse(factors) : null,
        };

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            if (state.Position <= position && Read(state) is var known)
            {
                yield return new Restatement(StreamOf(known.Controller, known.From, known.To), known.Version, [EntryOf(Decided, known)]);
            }
        }
    }

    private static string KeyOf(string from, string to) => $"{from}/{to}";

    private static CompatibilityState Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, CompatibilityJson.Default.CompatibilityState)!;
}
