using System.Buffers;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr;

/// <summary>The people of whom the journal says nothing any more but what it repeats because nobody has forgotten them: every proof about them has expired, and whatever
/// still stands would have been said again.</summary>
/// <remarks>Any entry that names a key keeps it, of whatever type and wherever it names it; only what is known to be repeated does not. Read in two passes, which
/// may be interrupted: whom there is, and who is named. What is appended meanwhile is read as well before anybody is taken for quiet.</remarks>
internal sealed class QuietPeople(IJournalStore journal, IReadOnlySet<string> repeating, long expired, string after)
{
    /// <summary>How many people are looked at together: the others come next.</summary>
    private const int Most = 100_000;

    private const int EntriesBetweenQuestions = 1000;

    // A key stands in the data by itself, or between other words.
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly SearchValues<char> WordCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private readonly SortedSet<(string Key, string Controller)> _found = new(Comparer<(string Key, string Controller)>.Create((one, other) =>
        string.CompareOrdinal(one.Key, other.Key) is not 0 and var order ? order : string.CompareOrdinal(one.Controller, other.Controller)));

    private readonly Queue<DataSubject> _waiting = [];
    private readonly HashSet<string> _quiet = new(StringComparer.Ordinal);
    private bool _isCollected;
    private long? _read;

    /// <summary>The last key up to which everybody has been looked at.</summary>
    public string After { get; private set; } = after;

    /// <summary>The latest instant at which anything that has been read was recorded.</summary>
    public Instant LastRecorded { get; private set; }

    /// <summary>Whether there are more people than are looked at together.</summary>
    public bool IsFull => _found.Count == Most;

    /// <summary>Reads on.</summary>
    /// <param name="isSpent">Whether to stop for now.</param>
    /// <param name="cancellationToken">Stops between entries.</param>
    /// <returns>Whether everything has been read that the journal holds.</returns>
    public async ValueTask<bool> ReadOnAsync(Func<bool> isSpent, CancellationToken cancellationToken)
    {
        if (!_isCollected)
        {
            if (!await ReadAsync(Collect, isSpent, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            foreach (var (key, controller) in _found)
            {
                _waiting.Enqueue(new DataSubject(controller, new SubjectKey(key)));
                _quiet.Add(key);
            }

            (_isCollected, _read) = (true, null);
        }

        return await ReadAsync(Strike, isSpent, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether nothing that has been read names a person.</summary>
    public bool IsQuiet(DataSubject subject) => _quiet.Contains(subject.Key.ToString());

    /// <summary>The next of the people of whom the journal repeats something, quiet or not, if there is one.</summary>
    public bool TryNext(out DataSubject subject) => _waiting.TryPeek(out subject);

    /// <summary>Passes to the one after the next.</summary>
    public void Pass() => After = _waiting.Dequeue().Key.ToString();

    private async ValueTask<bool> ReadAsync(Action<JournalEntry> note, Func<bool> isSpent, CancellationToken cancellationToken)
    {
        var read = 0;
        await foreach (var entry in journal.ReadAllAsync(_read ?? expired, cancellationToken).ConfigureAwait(false))
        {
            note(entry);
            _read = entry.Position;
            LastRecorded = Instant.Max(LastRecorded, entry.RecordedAt);
            if (++read % EntriesBetweenQuestions == 0 && isSpent())
            {
                return false;
            }
        }

        return true;
    }

    private void Collect(JournalEntry entry)
    {
        // Whoever has not been restated has entries of their own that have not expired.
        if (entry.Content is { Type: SubjectEntries.Restated, Controller: { } controller, Subject: { } key } && string.CompareOrdinal(key.ToString(), After) > 0)
        {
            _found.Add((key.ToString(), controller));
            if (_found.Count > Most)
            {
                _found.Remove(_found.Max);
            }
        }
    }

    private void Strike(JournalEntry entry)
    {
        if (_quiet.Count == 0 || repeating.Contains(entry.Content.Type))
        {
            return;
        }

        if (entry.Content.Subject is { } subject)
        {
            _quiet.Remove(subject.ToString());
        }

        Strike(entry.Stream, KeyCharacters);
        Strike(entry.Content.Data, KeyCharacters);
        Strike(entry.Content.Data, WordCharacters);
    }

    private void Strike(ReadOnlySpan<char> text, SearchValues<char> characters)
    {
        var keys = _quiet.GetAlternateLookup<ReadOnlySpan<char>>();
        while (text.IndexOfAny(characters) is >= 0 and var start)
        {
            text = text[start..];
            var length = text.IndexOfAnyExcept(characters) is >= 0 and var end ? end : text.Length;
            keys.Remove(text[..length]);
            text = text[length..];
        }
    }
}
