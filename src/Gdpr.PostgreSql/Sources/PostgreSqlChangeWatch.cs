using System.Data.Common;
using System.Globalization;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;

namespace Gdpr.PostgreSql.Sources;

/// <summary>What a batch changes in PostgreSQL, where triggers may change more than it says: the server counts the rows that a transaction has changed, table by
/// table.</summary>
/// <remarks>Of the records' own table it does not tell which were updated, so that a trigger may keep a total in them; none but the batch's may go or come. A server
/// that does not count (<c>track_counts</c>) tells nothing.</remarks>
internal sealed class PostgreSqlChangeWatch : ChangeWatch
{
    private readonly SqlDialect _dialect;
    private readonly DbTransaction _transaction;
    private Dictionary<string, (long Inserted, long Updated, long Deleted)> _before = [];

    private PostgreSqlChangeWatch(SqlDialect dialect, DbTransaction transaction, MappedDataSet dataSet)
        : base(dataSet) => (_dialect, _transaction) = (dialect, transaction);

    /// <summary>Begins to watch.</summary>
    public static async ValueTask<ChangeWatch?> BeginAsync(SqlDialect dialect, DbTransaction transaction, MappedDataSet dataSet, CancellationToken cancellationToken)
    {
        var watch = new PostgreSqlChangeWatch(dialect, transaction, dataSet);
        watch._before = await watch.CountAsync(cancellationToken).ConfigureAwait(false);
        return watch;
    }

    public override async ValueTask<string?> FindOtherAsync(CancellationToken cancellationToken)
    {
        foreach (var (table, after) in await CountAsync(cancellationToken).ConfigureAwait(false))
        {
            var before = _before.GetValueOrDefault(table);
            var (inserted, updated, deleted) = (after.Inserted - before.Inserted, after.Updated - before.Updated, after.Deleted - before.Deleted);
            if (inserted + updated + deleted > 0
                && (inserted > 0 || deleted != DeletedOf(table) || (table != Own && updated + deleted != SaidOf(table))))
            {
                return $"table '{table}'";
            }
        }

        return null;
    }

    private async ValueTask<Dictionary<string, (long Inserted, long Updated, long Deleted)>> CountAsync(CancellationToken cancellationToken)
    {
        string[] names = [.. Mapped];
        var command = _transaction.Connection!.Command(
            _transaction,
            $"""
            SELECT m.name, CAST(coalesce(sum(s.n_tup_ins), 0) AS bigint), CAST(coalesce(sum(s.n_tup_upd), 0) AS bigint), CAST(coalesce(sum(s.n_tup_del), 0) AS bigint)
            FROM unnest({_dialect.Parameter("names")}, {_dialect.Parameter("quoted")}) AS m(name, quoted)
                JOIN pg_stat_xact_user_tables s ON s.relid = to_regclass(m.quoted) OR s.relid IN (SELECT p.relid FROM pg_partition_tree(to_regclass(m.quoted)) p)
            GROUP BY m.name
            """).Add(_dialect, "names", names).Add(_dialect, "quoted", names.Select(_dialect.Table).ToArray());
        await using var closing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        var counts = new Dictionary<string, (long, long, long)>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            counts[Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!] = (reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        }

        return counts;
    }
}
