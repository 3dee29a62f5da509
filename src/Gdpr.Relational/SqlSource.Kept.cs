using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Retention;

namespace Gdpr.Relational;

/// <content>What a source keeps, for whoever looks after what the database does of its own.</content>
public sealed partial class SqlSource
{
    /// <summary>Looks at the live database.</summary>
    /// <param name="schedule">The policy's rules.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal ValueTask<KeptTables> LookAsync(RetentionSchedule schedule, CancellationToken cancellationToken) => GuardedAsync(
        async connection =>
        {
            var found = new List<MappedDataSet>();
            foreach (var dataSet in DataSets)
            {
                found.Add(await _mapping.FindAsync(connection, schedule, dataSet, cancellationToken).ConfigureAwait(false));
            }

            return new KeptTables(
                await _database.IdentityOfAsync(connection, cancellationToken).ConfigureAwait(false),
                await _database.DescribeAsync(connection, cancellationToken).ConfigureAwait(false),
                found);
        },
        cancellationToken);
}
