using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Controls;

/// <summary>The latest evidence of everything, folded from the journal.</summary>
internal sealed class EvidenceFold(IStateStore states) : IJournalFold, IJournalRestater
{
    private const string Fold = "evidence";

    public IReadOnlyList<string> States => [Fold];

    public async ValueTask<EvidenceState?> FindAsync(string path, CancellationToken cancellationToken) =>
        await states.ReadAsync(Fold, "", path, cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;

    /// <summary>Everything, by path.</summary>
    public async ValueTask<IReadOnlyDictionary<string, EvidenceState>> ReadAsync(CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, EvidenceState>(StringComparer.Ordinal);
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            all.Add(state.Key, Read(state));
        }

        return all;
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!EvidenceEntries.IsOf(entry.Stream))
        {
            return false;
        }

        var path = EvidenceEntries.PathOf(entry.Stream);
        var after = After(await FindAsync(path, cancellationToken).ConfigureAwait(false) ?? new EvidenceState(path) { StatedAt = entry.Position }, entry);
        var content = JsonSerializer.Serialize(after, EvidenceJson.Default.EvidenceState);
        await states.WriteAsync(new FoldedState(Fold, "", path, entry.Position, content), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (path, state) in await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Who has left shows nothing any more: what they showed goes with its entries.
            if (state.StatedAt <= position && (state.Subject is null || state.ExpectedSince is not null))
            {
                var restated = new NewJournalEntry(
                    EvidenceEntries.Restated, state.LastOccurredAt, JsonSerializer.Serialize(state, EvidenceJson.Default.EvidenceState))
                {
                    Controller = state.Controller,
                    Subject = state.Subject is { } key ? new SubjectKey(key) : null,
                };
                yield return new Restatement(EvidenceEntries.StreamOf(path), state.Version, [restated]);
            }
        }
    }

    private static EvidenceState After(EvidenceState before, JournalEntry entry)
    {
        var content = entry.Content;
        if (entry.Version <= before.Version)
        {
            return before;
        }

        var after = content.Type switch
        {
            EvidenceEntries.Recorded => With(before, EntryData.Read(entry, EvidenceJson.Default.EvidenceData), entry),
            EvidenceEntries.PersonExpected => before with { ExpectedSince = before.ExpectedSince ?? content.OccurredAt },
            EvidenceEntries.PersonReleased => before with { ExpectedSince = null },
            EvidenceEntries.Restated => EntryData.Read(entry, EvidenceJson.Default.EvidenceState) with { StatedAt = entry.Position },
            _ => before,
        };
        return after with
        {
            Version = entry.Version,
            LastOccurredAt = content.OccurredAt,
            Controller = content.Controller ?? after.Controller,
            Subject = content.Subject?.Value ?? after.Subject,
        };
    }

    /// <summary>What occurred later counts; of what occurred at the same instant, that it failed.</summary>
    private static EvidenceState With(EvidenceState before, EvidenceData data, JournalEntry entry)
    {
        var fact = new EvidenceFact(data.Outcome, entry.Content.OccurredAt, data.By) { Reference = data.Reference, NextReview = data.NextReview };
        var known = before.Lines.FirstOrDefault(line => line.System == data.System && line.Capacity == data.Capacity);
        var isLatest = known is null || fact.At > known.Latest.At || (fact.At == known.Latest.At && fact.Outcome == EvidenceOutcome.Failed);
        var isLastPassed = fact.Outcome == EvidenceOutcome.Passed && !(known?.LastPassed?.At >= fact.At);
        var line = new EvidenceLine(data.System, data.Capacity, isLatest ? fact : known!.Latest) { LastPassed = isLastPassed ? fact : known?.LastPassed };
        return before with { Lines = [.. before.Lines.Where(one => one != known), line] };
    }

    private static EvidenceState Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, EvidenceJson.Default.EvidenceState)!;
}
