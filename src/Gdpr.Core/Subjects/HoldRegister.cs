using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using NodaTime.Text;

namespace Gdpr.Subjects;

/// <summary>The holds, folded from the journal, and the position up to which facts beside the data must reflect it.</summary>
internal sealed class HoldRegister(IStateStore states, IJournalStore journal) : IJournalFold, IJournalRestater
{
    private const string Holds = "holds";
    private const string Facts = "facts";
    private const string Head = "head";

    private readonly ConcurrentDictionary<string, string> _journalled = new(StringComparer.Ordinal);

    public IReadOnlyList<string> States => [Holds, Facts];

    /// <summary>The position in the journal that the facts beside the data must reflect; 0 where none ever were.</summary>
    public async ValueTask<long> FactsHeadAsync(CancellationToken cancellationToken) =>
        (await states.ReadAsync(Facts, "", Head, cancellationToken).ConfigureAwait(false))?.Position ?? 0;

    /// <summary>A hold, or <see langword="null"/>.</summary>
    public async ValueTask<HoldState?> FindAsync(string id, CancellationToken cancellationToken) =>
        await states.ReadAsync(Holds, "", id, cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;

    /// <summary>A hold after one more entry of its stream. An entry that is not as it was written does not let go of it.</summary>
    public static HoldState? After(HoldState? before, JournalEntry entry) => Next(before, entry) ?? before;

    /// <summary>Whether a hold is what the journal says it is. What lets go of it must be there as it was written; of a hold whose entries have expired only the
    /// end of its stream is left to tell.</summary>
    public async ValueTask<bool> IsJournalledAsync(HoldState hold, CancellationToken cancellationToken)
    {
        var text = TextOf(hold);
        if (_journalled.GetValueOrDefault(hold.Placing.Id) == text)
        {
            return true;
        }

        var (stream, journalled) = (HoldEntries.StreamOf(hold.Placing.Id), (HoldState?)null);
        await foreach (var entry in journal.ReadStreamAsync(stream, 0, cancellationToken).ConfigureAwait(false))
        {
            // The states may not have come as far as the stream.
            journalled = entry.Version <= hold.Version ? After(journalled, entry) : journalled;
        }

        var isJournalled = journalled is not null
            ? TextOf(journalled) == text
            : await journal.ReadHeadAsync(stream, cancellationToken).ConfigureAwait(false) is { } head && head.Version == hold.Version;
        if (isJournalled)
        {
            _journalled[hold.Placing.Id] = text;
        }

        return isJournalled;
    }

    /// <summary>All holds, in the order of what they last changed beside the data.</summary>
    public async ValueTask<IReadOnlyList<HoldState>> ReadAsync(CancellationToken cancellationToken)
    {
        var holds = new List<HoldState>();
        await foreach (var state in states.ReadFoldAsync(Holds, cancellationToken).ConfigureAwait(false))
        {
            holds.Add(Read(state));
        }

        return [.. holds.OrderBy(hold => hold.FactsPosition)];
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!HoldEntries.IsOf(entry.Stream))
        {
            return false;
        }

        var id = entry.Stream[(entry.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var before = await states.ReadAsync(Holds, "", id, cancellationToken).ConfigureAwait(false);
        if (before is not null && before.Position >= entry.Position)
        {
            return true;
        }

        if (Next(before is null ? null : Read(before), entry) is not { } after)
        {
            return true;
        }

        // The head first: a state that is there is not folded again.
        await states.WriteAsync(new FoldedState(Facts, "", Head, after.FactsPosition, "{}"), cancellationToken).ConfigureAwait(false);
        await states.WriteAsync(new FoldedState(Holds, "", id, entry.Position, TextOf(after)), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Whoever asks has caught the folds up: a state that is behind would forget what still holds.
        foreach (var hold in await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (hold.Phase is HoldPhase.Refused or HoldPhase.Released || hold.StatedAt > position)
            {
                continue;
            }

            yield return new Restatement(HoldEntries.StreamOf(hold.Placing.Id), hold.Version,
            [
                new NewJournalEntry(
                    HoldEntries.Restated, InstantPattern.ExtendedIso.Parse(hold.OccurredAt).Value, JsonSerializer.Serialize(hold, HoldJson.Default.HoldState))
                {
                    Controller = hold.Controller.Length > 0 ? hold.Controller : null,
                    Payload = hold.Payload.Length > 0 ? Digest.Parse(hold.Payload) : null,
                },
            ]);
        }
    }

    private static HoldState? Next(HoldState? before, JournalEntry entry)
    {
        var (content, position, version) = (entry.Content, entry.Position, entry.Version);
        return content.Type switch
        {
            HoldEntries.Placing => new HoldState(
                JsonSerializer.Deserialize(content.Data, HoldJson.Default.HoldPlacing)!, HoldPhase.Placing, position, version,
                content.Payload?.ToString() ?? "", content.Controller ?? "", position, InstantPattern.ExtendedIso.Format(content.OccurredAt)),
            HoldEntries.Restated => JsonSerializer.Deserialize(content.Data, HoldJson.Default.HoldState)! with { Version = version, StatedAt = position },
            HoldEntries.Refused or HoldEntries.Releasing or HoldEntries.Released when !JournalHash.IsRight(entry) =>
                before is null ? null : before with { Version = version },
            HoldEntries.Placed => before is null ? null : before with { Phase = HoldPhase.Placed, Version = version },
            HoldEntries.Refused => before is null ? null : before with { Phase = HoldPhase.Refused, Version = version },
            HoldEntries.Releasing => before is null ? null : before with { Phase = HoldPhase.Releasing, FactsPosition = position, Version = version },
            HoldEntries.Released => before is null ? null : before with { Phase = HoldPhase.Released, Version = version },
            _ => null,
        };
    }

    private static string TextOf(HoldState hold) => JsonSerializer.Serialize(hold, HoldJson.Default.HoldState);

    private static HoldState Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, HoldJson.Default.HoldState)!;
}
