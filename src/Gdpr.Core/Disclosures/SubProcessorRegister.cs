using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Disclosures;

/// <summary>The changes of sub-processors, folded from the journal: one stream each.</summary>
internal sealed class SubProcessorRegister(IStateStore states) : IJournalFold, IJournalRestater
{
    public const string Announced = "sub-processor-announced";
    public const string Decided = "sub-processor-decided";

    private const string Fold = "sub-processors";
    private const string Prefix = "sub-processor/";

    public IReadOnlyList<string> States => [Fold];

    public static string StreamOf(string id) => Prefix + id;

    public async ValueTask<SubProcessorChange?> FindAsync(string id, CancellationToken cancellationToken) =>
        await states.ReadAsync(Fold, "", id, cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;

    public async IAsyncEnumerable<SubProcessorChange> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
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

        var before = await FindAsync(entry.Stream[Prefix.Length..], cancellationToken).ConfigureAwait(false);
        if (After(before, entry) is { } after)
        {
            await states.WriteAsync(
                new FoldedState(Fold, "", after.Id, entry.Position, JsonSerializer.Serialize(after, SubProcessorJson.Default.SubProcessorChange)), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            if (state.Position <= position && Read(state) is var change)
            {
                yield return new Restatement(StreamOf(change.Id), change.Version, [new NewJournalEntry(Announced, change.GivenAt, state.Content)]);
            }
        }
    }

    private static SubProcessorChange? After(SubProcessorChange? before, JournalEntry entry)
    {
        switch (entry.Content.Type)
        {
            case Announced:
                return JsonSerializer.Deserialize(entry.Content.Data, SubProcessorJson.Default.SubProcessorChange)! with { Version = entry.Version };
            case Decided when before is not null:
                var step = JsonSerializer.Deserialize(entry.Content.Data, SubProcessorJson.Default.SubProcessorStep)!;
                return before with
                {
                    Version = entry.Version,
                    Decision = step.Decision,
                    DecidedBy = step.By,
                    DecidedAt = entry.Content.OccurredAt,
                    Reason = step.Reason,
                };
            default:
                return before;
        }
    }

    private static SubProcessorChange Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, SubProcessorJson.Default.SubProcessorChange)!;
}
