namespace Gdpr.Sources;

/// <summary>Records in memory, by their native keys, in the order in which they came. Safe to use from several threads.</summary>
/// <typeparam name="T">The type of a record: immutable, so that disposing of a field makes another record.</typeparam>
public sealed class InMemoryRecords<T> : IInMemoryRecords
    where T : class
{
    private readonly Lock _lock;
    private readonly Func<T, string> _key;
    private readonly OrderedDictionary<string, T> _records = new(StringComparer.Ordinal);

    internal InMemoryRecords(Lock @lock, Func<T, string> key)
    {
        _lock = @lock;
        _key = key;
    }

    /// <summary>How many records there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _records.Count;
            }
        }
    }

    /// <summary>Puts a record in place of any with the same key.</summary>
    /// <param name="record">The record.</param>
    public void Put(T record)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_lock)
        {
            _records[_key(record)] = record;
        }
    }

    /// <summary>Removes a record.</summary>
    /// <param name="key">Its native key.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string key)
    {
        lock (_lock)
        {
            return _records.Remove(key);
        }
    }

    /// <summary>A record by its native key, or <see langword="null"/>.</summary>
    /// <param name="key">The key.</param>
    public T? Find(string key)
    {
        lock (_lock)
        {
            return _records.GetValueOrDefault(key);
        }
    }

    /// <summary>The records as they are at this moment.</summary>
    public IReadOnlyList<T> ToList()
    {
        lock (_lock)
        {
            return [.. _records.Values];
        }
    }

    /// <summary>The records with their keys, for who holds the lock.</summary>
    internal IReadOnlyCollection<KeyValuePair<string, T>> Locked => _records;

    bool IInMemoryRecords.Contains(string key) => _records.ContainsKey(key);

    void IInMemoryRecords.RemoveWhere(Func<object, bool> predicate)
    {
        foreach (var key in _records.Where(pair => predicate(pair.Value)).Select(pair => pair.Key).ToArray())
        {
            _records.Remove(key);
        }
    }
}

/// <summary>Records of any type, for who holds the source's lock.</summary>
internal interface IInMemoryRecords
{
    bool Contains(string key);

    void RemoveWhere(Func<object, bool> predicate);
}
