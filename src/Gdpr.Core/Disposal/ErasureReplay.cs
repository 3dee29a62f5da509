using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Granted erasure that was done, in a source that was restored: what was done after the backup counts again until it is done anew.</summary>
internal sealed class ErasureReplay(SubjectRegister subjects, SubjectCommands commands, Func<IEnumerable<IReopenedErasure>> told)
{
    /// <summary>Makes erasure in some data sets stand again, where it was done after a position in the journal. Idempotent.</summary>
    public async ValueTask ReopenAsync(IReadOnlyList<string> dataSets, long after, CancellationToken cancellationToken)
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
            foreach (var ending in known.Endings.Where(IsToDo))
            {
                foreach (var one in told())
                {
                    await one.ReopenAsync(ending.Id, cancellationToken).ConfigureAwait(false);
                }
            }

            await commands.RecordAsync(
                subject,
                state =>
                [
                    .. state.Endings.Where(IsToDo).Select(ending => new PersonalEntry(commands.EntryOf(
                        subject, SubjectEntries.ErasureGranted,
                        JsonSerializer.Serialize(
                            new EndingData(ending.Id, ending.Purposes, ending.DataSets, ending.Reason), SubjectJson.Default.EndingData)))),
                ],
                null, cancellationToken).ConfigureAwait(false);
        }

        bool IsToDo(EndingState ending) => ending is { IsErasure: true, IsDone: true } && ending.DonePosition > after
            && (ending.DataSets.Count == 0 || ending.DataSets.Intersect(dataSets, StringComparer.Ordinal).Any());
    }
}

/// <summary>Carries erasure out that counts again, because a backup from before it was done has come back.</summary>
internal interface IReopenedErasure
{
    /// <summary>Sees to it that it is carried out soon. Idempotent; what is not its own it leaves.</summary>
    /// <param name="ending">The id of what was granted.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask ReopenAsync(string ending, CancellationToken cancellationToken);
}
