using System.Data.Common;

namespace Gdpr.Relational;

/// <summary>Connections that somebody else opens and owns, such as those of an EF Core context.</summary>
/// <remarks>Safe to use from several threads: each connection that is open is used by one at a time.</remarks>
public abstract class SqlConnections
{
    /// <summary>Opens a connection.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public abstract ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Gives a connection back to whoever owns it.</summary>
    /// <param name="connection">A connection of <see cref="OpenAsync"/>, in no transaction.</param>
    /// <param name="cancellationToken">Cancels waiting, not the giving back: what was opened is closed.</param>
    public abstract ValueTask CloseAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Runs work from opening a connection to giving it back, and runs it again as a whole where the owner retries what failed in passing.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="work">The work. Run again, it finds out by itself what of it has been committed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public virtual ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work(cancellationToken);
    }
}
