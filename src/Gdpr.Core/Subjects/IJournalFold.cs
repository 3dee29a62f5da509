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

/// <summary>A fold of which something short is sealed together with how far the states have come, under a key that is in no database: destruction depends on it, and who
/// changes the state store alone can neither change it nor put a part of what it was back.</summary>
/// <remarks>It is a function of the entries alone: every process that has folded as far has the same. Noting an entry twice changes nothing.</remarks>
internal interface ISealedFold : IJournalFold
{
    /// <summary>The name under which it is sealed.</summary>
    string SealName { get; }

    /// <summary>What is sealed, as this process has folded the journal.</summary>
    string SealText { get; }

    /// <summary>Goes on from what was sealed; <see langword="null"/> to begin before the first entry.</summary>
    void GoOnFrom(string? sealText);

    /// <summary>Notes what follows from one more entry. Nobody is told of it before <see cref="Publish"/>.</summary>
    void Note(JournalEntry entry);

    /// <summary>Everything has been folded: from now on that is what whoever asks is told. Until then it is what was known before, also while all is folded
    /// anew.</summary>
    void Publish();
}
