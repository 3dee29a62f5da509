using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Gdpr.EntityFrameworkCore.Access;

/// <summary>The streams of access: as many as transactions write at once, so that none waits for another.</summary>
internal sealed class AccessStreams
{
    private readonly ConcurrentBag<string> _free = [];
    private readonly ConditionalWeakTable<DbTransaction, string> _taken = [];

    /// <summary>A stream for one entry after the other, until it is given back.</summary>
    public string Take() => _free.TryTake(out var stream) ? stream : $"access/{Guid.NewGuid():N}";

    public void GiveBack(string stream) => _free.Add(stream);

    /// <summary>The stream of a transaction, until the transaction ends.</summary>
    public string Of(DbTransaction transaction) => _taken.GetValue(transaction, _ => Take());

    public void Ended(DbTransaction transaction)
    {
        if (_taken.TryGetValue(transaction, out var stream))
        {
            _taken.Remove(transaction);
            GiveBack(stream);
        }
    }
}
