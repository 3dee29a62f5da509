using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Who has changed in the journal since what stands beside the data was last brought up.</summary>
internal sealed class PendingFacts(IJournalStore journal, SubjectRegister subjects)
{
    /// <summary>The people whose facts changed after a position, each with the position up to which its state goes, in that order.</summary>
    /// <remarks>Read from the journal's end where it is all there; from the states where the source knows nothing, or entries in between have expired.</remarks>
    public async ValueTask<IReadOnlyList<(long Position, DataSubject Subject)>> ChangedAsync(long reached, long head, CancellationToken cancellationToken)
    {
        if (reached >= head)
        {
            return [];
        }

        var changed = new Dictionary<DataSubject, long>();
        var expired = (await journal.ReadBaseAsync(cancellationToken).ConfigureAwait(false)).Checkpoint?.Position ?? 0;
        if (reached == 0 || reached < expired)
        {
            await foreach (var (subject, state) in subjects.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (state.FactsPosition > reached)
                {
                    changed[subject] = state.FactsPosition;
                }
            }
        }
        else
        {
            await foreach (var entry in journal.ReadAllAsync(reached, cancellationToken).ConfigureAwait(false))
            {
                if (entry.Position > head)
                {
                    break;
                }

                if (SubjectEntries.IsOf(entry.Stream) && SubjectFold.ChangesFacts(entry.Content.Type)
                    && entry.Content is { Controller: { } controller, Subject: { } key })
                {
                    changed[new DataSubject(controller, key)] = entry.Position;
                }
            }
        }

        return [.. changed.Select(pair => (pair.Value, pair.Key)).OrderBy(pair => pair.Value)];
    }
}
