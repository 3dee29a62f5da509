using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Granted erasure that was done, in a source that was restored: what was done after the backup counts again until it is done anew.</summary>
internal sealed class ErasureReplay(
    SubjectRegister subjects, SubjectCommands commands, Func<GdprPolicy> policy, Func<IEnumerable<IReopenedErasure>> told)
{
    /// <summary>Makes erasure in some data sets stand again, where it was done after a position in the journal. Idempotent.</summary>
    /// <param name="dataSets">The data sets.</param>
    /// <param name="after">The position.</param>
    /// <param name="isKnown">Whether what is there is known to be from before. Otherwise it may have come since, and people tell the two apart before anything is
    /// destroyed: where nobody can be asked, nothing is.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask ReopenAsync(IReadOnlyList<string> dataSets, long after, bool isKnown, CancellationToken cancellationToken)
    {
        var concerned = new List<(DataSubject Subject, SubjectState State)>();
        await foreach (var (subject, state) in subjects.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            // Who was forgotten was so when the last backup had gone: of them nothing comes back.
            if (!state.IsForgotten && state.Endings.Any(IsToDo))
            {
                concerned.Add((subject, state));
            }
        }

        foreach (var (subject, known) in concerned)
        {
            // Whoever completes it first: after a crash in between it has nothing to complete, and is told again.
            var open = new HashSet<string>(StringComparer.Ordinal);
            foreach (var ending in known.Endings.Where(IsToDo))
            {
                var isTaken = isKnown;
                foreach (var one in told())
                {
                    isTaken |= await one.ReopenAsync(ending.Id, cancellationToken).ConfigureAwait(false);
                }

                if (isTaken)
                {
                    open.Add(ending.Id);
                }
            }

            await commands.RecordAsync(
                subject,
                state => [.. state.Endings.Where(ending => IsToDo(ending) && open.Contains(ending.Id)).SelectMany(ending => EntriesOf(subject, ending))],
                null, cancellationToken).ConfigureAwait(false);
        }

        IEnumerable<PersonalEntry> EntriesOf(DataSubject subject, EndingState ending)
        {
            yield return new PersonalEntry(commands.EntryOf(
                subject, SubjectEntries.ErasureGranted,
                JsonSerializer.Serialize(new EndingData(ending.Id, ending.Purposes, ending.DataSets, ending.Reason), SubjectJson.Default.EndingData)));
            if (!isKnown)
            {
                yield return new PersonalEntry(commands.EntryOf(
                    subject, SubjectEntries.ErasureDoubted, JsonSerializer.Serialize(new ItemData(ending.Id), SubjectJson.Default.ItemData)));
            }
        }

        bool IsToDo(EndingState ending) => ending is { IsErasure: true, IsDone: true } && ending.DonePosition > after
            && dataSets.Any(dataSet => NamedDataSets.Reach(ending.DataSets, dataSet, policy()));
    }
}

/// <summary>Carries erasure out that counts again, because a backup from before it was done has come back.</summary>
internal interface IReopenedErasure
{
    /// <summary>Sees to it that it is carried out soon. Idempotent; what is not its own it leaves.</summary>
    /// <param name="ending">The id of what was granted.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it does.</returns>
    ValueTask<bool> ReopenAsync(string ending, CancellationToken cancellationToken);
}
