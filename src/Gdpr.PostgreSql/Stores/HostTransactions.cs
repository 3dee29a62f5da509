using System.Data.Common;
using Gdpr.Journals;
using Npgsql;

namespace Gdpr.PostgreSql.Stores;

/// <summary>Works within transactions of the host's.</summary>
internal sealed class HostTransactions(StoreDatabase database, bool sharesHostDatabase)
{
    private const string Savepoint = "gdpr_append";

    // Which database of which server it is, in the server's own words: names and addresses differ by the way that leads there.
    /// <summary>Which database of which server it is. What tells servers apart for good, only some roles may ask for (<c>pg_control_system</c>).</summary>
    private static readonly StoreStatement Identity = new(
        "SELECT CAST(extract(epoch FROM pg_postmaster_start_time()) * 1000000 AS bigint), (SELECT oid FROM pg_database WHERE datname = current_database())");

    private (long Server, uint Database)? _ours;

    /// <summary>Works in a transaction of the host's, all or nothing: what fails leaves it as it was.</summary>
    /// <exception cref="NotSupportedException">The transaction has ended, or is none in the stores' database.</exception>
    public async ValueTask<T> EnlistAsync<T>(DbTransaction transaction, Func<StoreConnection, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        var running = Running(transaction);
        var ours = _ours ?? await ReadOursAsync().ConfigureAwait(false);
        return await database.ReportedAsync(
            async () =>
            {
                var connection = await BeginAsync(running, cancellationToken).ConfigureAwait(false);
                try
                {
                    // Another time, where the server has been started again since.
                    var theirs = await connection.SingleAsync(Identity, Read, cancellationToken).ConfigureAwait(false);
                    if (theirs != ours && theirs != await ReadOursAsync().ConfigureAwait(false))
                    {
                        throw new NotSupportedException($"The transaction belongs to another database than the journal's '{database.Place}': give both the same.");
                    }

                    var result = await work(connection).ConfigureAwait(false);
                    await running.ReleaseAsync(Savepoint, CancellationToken.None).ConfigureAwait(false);
                    return result;
                }
                catch
                {
                    await RollBackAsync(running).ConfigureAwait(false);
                    throw;
                }
            }).ConfigureAwait(false);

        async ValueTask<(long Server, uint Database)> ReadOursAsync()
        {
            var read = await database.SingleAsync(Identity, Read, cancellationToken).ConfigureAwait(false);
            _ours = read;
            return read;
        }

        static (long Server, uint Database) Read(DbDataReader row) => (row.GetInt64(0), row.GetFieldValue<uint>(1));
    }

    private static async ValueTask RollBackAsync(NpgsqlTransaction transaction)
    {
        try
        {
            await transaction.RollbackAsync(Savepoint, CancellationToken.None).ConfigureAwait(false);
            await transaction.ReleaseAsync(Savepoint, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.IsOfDatabase(exception) || exception is InvalidOperationException)
        {
            // The connection is gone, and the transaction with it: what led to this is what is reported.
        }
    }

    private static async ValueTask<StoreConnection> BeginAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            await transaction.SaveAsync(Savepoint, cancellationToken).ConfigureAwait(false);
            return new StoreConnection(transaction.Connection!, transaction);
        }
        catch (InvalidOperationException ended)
        {
            throw Refused(ended);
        }
    }

    private static NotSupportedException Refused(Exception? cause) =>
        new("Only a running transaction of PostgreSQL can hold entries of a journal in PostgreSQL.", cause);

    private NpgsqlTransaction Running(DbTransaction transaction)
    {
        if (!sharesHostDatabase)
        {
            throw new NotSupportedException("The journal has a database of its own and takes part in no transaction: say 'sharesHostDatabase' where it is in the host's.");
        }

        return transaction as NpgsqlTransaction ?? throw Refused(null);
    }
}
