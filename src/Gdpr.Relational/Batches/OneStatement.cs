using System.Data.Common;
using Gdpr.Journals;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Relational.Batches;

/// <summary>A batch in one statement: it finds and locks due rows, deletes them and writes their evidence, whose names the database hashes. For records that one
/// comparison decides, so that the same rule and reason end all of them; of which no fact is known; and of which nothing else needs to be changed.</summary>
/// <remarks>A row that somebody has changed since the statement began is not deleted by it, but left to the next: the deletion sees what the selection saw.</remarks>
internal sealed class OneStatement
{
    private const int Block = 64;

    private readonly SqlDialect _dialect;
    private readonly MappedDataSet _dataSet;
    private readonly RecordQuery _records;
    private readonly MappedTrigger? _driver;
    private readonly string _past;
    private readonly FateDecision _decision;

    private OneStatement(SqlDialect dialect, MappedDataSet dataSet, MappedTrigger? driver, string past, FateDecision decision)
    {
        (_dialect, _dataSet, _driver, _past, _decision) = (dialect, dataSet, driver, past, decision);
        _records = new RecordQuery(dialect, dataSet, hasFacts: false);
    }

    /// <summary>Whether rows can be taken in the order in which they lie: partitions have each its own.</summary>
    private bool CanGoByPlace => !_dataSet.Table.IsPartitioned;

    /// <summary>The way for a data set at an instant, or <see langword="null"/> where there is more to it.</summary>
    public static OneStatement? Of(string source, SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator)
    {
        if (!dialect.DisposesAtOnce || dataSet.IsDisposedInParts || dataSet.Children.Count > 0 || !new RecordChanger(source, dialect, dataSet).GoesByAddress)
        {
            return null;
        }

        var schedule = evaluator.Schedule.DataSet(dataSet.Path);
        var cutoffs = evaluator.Cutoffs(schedule);
        if (cutoffs.Groups is not [{ Graced: [{ Rule.Kind: RuleKind.Purpose, Limb: CutoffLimb.Event { Cutoff: { } cutoff } limb }] }]
            || limb is { FiscalYears: not null } or { WhenMissing: LimbState.Past }
            || dataSet.Triggers[limb.TriggerIndex] is not { Expression: null, Path.Through.Count: 0 } trigger
            || dialect.Past($"r.{dialect.Quote(trigger.Path.Column)}", trigger.Kind, trigger.Time, cutoff) is not { } past)
        {
            return null;
        }

        var driver = IndexedTrigger.IsIndexed(dataSet, trigger) ? trigger : null;
        if (driver is null && dataSet.Table.IsPartitioned)
        {
            return null;
        }

        // What the evaluator says of one that is past, it says of all.
        TriggerValue[] values = [.. schedule.Triggers.Select(_ => TriggerValue.On(cutoff.Date.PlusDays(-1)))];
        var decision = evaluator.Evaluate(new RetentionRecord(schedule, values));
        return decision.Fate == Fate.Erase ? new OneStatement(dialect, dataSet, driver, past, decision) : null;
    }

    /// <summary>Whether rows are best taken in the order in which they lie, as they are where so many are due that the database would read the whole table: each batch
    /// goes on where the one before ended, and none reads again what another has read. Otherwise they come in the order of an index on their date.</summary>
    public async ValueTask<bool> GoesByPlaceAsync(DbConnection connection, DbTransaction transaction, int limit, CancellationToken cancellationToken)
    {
        if (_driver is null || !CanGoByPlace)
        {
            return CanGoByPlace;
        }

        var command = connection.Command(transaction, _dialect.Explained($"SELECT r.ctid FROM {_records.Table} r WHERE {_past} LIMIT {Sql.Number(limit)}"));
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var isWhole = false;
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    isWhole |= reader.GetString(0).Contains(_dialect.WholeTable, StringComparison.Ordinal);
                }

                return isWhole;
            }
        }
    }

    /// <summary>Runs the statement.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="scopes">What facts there are about, which exclude their records here.</param>
    /// <param name="byPlace">Whether rows come in the order in which they lie.</param>
    /// <param name="after">Only records that come after this one in the order of the selection, or beside it.</param>
    /// <param name="detail">Whether the records are named.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<OneStatementResult> RunAsync(
        DbConnection connection,
        DbTransaction transaction,
        DisposalBatch batch,
        IReadOnlyList<FactScope> scopes,
        bool byPlace,
        string? after,
        EvidenceDetail detail,
        CancellationToken cancellationToken)
    {
        var (values, names, isNamed) = (new SqlValues(_dialect), RecordNames.Of(batch.Keys, batch.DataSet), detail == EvidenceDetail.PerRecord);
        var (rule, reason) = (_decision.Rule?.Id ?? "", _decision.Reason.Code());
        var command = connection.Command(transaction, Text(values, scopes, byPlace, after is not null, isNamed))
            .Add(_dialect, "plan", batch.Plan)
            .Add(_dialect, "dataset", batch.DataSet)
            .Add(_dialect, "batch", batch.Number)
            .Add(_dialect, "keyid", names.KeyId)
            .Add(_dialect, "rule", rule)
            .Add(_dialect, "reason", reason)
            .Add(_dialect, "at", InstantPattern.ExtendedIso.Format(batch.Evaluator.Now))
            .Add(_dialect, "limit", batch.Limit);
        values.AddTo(command);
        if (isNamed)
        {
            // The two pads of HMAC: the key itself stays here, and what the database is given names the records of this data set alone.
            command.Add(_dialect, "inner", Padded(names.Key.Span, 0x36)).Add(_dialect, "outer", Padded(names.Key.Span, 0x5c));
        }

        if (after is not null)
        {
            command.Add(_dialect, "after", after);
        }

        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                var (found, deleted) = ((int)reader.GetInt64(0), reader.GetInt32(1));
                if (deleted == 0)
                {
                    return new OneStatementResult(found, null, [], []);
                }

                var last = reader.GetString(2);
                return isNamed
                    ? new OneStatementResult(found, last, RowsOf(names.KeyId, reader.GetFieldValue<byte[]>(3), rule, reason), reader.GetFieldValue<string[]>(4))
                    : new OneStatementResult(
                        found,
                        last,
                        [new EvidenceRow(new KeyedDigest(names.KeyId, Digest.Of([])), DisposalKind.Erased, [], rule, reason) { Records = deleted }],
                        []);
            }
        }
    }

    private string Text(SqlValues values, IReadOnlyList<FactScope> scopes, bool byPlace, bool hasAfter, bool isNamed)
    {
        var (table, order) = (_records.Table, byPlace ? "r.ctid" : $"r.{_dialect.Quote(_driver!.Path.Column)}");

        // From a place on the table is read in order; without one it may be read from anywhere, where somebody else reads it at the time.
        var goesOn = byPlace ? $"r.ctid > CAST({(hasAfter ? P("after") : "'(0,0)'")} AS tid)"
            : hasAfter ? $"{order} >= {_dialect.Value(P("after"), _driver!.Kind)}"
            : Condition.True;
        var rows = Condition.And(_past, goesOn, _records.HasKey("r"), _records.WithoutFacts(scopes, values));
        var partition = _dataSet.Table.IsPartitioned ? " AND (r.tableoid, r.ctid) IN (SELECT part, place FROM victims)" : "";

        var hashed = isNamed
            ? $", string_agg(sha256({P("outer")} || sha256({P("inner")} || convert_to(k, 'UTF8'))), ''::bytea) AS names, array_agg(k) AS keys"
            : ", ''::bytea AS names";
        var key = isNamed ? $", {_records.KeyText("r")} AS k" : "";
        return $"WITH victims AS MATERIALIZED (SELECT r.tableoid AS part, r.ctid AS place FROM {table} r WHERE {rows}{(byPlace ? "" : $" ORDER BY {order}")} "
            + $"LIMIT {P("limit")} {_dialect.RowLock(waits: false)}), "
            + $"gone AS (DELETE FROM {table} r WHERE r.ctid = ANY (ARRAY(SELECT place FROM victims)){partition} RETURNING {order} AS o{key}), "
            + $"named AS MATERIALIZED (SELECT CAST(count(*) AS integer) AS n, CAST(max(o) AS text) AS last{hashed} FROM gone), "
            + $"written AS (INSERT INTO {_dialect.Beside(EvidenceTable.Name)} (plan, data_set, batch, seq, key_id, record, action, fields, rule, reason, at, records) "
            + $"SELECT {P("plan")}, {P("dataset")}, {P("batch")}, 0, {P("keyid")}, names, {Sql.Number((long)DisposalKind.Erased)}, '[]', "
            + $"{P("rule")}, {P("reason")}, {P("at")}, n FROM named WHERE n > 0) SELECT (SELECT count(*) FROM victims), n, last{(isNamed ? ", names, keys" : "")} FROM named";
    }

    private static EvidenceRow[] RowsOf(string keyId, byte[] names, string rule, string reason)
    {
        var rows = new EvidenceRow[names.Length / Digest.Size];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new EvidenceRow(new KeyedDigest(keyId, new Digest(names.AsSpan(i * Digest.Size, Digest.Size))), DisposalKind.Erased, [], rule, reason);
        }

        return rows;
    }

    private static byte[] Padded(ReadOnlySpan<byte> key, byte pad)
    {
        var padded = new byte[Block];
        key.CopyTo(padded);
        for (var i = 0; i < Block; i++)
        {
            padded[i] ^= pad;
        }

        return padded;
    }

    private string P(string name) => _dialect.Parameter(name);
}

/// <summary>What a statement found and did.</summary>
/// <param name="Found">How many rows were locked.</param>
/// <param name="Last">Where the last is in the order of the selection; <see langword="null"/> where none was deleted.</param>
/// <param name="Rows">The evidence.</param>
/// <param name="Keys">The native keys, in the order of the rows; none where the records are not named.</param>
internal readonly record struct OneStatementResult(int Found, string? Last, IReadOnlyList<EvidenceRow> Rows, IReadOnlyList<string> Keys);
