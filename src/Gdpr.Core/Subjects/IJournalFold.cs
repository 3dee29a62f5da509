using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <summary>State that follows from the journal, entry by entry.</summary>
internal interface IJournalFold
{
    /// <summary>The folds of the state store that it writes.</summary>
    IReadOnlyList<string> States { get; }

    /// <summary>Folds an entry. Doing it twice changes nothing.</summary>
    /// <returns>Whether something follows from it.</returns>
    ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken);
}
