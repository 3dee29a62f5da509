using System.Collections.Concurrent;
using NodaTime;

namespace Gdpr.Subjects;

/// <summary>The people of whom this process has recorded something in a transaction of the host's, which the state store follows only later: whoever relies on
/// their state reads the journal itself for a while, so that what was recorded here counts here as soon as it is committed.</summary>
internal sealed class RecentSubjects
{
    private const int Most = 10_000;

    // No transaction of a host lives longer.
    private static readonly Duration For = Duration.FromMinutes(10);

    private readonly ConcurrentDictionary<DataSubject, Instant> _until = new();
    private long _allUntil = long.MinValue;

    /// <summary>Takes note of a person.</summary>
    public void Add(DataSubject subject, Instant now)
    {
        if (_until.Count >= Most)
        {
            // Too many to tell apart: everybody counts as one of them until these have grown old.
            Interlocked.Exchange(ref _allUntil, (now + For).ToUnixTimeTicks());
            _until.Clear();
        }

        _until[subject] = now + For;
    }

    /// <summary>Whether a person is one of them.</summary>
    public bool Contains(DataSubject subject, Instant now)
    {
        if (now.ToUnixTimeTicks() < Interlocked.Read(ref _allUntil))
        {
            return true;
        }

        if (!_until.TryGetValue(subject, out var until))
        {
            return false;
        }

        if (now >= until)
        {
            _until.TryRemove(new KeyValuePair<DataSubject, Instant>(subject, until));
        }

        return now < until;
    }
}
