using System.Data.Common;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Sources;

namespace Gdpr.Relational;

/// <summary>A database that a source works in: how it is reached, what it writes its SQL like, what it says of its tables.</summary>
/// <remarks>Safe to use from several threads: every call works on a connection of its own.</remarks>
public abstract class SqlDatabase
{
    /// <summary>How the database writes what is asked of it.</summary>
    public abstract SqlDialect Dialect { get; }

    /// <summary>Opens a connection on which the dialect's expressions work.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public abstract ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Makes the dialect's expressions work on a connection of somebody else's.</summary>
    /// <param name="connection">An open connection to the same database.</param>
    public virtual void Enable(DbConnection connection)
    {
    }

    /// <summary>Closes a connection, or gives it back to whoever owns it.</summary>
    /// <param name="connection">A connection of <see cref="OpenAsync"/>, in no transaction.</param>
    /// <param name="cancellationToken">Cancels waiting, not the closing: what was opened is closed.</param>
    public virtual ValueTask CloseAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.DisposeAsync();
    }

    /// <summary>Runs work from opening a connection to closing it. Where the connections' owner retries what failed in passing, all of it may run again.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="work">The work. Run again, it finds out by itself what of it has been committed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public virtual ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work(cancellationToken);
    }

    /// <summary>Begins a transaction that no other writer gets in between: what it has read stays so until it ends.</summary>
    /// <param name="connection">A connection of this database.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public abstract ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Begins a transaction that reads one state of the database, and keeps nobody from writing.</summary>
    /// <param name="connection">A connection of this database.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public abstract ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Makes a transaction that has only read into one like that of <see cref="BeginWriteAsync"/>, if what it has read is still so and nobody else writes.
    /// Does not wait.</summary>
    /// <param name="transaction">A transaction of <see cref="BeginReadAsync"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it may write now. If not, the transaction can only be given up.</returns>
    public abstract ValueTask<bool> TryWriteAsync(DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Describes every table and view.</summary>
    /// <param name="connection">A connection of this database.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public abstract ValueTask<IReadOnlyList<TableDescription>> DescribeAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Which database a connection leads to, in the same words however it was named; <see langword="null"/> where nobody else can reach it.</summary>
    /// <param name="connection">A connection of this database.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public virtual ValueTask<string?> IdentityOfAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return ValueTask.FromResult<string?>($"{connection.DataSource}/{connection.Database}");
    }

    /// <summary>Compiles a query without running it.</summary>
    /// <param name="connection">A connection of this database.</param>
    /// <param name="query">The query, without parameters.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What the database says is wrong with it, or <see langword="null"/>.</returns>
    public abstract ValueTask<string?> CheckAsync(DbConnection connection, string query, CancellationToken cancellationToken);

    /// <summary>Those of the functions of an expression that may give something else for the same arguments: they read a table, or a clock.</summary>
    /// <param name="connection">A connection of this database.</param>
    /// <param name="called">The names that are called, as the database takes them.</param>
    /// <param name="members">The names that stand after a dot: they are columns, unless the database takes them for functions of a row.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal virtual ValueTask<IReadOnlyList<string>> FindUnsteadyAsync(
        DbConnection connection, IReadOnlyCollection<string> called, IReadOnlyCollection<string> members, CancellationToken cancellationToken) => new([]);

    /// <summary>What the one column of a query holds, as far as that matters to <see cref="Dialect"/>.</summary>
    /// <param name="connection">A connection of this database.</param>
    /// <param name="query">The query, without parameters; it gives no rows.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public virtual ValueTask<ColumnKind> TypeOfAsync(DbConnection connection, string query, CancellationToken cancellationToken) => new(ColumnAffinity.Any);

    /// <summary>Orders batches and changes of facts, where neither has the whole database: several batches may run at once, and a change of facts alone. To be
    /// called as the first of a transaction; what is read afterwards was committed before.</summary>
    /// <param name="transaction">A transaction of <see cref="BeginWriteAsync"/>.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="isAlone">Whether it is a change of facts.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public virtual ValueTask TakeTurnAsync(DbTransaction transaction, string source, bool isAlone, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Like <see cref="TakeTurnAsync"/> for a transaction that no batch and no change of facts runs beside, but does not let others wait for long: it fails
    /// where they are not done soon.</summary>
    /// <param name="transaction">A transaction of <see cref="BeginWriteAsync"/>.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal virtual ValueTask TakeTurnAloneAsync(DbTransaction transaction, string source, CancellationToken cancellationToken) =>
        TakeTurnAsync(transaction, source, isAlone: true, cancellationToken);

    /// <summary>Keeps facts from being changed until somebody else's transaction ends: what it reads of them then holds while it changes data.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public virtual ValueTask KeepFactsAsync(DbTransaction transaction, string source, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Has the database itself refuse what blocks forbid, where it has been asked to.</summary>
    /// <param name="connection">A connection of this database, in no transaction.</param>
    /// <param name="dataSets">The data sets.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal virtual ValueTask GuardTablesAsync(DbConnection connection, IReadOnlyCollection<MappedDataSet> dataSets, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <summary>Whether the database does something of its own when a data set's records are disposed of, where nothing did when the mapping was found. From here on, and
    /// until the transaction ends, nothing comes to do so.</summary>
    /// <param name="transaction">The batch's transaction.</param>
    /// <param name="dataSet">The data set.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal virtual ValueTask<bool> HasComeToActAsync(DbTransaction transaction, MappedDataSet dataSet, CancellationToken cancellationToken) => new(false);

    /// <summary>Begins to watch what a batch changes; <see langword="null"/> where nothing but its own statements can change anything.</summary>
    /// <param name="transaction">The batch's transaction.</param>
    /// <param name="dataSet">The data set.</param>
    /// <param name="keys">The native keys of its records.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal virtual ValueTask<ChangeWatch?> WatchAsync(
        DbTransaction transaction, MappedDataSet dataSet, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => new((ChangeWatch?)null);

    /// <summary>Whether nothing may be written into it.</summary>
    internal virtual bool IsReadOnly => false;

    /// <summary>The version of the library's tables beside the data as they are; 0 where there are none, or where nobody has written it down.</summary>
    /// <param name="connection">A connection of this database.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal virtual ValueTask<int> ReadSideTablesVersionAsync(DbConnection connection, CancellationToken cancellationToken) => new(0);

    /// <summary>Sets up what erased data needs to be gone from the medium as well, once.</summary>
    /// <param name="connection">A connection of this database.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public abstract ValueTask PrepareAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Whether a transaction that reads keeps nobody from writing: then it may stay open while something else is waited for.</summary>
    internal virtual bool LetsOthersWrite => false;

    /// <summary>Removes what disposed of data left in the database's own files, as far as others who use them permit.</summary>
    /// <param name="connection">A connection of this database.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What is known of the bytes of what was erased.</returns>
    public abstract ValueTask<ErasedBytes> TidyAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Whether a failure has undone a transaction that would do when tried again: others were in its way.</summary>
    /// <param name="problem">The failure.</param>
    public virtual bool IsPassing(DbException problem) => false;

    /// <summary>The real cause of a failure, without any value of a record: database drivers put such into their messages.</summary>
    /// <param name="problem">The failure.</param>
    public abstract string CauseOf(DbException problem);
}
