using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Who has changed in the journal since what stands beside the data was last brought up.</summary>
internal sealed class PendingFacts(IJournalStore journal)
{
    /// <summary>The people whose facts changed after a position, each with the position up to which its state goes, in that order.</summary>
    /// <remarks>Read from the journal, which alone misses nobody: from its end where that has all that came after the position, and else from its beginning, where what
    /// still stands of expired entries was said again.</remarks>
    public async ValueTask<IReadOnlyList<(long Position, DataSubject Subject)>> ChangedAsync(long reached, long head, CancellationToken cancellationToken)
    {
        if (reached >= head)
        {
            return [];
        }

        var changed = new Dictionary<DataSubject, long>();
        var isAll = reached < ((await journal.ReadBaseAsync(cancellationToken).ConfigureAwait(false)).Checkpoint?.Position ?? 0);
        await foreach (var entry in journal.ReadAllAsync(isAll ? 0 : reached, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Position > head && !isAll)
            {
                break;
            }

            // What is said again stands further on than what it says.
            var position = SubjectRegister.FactsAt(entry);
            if (position > reached && position <= head)
            {
                var subject = new DataSubject(entry.Content.Controller!, entry.Content.Subject!.Value);
                changed[subject] = Math.Max(position, changed.GetValueOrDefault(subject));
            }
        }

        return [.. changed.Select(pair => (pair.Value, pair.Key)).OrderBy(pair => pair.Value)];
    }
}
