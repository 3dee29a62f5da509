using System.Data.Common;
using System.Diagnostics;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>Whole partitions as batches: where a table is partitioned by ranges of a trigger, and every row of a partition is due by all rules, the partition is
/// dropped with the evidence of all its rows, instead of row by row.</summary>
/// <remarks>
/// Only a partition whose range ends before a cutoff of that trigger, so that no row belongs there which that rule is to keep; of which nothing else is
/// known to the database: no reference to it, no trigger or rule of the host's, no subscriber elsewhere whom a drop would not tell; and whose owner the role is.
/// Everything else goes by rows.
/// </remarks>
internal sealed class DuePartitions
{
    /// <summary>How many records may be named at once: their names are held in memory, and stand in one row of evidence.</summary>
    public const int MostNamed = 1_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private const string LockNotAvailable = "55P03";
    private const string Savepoint = "gdpr_partition";

    private readonly SqlDialect _dialect;
    private readonly RecordQuery _records;
    private readonly EvidenceTable _evidence;
    private readonly PartitionProof _proof;
    private readonly IReadOnlyList<Bound> _bounds;
    private readonly EvidenceDetail _detail;

    private DuePartitions(SqlDialect dialect, MappedDataSet dataSet, PartitionProof proof, IReadOnlyList<Bound> bounds, EvidenceDetail detail)
    {
        (_dialect, _proof, _bounds, _detail) = (dialect, proof, bounds, detail);
        _records = new RecordQuery(dialect, dataSet, hasFacts: false);
        _evidence = new EvidenceTable(dialect);
    }

    /// <summary>The way for a data set at an instant, or <see langword="null"/> where its records go by rows.</summary>
    public static DuePartitions? Of(string source, SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator, EvidenceDetail detail)
    {
        var cutoffs = evaluator.Cutoffs(evaluator.Schedule.DataSet(dataSet.Path));
        if (!dialect.DisposesAtOnce || !dataSet.Table.IsPartitioned || dataSet.Parties.IsDeclared || dataSet.Children.Count > 0 || dataSet.Siblings.Count > 0
            || cutoffs.Groups.Any(group => group.Group.DisposalFate != Fate.Erase) || !new RecordChanger(source, dialect, dataSet).GoesByAddress)
        {
            return null;
        }

        var bounds = BoundsOf(dialect, dataSet, cutoffs);
        return bounds.Count == 0 ? null
            : new DuePartitions(dialect, dataSet, new PartitionProof(dialect, dataSet, evaluator, OneRule.Of(source, dialect, dataSet, evaluator)), bounds, detail);
    }

    /// <summary>The triggers that may tell by a range's end that all events in it are past, for a rule at least: whether every rule is, only the rows tell.</summary>
    private static IReadOnlyList<Bound> BoundsOf(SqlDialect dialect, MappedDataSet dataSet, RetentionCutoffs cutoffs)
    {
        var bounds = new List<Bound>();
        foreach (var events in cutoffs.Groups.SelectMany(group => group.Graced).Where(rule => rule.Rule.Kind != RuleKind.Limit)
            .SelectMany(rule => rule.Limb.Events()).GroupBy(happening => happening.TriggerIndex))
        {
            if (dataSet.Triggers[events.Key] is { IsOwnColumn: true } trigger && dialect.LastBelow("b.bound", trigger.Kind) is { } last)
            {
                string[] past = [.. events.Select(happening => happening.Cutoff).OfType<Cutoff>()
                    .Select(cutoff => dialect.Past("l.last", trigger.Kind, trigger.Time, cutoff)).OfType<string>().Distinct(StringComparer.Ordinal)];
                if (past.Length > 0)
                {
                    bounds.Add(new Bound(trigger.Path.Column, last, Condition.Or(past)));
                }
            }
        }

        return bounds;
    }

    /// <summary>The partitions whose range ends before a cutoff and that can be dropped, the oldest first.</summary>
    public async ValueTask<IReadOnlyList<string>> FindAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        // How the database writes a range's end depends on settings of the session: here it writes what it reads in the same way.
        await RunAsync(connection, transaction, "SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL TimeZone = 'UTC'", cancellationToken).ConfigureAwait(false);
        var found = new List<string>();
        foreach (var bound in _bounds)
        {
            var command = connection.Command(transaction, Text(bound)).Add(_dialect, "table", _records.Table).Add(_dialect, "column", bound.Column);
            await using var closing = command.ConfigureAwait(false);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var closingReader = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                found.Add(reader.GetString(0));
            }
        }

        return found;
    }

    private string Text(Bound bound) => $"""
        SELECT format('%I.%I', p.schema, p.name) FROM (
            SELECT c.oid, n.nspname AS schema, c.relname AS name, t.partrelid AS root,
                substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO [(]''?([-0-9][^'')]*)''?[)]$') AS bound
            FROM pg_partitioned_table t JOIN pg_attribute a ON a.attrelid = t.partrelid AND a.attnum = t.partattrs[0]
                JOIN pg_inherits i ON i.inhparent = t.partrelid JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_class o ON o.oid = t.partrelid
            WHERE t.partrelid = to_regclass({P("table")}) AND t.partstrat = 'r' AND t.partnatts = 1 AND a.attname = {P("column")}
                AND c.relkind = 'r' AND NOT i.inhdetachpending AND pg_has_role(c.relowner, 'USAGE') AND pg_has_role(o.relowner, 'USAGE') OFFSET 0) p
            CROSS JOIN LATERAL (SELECT p.bound OFFSET 0) b CROSS JOIN LATERAL (SELECT {bound.Last} AS last WHERE b.bound IS NOT NULL OFFSET 0) l
        WHERE ({bound.Past})
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid IN (p.oid, p.root))
            AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid IN (p.oid, p.root) AND {LibraryTriggers.IsHosts})
            AND NOT EXISTS (SELECT FROM pg_class x WHERE x.oid IN (p.oid, p.root) AND (x.relhasrules OR x.relrowsecurity))
            AND NOT EXISTS (SELECT FROM pg_publication_tables s JOIN pg_class c ON c.relname = s.tablename JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = s.schemaname AND c.oid IN (p.oid, p.root))
        ORDER BY l.last, 1
        """;

    /// <summary>Whether, as far as anybody can see who locks nothing, every row of a partition is due, there is one, and they are not too many. Ends at the first
    /// row that is not.</summary>
    public async ValueTask<bool> IsPromisingAsync(
        DbConnection connection, DbTransaction transaction, string partition, IReadOnlyList<FactScope> scopes, CancellationToken cancellationToken)
    {
        var values = new SqlValues(_dialect);
        var tooMany = _detail == EvidenceDetail.PerRecord ? $"EXISTS (SELECT 1 FROM {partition} OFFSET {Sql.Number(MostNamed)})" : Condition.False;
        var command = connection.Command(
            transaction,
            $"SELECT EXISTS (SELECT 1 FROM {partition}) AND NOT ({tooMany}) "
            + $"AND NOT EXISTS (SELECT 1 FROM {partition} r WHERE ({_proof.IsDue(scopes, values)}) IS NOT TRUE)");
        values.AddTo(command);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
        }
    }

    /// <summary>Drops a partition, in a transaction that no other batch and no change of facts runs beside.</summary>
    /// <returns>The evidence, to be committed; <see langword="null"/> where a row turned out not to be due or somebody else uses the table: then the transaction can
    /// only be given up.</returns>
    public async ValueTask<EvidenceRow[]?> DropAsync(
        DbConnection connection, DbTransaction transaction, DisposalBatch batch, string partition, IReadOnlyList<FactScope> scopes, CancellationToken cancellationToken)
    {
        // From here on nobody writes to the partition. Others may read it until the very end.
        await RunAsync(connection, transaction, $"LOCK TABLE {partition} IN EXCLUSIVE MODE", cancellationToken).ConfigureAwait(false);
        var names = new HashedNames(_dialect, batch, _detail);
        if (await _proof.ScanAsync(connection, transaction, partition, scopes, names, cancellationToken).ConfigureAwait(false) is not { } lines)
        {
            return null;
        }

        var rows = new List<EvidenceRow>();
        foreach (var line in lines)
        {
            await _evidence.WriteAsync(connection, transaction, batch, rows.Count, line, cancellationToken).ConfigureAwait(false);
            rows.AddRange(names.RowsOf(line.Rule, line.Reason, line.Records, line.Names));
        }

        // What keeps a partition from being dropped may have come since it was found: from now on none comes.
        if (!await HasWholeTableAsync(connection, transaction, cancellationToken).ConfigureAwait(false)
            || !(await FindAsync(connection, transaction, cancellationToken).ConfigureAwait(false)).Contains(partition))
        {
            return null;
        }

        await RunAsync(
            connection, transaction, $"ALTER TABLE {_records.Table} DETACH PARTITION {partition}; DROP TABLE {partition}", cancellationToken).ConfigureAwait(false);
        return [.. rows];
    }

    /// <summary>Takes the table and its partitions from everybody, if nobody uses them at some moment: whoever waits for a table while he has locked one can be
    /// waited for in turn, and this is not to be somebody else's failure.</summary>
    private async ValueTask<bool> HasWholeTableAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            await transaction.SaveAsync(Savepoint, cancellationToken).ConfigureAwait(false);
            try
            {
                await RunAsync(connection, transaction, $"LOCK TABLE {_records.Table} IN ACCESS EXCLUSIVE MODE NOWAIT", cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (DbException taken) when (taken.SqlState == LockNotAvailable)
            {
                await transaction.RollbackAsync(Savepoint, cancellationToken).ConfigureAwait(false);
                if (waiting.Elapsed > Patience)
                {
                    return false;
                }
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask RunAsync(DbConnection connection, DbTransaction transaction, string text, CancellationToken cancellationToken)
    {
        var command = connection.Command(transaction, text);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private string P(string name) => _dialect.Parameter(name);

    /// <summary>What a range of a trigger's column says.</summary>
    /// <param name="Column">The column.</param>
    /// <param name="Last">The expression of the last value in a range, over its end <c>b.bound</c>.</param>
    /// <param name="Past">The condition on that value, <c>l.last</c>: it is past.</param>
    private sealed record Bound(string Column, string Last, string Past);
}
