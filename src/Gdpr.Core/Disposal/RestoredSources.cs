using System.Runtime.CompilerServices;
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
/// disposed of goes again.
/// </remarks>
internal sealed class RestoredSources(IStateStore states, JournalWriter writer, ErasureReplay erasures) : IJournalFold, IJournalRestater
{
    private const string Fold = "restored-sources";
    private const string Reached = "source-positions";
    private const string Prefix = "restored-source/";
    private const string Restored = "source-restored";
    private const string Replayed = "source-replayed";
    private const string Acknowledged = "source-restore-acknowledged";

    public IReadOnlyList<string> States => [Fold];

    /// <summary>The sources that wait for their replay, by name.</summary>
    public async ValueTask<IReadOnlyList<RestoredSource>> ReadAsync(CancellationToken cancellationToken)
    {
        var waiting = new List<RestoredSource>();
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            if (Read(state.Content) is { Waiting.Count: > 0 } source)
            {
                waiting.Add(source);
            }
        }

        return waiting;
    }

    /// <summary>Notices whether a source was restored: it reflects less than it is known to have reflected.</summary>
    /// <returns>Whether it was, and nobody had noticed.</returns>
    public async ValueTask<bool> NoticeAsync(IDisposalSource source, long noted, CancellationToken cancellationToken)
    {
        var known = (await states.ReadAsync(Reached, "", source.Name, cancellationToken).ConfigureAwait(false))?.Position ?? 0;
        if (noted >= known)
        {
            return false;
        }

        // Before it is said to be noticed: after a crash in between it is noticed again. Also where it was restored once more before it was replayed.
        await erasures.ReopenAsync(source.DataSets, noted, cancellationToken).ConfigureAwait(false);
        if (await FindAsync(source.Name, cancellationToken).ConfigureAwait(false) is { } before && !source.DataSets.Except(before.Waiting, StringComparer.Ordinal).Any())
        {
            return false;
        }

        var data = new RestoredData(source.Name, source.DataSets);
        await writer.RecordAsync(Prefix + source.Name, JournalStream.AnyVersion, Restored, Write(data)).ConfigureAwait(false);
        return true;
    }

    /// <summary>Remembers how far a source has come.</summary>
    public async ValueTask RememberAsync(IDisposalSource source, long reached, CancellationToken cancellationToken) =>
        await states.WriteAsync(new FoldedState(Reached, "", source.Name, reached, "{}"), cancellationToken).ConfigureAwait(false);

    /// <summary>A data set has been swept to its end: it is replayed.</summary>
    public async ValueTask SweptAsync(IDisposalSource source, string dataSet, CancellationToken cancellationToken)
    {
        if (await FindAsync(source.Name, cancellationToken).ConfigureAwait(false) is { } waiting && waiting.Waiting.Contains(dataSet, StringComparer.Ordinal))
        {
            await writer.RecordAsync(Prefix + source.Name, JournalStream.AnyVersion, Replayed, Write(new RestoredData(source.Name, [dataSet]))).ConfigureAwait(false);
        }
    }

    /// <summary>Lets a source be used although it was not replayed.</summary>
    public async ValueTask<bool> AcknowledgeAsync(string source, string by, CancellationToken cancellationToken)
    {
        if (await FindAsync(source, cancellationToken).ConfigureAwait(false) is not { Waiting.Count: > 0 } waiting)
        {
            return false;
        }

        await writer.RecordAsync(
            Prefix + source, JournalStream.AnyVersion, Acknowledged, Write(new RestoredData(source, waiting.Waiting) { By = by })).ConfigureAwait(false);
        return true;
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!entry.Stream.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var data = Read(entry.Content.Data, RestoredJson.Default.RestoredData);
        var before = await FindAsync(data.Source, cancellationToken).ConfigureAwait(false) ?? new RestoredSource(data.Source, entry.Content.OccurredAt, []);
        var after = entry.Content.Type switch
        {
            Restored => new RestoredSource(data.Source, entry.Content.OccurredAt, data.DataSets),
            Replayed or Acknowledged => before with { Waiting = [.. before.Waiting.Except(data.DataSets, StringComparer.Ordinal)] },
            _ => before,
        };
        await states.WriteAsync(
            new FoldedState(Fold, "", data.Source, entry.Position, JsonSerializer.Serialize(after with { Version = entry.Version }, RestoredJson.Default.RestoredSource)),
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            if (state.Position <= position && Read(state.Content) is { Waiting.Count: > 0 } source)
            {
                yield return new Restatement(
                    Prefix + source.Name, source.Version, [new NewJournalEntry(Restored, source.At, Write(new RestoredData(source.Name, source.Waiting)))]);
            }
        }
    }

    private async ValueTask<RestoredSource?> FindAsync(string source, CancellationToken cancellationToken) =>
        await states.ReadAsync(Fold, "", source, cancellationToken).ConfigureAwait(false) is { } state ? Read(state.Content) : null;

    private static RestoredSource Read(string content) => Read(content, RestoredJson.Default.RestoredSource);

    private static T Read<T>(string content, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.Deserialize(content, type)!;

    private static string Write(RestoredData data) => JsonSerializer.Serialize(data, RestoredJson.Default.RestoredData);
}

/// <summary>A source that was restored from a backup.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="At">When that was noticed.</param>
/// <param name="Waiting">Its data sets that have not been replayed: none of them is used until then.</param>
public sealed record RestoredSource(string Name, Instant At, IReadOnlyList<string> Waiting)
{
    /// <summary>The version of its stream.</summary>
    [JsonInclude]
    internal long Version { get; init; }
}

/// <summary>What an entry says of a restored source.</summary>
internal sealed record RestoredData(string Source, IReadOnlyList<string> DataSets)
{
    /// <summary>The function that acknowledged it.</summary>
    public string? By { get; init; }
}

/// <summary>The generated code that reads and writes restored sources.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(InstantJson)])]
[JsonSerializable(typeof(RestoredSource))]
[JsonSerializable(typeof(RestoredData))]
internal sealed partial class RestoredJson : JsonSerializerContext;
