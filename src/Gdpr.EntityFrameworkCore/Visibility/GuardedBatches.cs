using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.EntityFrameworkCore.Update.Internal;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Runs the commands of <c>SaveChanges</c> as EF Core does, in a transaction where something is to be asked or recorded in it. No interceptor of the host's
/// comes after it, so that what is to be saved is known.</summary>
[SuppressMessage("Usage", "EF1001:Internal EF Core API usage.", Justification = "What EF Core itself registers for the public service has no public name.")]
internal sealed class GuardedBatches(ICurrentDbContext current, IDiagnosticsLogger<DbLoggerCategory.Update> logger) : IBatchExecutor
{
    private readonly BatchExecutor _batches = new(current, logger);

    [SuppressMessage("Usage", "MA0045:Do not use blocking calls", Justification = "EF Core asks so where the host saves without awaiting.")]
    public int Execute(IEnumerable<ModificationCommandBatch> commandBatches, IRelationalConnection connection)
    {
        var isInTransaction = SaveGuard.BeginAsync(current.Context, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var (database, before) = (current.Context.Database, current.Context.Database.AutoTransactionBehavior);
        try
        {
            database.AutoTransactionBehavior = isInTransaction ? AutoTransactionBehavior.Always : before;
            return _batches.Execute(commandBatches, connection);
        }
        finally
        {
            database.AutoTransactionBehavior = before;
        }
    }

    public async Task<int> ExecuteAsync(
        IEnumerable<ModificationCommandBatch> commandBatches, IRelationalConnection connection, CancellationToken cancellationToken = default)
    {
        var isInTransaction = await SaveGuard.BeginAsync(current.Context, cancellationToken).ConfigureAwait(false);
        var (database, before) = (current.Context.Database, current.Context.Database.AutoTransactionBehavior);
        try
        {
            database.AutoTransactionBehavior = isInTransaction ? AutoTransactionBehavior.Always : before;
            return await _batches.ExecuteAsync(commandBatches, connection, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            database.AutoTransactionBehavior = before;
        }
    }
}
