using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Sources that were restored from a backup, and which of their data sets have not been replayed: until they are, nothing in them is used.</summary>
/// <remarks>
/// A source whose facts reflect an earlier place in the journal than it was known to have reached was restored. Replaying is what happens anyway: the
/// facts are put again, so that restrictions, objections, withdrawals and erasures hold there too, and each data set is swept, so that what had been
/// disposed of goes again. Where the journal was restored with them, the witness alone remembers what was disposed of: see <see cref="WitnessedNames"/>.
/// </remarks>
internal sealed class RestoredSources(IStateStore states, JournalWriter writer, ErasureReplay erasures, BatchesBeside batches, WitnessedNames witnessed)
    : StreamRegister<RestoredSource>("restored-sources", Prefix, RestoredJson.Default.RestoredSource, states)
{
    /// <summary>The items that say how far sources have come, and on what terms.</summary>
    public const string Reached = "source-positions";

    /// <summary>What the streams of sources begin with.</summary>
    public const string Prefix = "restored-source/";

    /// <summary>A source was restored. Data: <see cref="RestoredData"/>.</summary>
    public const string Restored = "source-restored";

    /// <summary>Data sets of it have been replayed. Data: <see cref="RestoredData"/>.</summary>
    public const string Replayed = "source-replayed";

    /// <summary>It is used although it was not replayed to the end. Data: <see cref="RestoredData"/>.</summary>
    public const string Acknowledged = "source-restore-acknowledged";

    private const string Granting = "source-returned-granting";
    private const string Granted = "source-returned-granted";
    private const string Facts = "restored-facts";
    private const string Head = "head";

    private readonly IStateStore _states = states;

    public override IReadOnlyList<string> States => [.. base.States, Facts];

    /// <summary>The position of the last entry that grants erasure of records that came back: a source that reflects less was restored since.</summary>
    public async ValueTask<long> FactsHeadAsync(CancellationToken cancellationToken) =>
        (await _states.ReadAsync(Facts, "", Head, cancellationToken).ConfigureAwait(false))?.Position ?? 0;

    public override async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        var isFolded = await base.FoldAsync(entry, states, cancellationToken).ConfigureAwait(false);
        if (isFolded && entry.Content.Type is (Granting or Granted))
        {
            await states.WriteAsync(new FoldedState(Facts, "", Head, entry.Position, "{}"), cancellationToken).ConfigureAwait(false);
        }

        return isFolded;
    }

    /// <summary>The sources that wait for their replay, by name.</summary>
    public async ValueTask<IReadOnlyList<RestoredSource>> ReadWaitingAsync(CancellationToken cancellationToken)
    {
        var waiting = new List<RestoredSource>();
        await foreach (var source in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (source.Waiting.Count > 0)
            {
                waiting.Add(source);
            }
        }

        return waiting;
    }

    /// <summary>Notices whether a source was restored: it reflects less than it is known to have reflected.</summary>
    /// <param name="source">The source.</param>
    /// <param name="stated">The position that it states; <see langword="null"/> where none was ever stated beside its data.</param>
    /// <param name="isOwn">Whether it is a position of this journal, at which facts had been put.</param>
    /// <param name="areFactsLost">Whether somebody else has changed the facts beside its data. They are put again from the journal; what was granted by record is not there.</param>
    /// <param name="isLook">Whether somebody only looks, perhaps at a copy of a backup beside the data in use.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it was, or has to be looked at as one that was, and nobody had noticed.</returns>
    /// <exception cref="SourceUnavailableException">It was, and somebody only looks: nothing follows of that.</exception>
    public async ValueTask<bool> NoticeAsync(
        IDisposalSource source, long? stated, bool isOwn, bool areFactsLost, bool isLook, CancellationToken cancellationToken)
    {
        var noted = stated ?? 0;

        // Where nobody remembers, because the state was lost, or facts were just being put anew, the evidence shows whether something that was done has come back.
        var remembered = await RememberedAsync(source, cancellationToken).ConfigureAwait(false);
        var isByEvidence = remembered is null or { IsAnew: true } || areFactsLost;
        var own = isOwn && !areFactsLost ? noted : 0;
        var beside = isByEvidence || (noted == 0 && remembered!.Reached > 0)
            ? await batches.ReachAsync(source, own, cancellationToken).ConfigureAwait(false) : default((long Reach, bool HasAny, bool IsShared)?);
        var (done, hasAny) = beside is { } shown ? (shown.Reach, shown.HasAny) : (noted, true);

        // A source that says it reflects nothing, and shows all that was done, is not from before that: somebody was putting all facts anew, or will.
        var isUnderway = stated == 0 && hasAny && done == long.MaxValue;
        if (isByEvidence ? done == long.MaxValue : noted >= remembered!.Reached || isUnderway)
        {
            var isToAskAgain = (areFactsLost || isUnderway) && await FindAsync(source.Name, cancellationToken).ConfigureAwait(false) is { Granted.Count: > 0 };
            if (isToAskAgain)
            {
                await RestoredAsync(source).ConfigureAwait(false);
            }

            return isToAskAgain;
        }

        if (isLook)
        {
            throw new SourceUnavailableException(
                source.Name, "it shows less than was done in it, as a backup does. Where it is the data in use, run first: what was done is done again then.");
        }

        // Before it is said to be noticed: after a crash in between it is noticed again. Also where it was restored once more before it was replayed.
        // A source that says nothing may have been restored from before it said anything, or have lost only that: its evidence shows which.
        // Data that has nothing of this journal's beside it may as well have been moved here: whoever is in it may have come since. So may people have come in another
        // database with the same data sets.
        var isShared = (beside ?? await batches.ReachAsync(source, own, cancellationToken).ConfigureAwait(false)).IsShared;

        // Where there never was a batch and the source says nothing of how far it had come, what people erased by hand may be there again.
        var isUnsaid = done == long.MaxValue && !hasAny;
        await erasures.ReopenAsync(
            source.DataSets, isUnsaid ? noted : done, isKnown: (hasAny || isOwn) && !isShared && !isUnsaid, cancellationToken).ConfigureAwait(false);
        if (await FindAsync(source.Name, cancellationToken).ConfigureAwait(false) is { Granted.Count: 0 } before
            && !source.DataSets.Except(before.Waiting, StringComparer.Ordinal).Any())
        {
            return false;
        }

        await RestoredAsync(source).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes for restored, together with the journal, the sources of whose records the witness remembers more than the vault. Idempotent.</summary>
    /// <exception cref="RestoredElsewhereException">The witness remembers records of data sets of which there is no source: nobody would look for them.</exception>
    public async ValueTask NoticeWholeAsync(IReadOnlyList<IPersonalDataSource> sources, CancellationToken cancellationToken)
    {
        var named = await witnessed.DataSetsAsync(cancellationToken).ConfigureAwait(false);
        string[] here = [.. sources.SelectMany(source => source.DataSets)];
        string[] elsewhere = [.. named.Where(name => !Array.Exists(here, dataSet => witnessed.MayMean(name, dataSet)))];
        if (elsewhere.Length > 0)
        {
            throw new RestoredElsewhereException(elsewhere);
        }

        foreach (var source in sources)
        {
            string[] returned = [.. source.DataSets.Where(dataSet => named.Any(name => witnessed.MayMean(name, dataSet))).Order(StringComparer.Ordinal)];
            if (returned.Length > 0)
            {
                await RestoredAsync(source, returned).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Remembers how far a source has come, and on what terms the facts were put there.</summary>
    /// <param name="source">The source.</param>
    /// <param name="reached">The position.</param>
    /// <param name="terms">What the facts depend on besides the journal.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="isAnew">Whether everything is being put again from the start, so that what the source says meanwhile is not that it was restored.</param>
    public async ValueTask RememberAsync(IDisposalSource source, long reached, string terms, CancellationToken cancellationToken, bool isAnew = false)
    {
        // As an item, not as a state, of which the highest position stands: it may be less than before, or on other terms at the same position.
        var content = JsonSerializer.Serialize(new FactTerms(reached, terms, isAnew), RestoredJson.Default.FactTerms);
        await _states.PutItemAsync(new OpenItem(ItemOf(source), Reached, NodaConstants.UnixEpoch, content), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The terms on which the facts in a source were put; <see langword="null"/> where nobody remembers.</summary>
    public async ValueTask<string?> TermsAsync(IDisposalSource source, CancellationToken cancellationToken) =>
        (await RememberedAsync(source, cancellationToken).ConfigureAwait(false))?.Terms;

    private async ValueTask<FactTerms?> RememberedAsync(IDisposalSource source, CancellationToken cancellationToken)
    {
        await foreach (var item in _states.ReadDueItemsAsync(Reached, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            if (item.Id == ItemOf(source))
            {
                return Terms(item);
            }
        }

        return null;
    }

    private static FactTerms? Terms(OpenItem item)
    {
        try
        {
            return JsonSerializer.Deserialize(item.Content, RestoredJson.Default.FactTerms);
        }
        catch (JsonException)
        {
            // Not written by this library: nobody remembers.
            return null;
        }
    }

    private static string ItemOf(IDisposalSource source) => $"{Reached}/{source.Name}";

    /// <summary>A data set has been swept to its end: it is replayed, unless records are left that had been disposed of, and nobody knows why.</summary>
    public async ValueTask SweptAsync(IDisposalSource source, string dataSet, CancellationToken cancellationToken)
    {
        if (await FindAsync(source.Name, cancellationToken).ConfigureAwait(false) is { } waiting && waiting.Waiting.Contains(dataSet, StringComparer.Ordinal))
        {
            if (waiting.Returned.Contains(dataSet, StringComparer.Ordinal))
            {
                if (source is not IRecallingSource recalling || await witnessed.CountUnknownAsync(dataSet, cancellationToken).ConfigureAwait(false) > 0
                    || (await witnessed.FindAsync(recalling, dataSet, cancellationToken).ConfigureAwait(false)).Count > 0)
                {
                    return;
                }

                await witnessed.KeepAsync(dataSet, cancellationToken).ConfigureAwait(false);
            }

            await writer.RecordAsync(StreamOf(source.Name), JournalStream.AnyVersion, Replayed, Write(new RestoredData(source.Name, [dataSet]))).ConfigureAwait(false);
        }
    }

    /// <summary>Lets a source be used although it was not replayed.</summary>
    public async ValueTask<bool> AcknowledgeAsync(string source, string by, CancellationToken cancellationToken)
    {
        if (await FindAsync(source, cancellationToken).ConfigureAwait(false) is not { Waiting.Count: > 0 } waiting)
        {
            return false;
        }

        await KeepNamesAsync(waiting.Returned, cancellationToken).ConfigureAwait(false);
        await writer.RecordAsync(
            StreamOf(source), JournalStream.AnyVersion, Acknowledged, Write(new RestoredData(source, waiting.Waiting) { By = by })).ConfigureAwait(false);
        return true;
    }

    /// <summary>Says that records which have come back are to go again: before it is put beside them, and after.</summary>
    public async ValueTask GrantAsync(string source, IReadOnlyList<string> dataSets, string by, bool isPut) => await writer.RecordAsync(
        StreamOf(source), JournalStream.AnyVersion, isPut ? Granted : Granting, Write(new RestoredData(source, dataSets) { By = by })).ConfigureAwait(false);

    public override RestoredSource? After(RestoredSource? before, JournalEntry entry)
    {
        var data = EntryData.Read(entry, RestoredJson.Default.RestoredData);
        return entry.Content.Type switch
        {
            Restored => new RestoredSource(data.Source, entry.Content.OccurredAt, data.DataSets)
            {
                Returned = Joined(before?.Returned, before?.Granted, data.Returned),
                Granted = [.. data.Granted ?? []],
                Version = entry.Version,
                StatedAt = entry.Position,
            },
            Replayed or Acknowledged when before is not null => before with
            {
                Version = entry.Version,
                Waiting = [.. before.Waiting.Except(data.DataSets, StringComparer.Ordinal)],
                Returned = [.. before.Returned.Except(data.DataSets, StringComparer.Ordinal)],
                Granted = entry.Content.Type == Acknowledged ? [] : before.Granted,
            },
            Granted when before is not null => before with
            {
                Version = entry.Version,
                Returned = [.. before.Returned.Except(data.DataSets, StringComparer.Ordinal)],
                Granted = Joined(before.Granted, data.DataSets),
            },
            _ => before,
        };
    }

    protected override long StatedAt(RestoredSource state, long position) => state.StatedAt;

    protected override Restatement? Restate(string stream, RestoredSource state) => state is { Waiting.Count: 0, Granted.Count: 0 } ? null : new Restatement(
        stream, state.Version,
        [
            new NewJournalEntry(Restored, state.At, Write(new RestoredData(state.Name, state.Waiting) { Returned = state.Returned, Granted = state.Granted })),
        ]);

    private static string[] Joined(params IEnumerable<IEnumerable<string>?> lists) =>
        [.. lists.SelectMany(list => list ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private async ValueTask RestoredAsync(IPersonalDataSource source, IReadOnlyList<string>? returned = null) => await writer.RecordAsync(
        StreamOf(source.Name), JournalStream.AnyVersion, Restored, Write(new RestoredData(source.Name, source.DataSets) { Returned = returned })).ConfigureAwait(false);

    private async ValueTask KeepNamesAsync(IEnumerable<string> dataSets, CancellationToken cancellationToken)
    {
        foreach (var dataSet in dataSets)
        {
            await witnessed.KeepAsync(dataSet, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Write(RestoredData data) => JsonSerializer.Serialize(data, RestoredJson.Default.RestoredData);
}

/// <summary>A source that was restored from a backup.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="At">When that was noticed.</param>
/// <param name="Waiting">Its data sets that have not been replayed: none of them is used until then.</param>
public sealed record RestoredSource(string Name, Instant At, IReadOnlyList<string> Waiting)
{
    /// <summary>Those of them of which the witness alone remembers records that had been disposed of, because the journal was restored as well. What a sweep does not
    /// take again waits for a decision of people: <see cref="SourceReplay.FindReturnedAsync"/>.</summary>
    public IReadOnlyList<string> Returned { get; init; } = [];

    /// <summary>The data sets of which records that came back were granted to be erased again: where the source is restored once more, they are looked for once
    /// more.</summary>
    [JsonInclude]
    internal IReadOnlyList<string> Granted { get; init; } = [];

    /// <summary>The version of its stream.</summary>
    [JsonInclude]
    internal long Version { get; init; }

    /// <summary>The position of the entry that says that it was restored.</summary>
    [JsonInclude]
    internal long StatedAt { get; init; }
}

/// <summary>How far a source has come, and on what terms facts were put beside its data: where they change, the facts are put again, although nothing has happened to
/// anybody.</summary>
internal sealed record FactTerms(long Reached, string? Terms, bool IsAnew = false);

/// <summary>What an entry says of a restored source.</summary>
internal sealed record RestoredData(string Source, IReadOnlyList<string> DataSets)
{
    /// <summary>The function that acknowledged or granted it.</summary>
    public string? By { get; init; }

    /// <summary>The data sets of which the witness alone remembers records.</summary>
    public IReadOnlyList<string>? Returned { get; init; }

    /// <summary>Those of which records were granted to be erased again before, where the entry says again what an expired one said.</summary>
    public IReadOnlyList<string>? Granted { get; init; }
}

/// <summary>The generated code that reads and writes restored sources.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(InstantJson)])]
[JsonSerializable(typeof(RestoredSource))]
[JsonSerializable(typeof(RestoredData))]
[JsonSerializable(typeof(FactTerms))]
internal sealed partial class RestoredJson : JsonSerializerContext;
