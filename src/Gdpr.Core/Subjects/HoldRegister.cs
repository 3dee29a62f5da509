using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using NodaTime.Text;

namespace Gdpr.Subjects;

/// <summary>The holds, folded from the journal. Which are open, and the position up to which facts beside the data must reflect them, is sealed: an open hold whose state
/// is gone is missed, and read from its own stream.</summary>
internal sealed class HoldRegister(IStateStore states, IJournalStore journal) : ISealedFold, IJournalRestater
{
    private const string Holds = "holds";

    private readonly ConcurrentDictionary<string, string> _journalled = new(StringComparer.Ordinal);
    private volatile HoldSeal _seal = HoldSeal.None;
    private volatile HoldSeal _published = HoldSeal.None;

    public IReadOnlyList<string> States => [Holds];

    public string SealName => Holds;

    public string SealText => JsonSerializer.Serialize(_seal, HoldJson.Default.HoldSeal);

    /// <summary>The position in the journal that the facts beside the data must reflect, as far as it was folded; 0 where none ever were.</summary>
    public ValueTask<long> FactsHeadAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<long>(cancellationToken) : ValueTask.FromResult(_published.Facts);

    public void GoOnFrom(string? sealText) =>
        _seal = sealText is null ? HoldSeal.None : JsonSerializer.Deserialize(sealText, HoldJson.Default.HoldSeal)!;

    public void Note(JournalEntry entry) => _seal = HoldEntries.IsOf(entry.Stream) ? _seal.With(IdOf(entry.Stream), entry) : _seal;

    public void Publish() => _published = _seal;

    /// <summary>A hold, or <see langword="null"/>.</summary>
    public async ValueTask<HoldState?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var version = _published.VersionOf(id);
        var hold = await states.ReadAsync(Holds, "", id, cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;
        return version > (hold?.Version ?? 0) ? await RecoverAsync(id, cancellationToken).ConfigureAwait(false) : hold;
    }

    /// <summary>A hold after one more entry of its stream. An entry that is not as it was written does not let go of it.</summary>
    public static HoldState? After(HoldState? before, JournalEntry entry) => Next(before, entry) ?? before;

    /// <summary>Whether a hold is what the journal says it is. What lets go of it must be there as it was written; of a hold whose entries have expired only the
    /// end of its stream is left to tell. What an entry says that has been changed is no better than the state: folding it anew would lose what is known.</summary>
    public async ValueTask<bool> IsJournalledAsync(HoldState hold, CancellationToken cancellationToken)
    {
        var text = TextOf(hold);
        if (_journalled.GetValueOrDefault(hold.Placing.Id) == text)
        {
            return true;
        }

        var (stream, journalled, isChanged) = (HoldEntries.StreamOf(hold.Placing.Id), (HoldState?)null, false);
        await foreach (var entry in journal.ReadStreamAsync(stream, 0, cancellationToken).ConfigureAwait(false))
        {
            // The states may not have come as far as the stream.
            if (entry.Version > hold.Version)
            {
                continue;
            }

            isChanged |= !JournalHash.IsRight(entry);
            try
            {
                journalled = After(journalled, entry);
            }
            catch (Exception exception) when (isChanged && exception is JsonException or StoreException)
            {
                journalled = hold with { Phase = HoldPhase.Placing, FactsPosition = entry.Position, Version = entry.Version };
            }
        }

        var isJournalled = journalled is not null
            ? TextOf(journalled) == text
                || (isChanged && journalled.Phase == hold.Phase && journalled.Version == hold.Version && journalled.FactsPosition == hold.FactsPosition)
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
        // What is open first: one that is folded meanwhile has its state by then. Another node may be folding everything anew: a state that has not come as far as
        // what is sealed is not relied upon.
        var open = _published.Open;
        var holds = new Dictionary<string, HoldState>(StringComparer.Ordinal);
        await foreach (var state in states.ReadFoldAsync(Holds, cancellationToken).ConfigureAwait(false))
        {
            if (Read(state) is { } hold)
            {
                holds[hold.Placing.Id] = hold;
            }
        }

        foreach (var (id, _) in open.Where(one => !holds.TryGetValue(one.Id, out var hold) || hold.Version < one.Version))
        {
            holds[id] = await RecoverAsync(id, cancellationToken).ConfigureAwait(false) ?? throw new StatesDifferException();
        }

        return [.. holds.Values.OrderBy(hold => hold.FactsPosition)];
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!HoldEntries.IsOf(entry.Stream))
        {
            return false;
        }

        var id = IdOf(entry.Stream);
        var before = await states.ReadAsync(Holds, "", id, cancellationToken).ConfigureAwait(false);
        if (before is not null && before.Position >= entry.Position)
        {
            return true;
        }

        var known = before is null ? null : Read(before) ?? (await ReadStreamAsync(id, cancellationToken).ConfigureAwait(false)).Hold;
        if (Next(known, entry) is not { } after)
        {
            return true;
        }

        await states.WriteAsync(new FoldedState(Holds, "", id, entry.Position, TextOf(after)), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Whoever asks has caught the folds up: what is open is all there is. Each as the journal has it, since a state may have been changed.
        foreach (var (id, _) in _published.Open)
        {
            var hold = (await ReadStreamAsync(id, cancellationToken).ConfigureAwait(false)).Hold ?? throw new StatesDifferException();
            if (hold.IsOver || hold.StatedAt > position)
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

    /// <summary>An open hold whose state is gone, from its own stream. The state is put back.</summary>
    private async ValueTask<HoldState?> RecoverAsync(string id, CancellationToken cancellationToken)
    {
        var (hold, position) = await ReadStreamAsync(id, cancellationToken).ConfigureAwait(false);
        if (hold is not null)
        {
            await states.WriteAsync(new FoldedState(Holds, "", id, position, TextOf(hold)), cancellationToken).ConfigureAwait(false);
        }

        return hold;
    }

    /// <summary>A hold as its stream has it, and the position of the stream's last entry.</summary>
    private async ValueTask<(HoldState? Hold, long Position)> ReadStreamAsync(string id, CancellationToken cancellationToken)
    {
        var (hold, position) = ((HoldState?)null, 0L);
        await foreach (var entry in journal.ReadStreamAsync(HoldEntries.StreamOf(id), 0, cancellationToken).ConfigureAwait(false))
        {
            (hold, position) = (After(hold, entry), entry.Position);
        }

        return (hold, position);
    }

    private static string IdOf(string stream) => stream[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static HoldState? Next(HoldState? before, JournalEntry entry)
    {
        var (content, position, version) = (entry.Content, entry.Position, entry.Version);
        return content.Type switch
        {
            HoldEntries.Placing => new HoldState(
                JsonSerializer.Deserialize(content.Data, HoldJson.Default.HoldPlacing)! with { Id = IdOf(entry.Stream) }, HoldPhase.Placing, position, version,
                content.Payload?.ToString() ?? "", content.Controller ?? "", position, InstantPattern.ExtendedIso.Format(content.OccurredAt)),
            HoldEntries.Restated => EntryData.Read(entry, HoldJson.Default.HoldState) with { Version = version, StatedAt = position },
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

    /// <summary>A hold as its state says; <see langword="null"/> where it is not one that this library wrote.</summary>
    private static HoldState? Read(FoldedState state)
    {
        try
        {
            return JsonSerializer.Deserialize(state.Content, HoldJson.Default.HoldState) is { Placing.Id: not null } hold ? hold : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What is sealed of holds.</summary>
/// <param name="Facts">The position of the last entry that changes what stands beside the data.</param>
/// <param name="Open">The holds that have neither been refused nor released, in the order in which they were placed.</param>
internal sealed record HoldSeal(long Facts, IReadOnlyList<OpenHold> Open)
{
    public static HoldSeal None { get; } = new(0, []);

    /// <summary>How far the stream of an open hold has come; 0 of any other.</summary>
    public long VersionOf(string id) => Open.FirstOrDefault(open => open.Id == id)?.Version ?? 0;

    /// <summary>The same after one more entry of a hold's stream. An entry that is not as it was written closes nothing.</summary>
    public HoldSeal With(string id, JournalEntry entry) => entry.Content.Type switch
    {
        HoldEntries.Placing => Opened(id, entry.Version, entry.Position),
        HoldEntries.Restated when JsonSerializer.Deserialize(entry.Content.Data, HoldJson.Default.HoldState) is { IsOver: false } hold =>
            Opened(id, entry.Version, hold.FactsPosition),
        HoldEntries.Releasing when JournalHash.IsRight(entry) => Seen(id, entry.Version) with { Facts = Math.Max(Facts, entry.Position) },
        HoldEntries.Refused or HoldEntries.Released when JournalHash.IsRight(entry) => this with { Open = [.. Open.Where(open => open.Id != id)] },
        HoldEntries.Placed or HoldEntries.Releasing or HoldEntries.Refused or HoldEntries.Released => Seen(id, entry.Version),
        _ => this,
    };

    private HoldSeal Opened(string id, long version, long facts) =>
        (VersionOf(id) > 0 ? Seen(id, version) : this with { Open = [.. Open, new OpenHold(id, version)] }) with { Facts = Math.Max(Facts, facts) };

    private HoldSeal Seen(string id, long version) => this with { Open = [.. Open.Select(open => open.Id == id ? open with { Version = version } : open)] };
}

/// <param name="Id">The hold's id.</param>
/// <param name="Version">How far its stream has come.</param>
internal sealed record OpenHold(string Id, long Version);
