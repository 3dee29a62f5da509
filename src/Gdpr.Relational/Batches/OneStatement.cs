using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>A batch in one statement: it finds and locks due rows, deletes them and writes their evidence, whose names the database hashes. For records that one
/// comparison decides, so that the same rule and reason end all of them; of which no fact is known; and of which nothing else needs to be changed.</summary>
/// <remarks>A row that somebody has changed since the statement began is not deleted by it, but left to the next: the deletion sees what the selection saw.</remarks>
internal sealed class OneStatement
{
    private readonly SqlDialect _dialect;
    private readonly MappedDataSet _dataSet;
    private readonly RecordQuery _records;
    private readonly MappedTrigger? _driver;
    private readonly OneRule _rule;

    private OneStatement(SqlDialect dialect, MappedDataSet dataSet, MappedTrigger? driver, OneRule rule)
    {
        (_dialect, _dataSet, _driver, _rule) = (dialect, dataSet, driver, rule);
        _records = new RecordQuery(dialect, dataSet, hasFacts: false);
    }

    private bool IsPartitioned => _dataSet.Table.IsPartitioned;

    /// <summary>Whether rows can be taken in the order in which they lie: partitions have each its own.</summary>
    private bool CanGoByPlace => !IsPartitioned;

    /// <summary>The way for a data set at an instant, or <see langword="null"/> where there is more to it.</summary>
    public static OneStatement? Of(string source, SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator)
    {
        if (OneRule.Of(source, dialect, dataSet, evaluator) is not { } rule)
        {
            return null;
        }

        var driver = IndexedTrigger.IsIndexed(dataSet, rule.Trigger) ? rule.Trigger : null;
        return driver is null && dataSet.Table.IsPartitioned ? null : new OneStatement(dialect, dataSet, driver, rule);
    }

    /// <summary>Whether rows are best taken in the order in which they lie: where there are at least as many due as the table has pages, so that reading it once
    /// costs no more than going to each. Each batch goes on where the one before ended, and none reads again what another has read. Otherwise rows come in the
    /// order of an index on their date, and those that are kept are never looked at.</summary>
    public async ValueTask<bool> GoesByPlaceAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        if (_driver is null || !CanGoByPlace)
        {
            return CanGoByPlace;
        }

        var command = connection.Command(transaction, _dialect.Explained($"SELECT r.ctid FROM {_records.Table} r WHERE {_rule.Past}"));
        await using (command.ConfigureAwait(false))
        {
            using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
            command.CommandText = $"SELECT pg_relation_size({P("table")}) / CAST(current_setting('block_size') AS bigint)";
            command.Add(_dialect, "table", _records.Table);
            return plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble()
                >= Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
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
        var (values, evidence) = (new SqlValues(_dialect), new AlikeEvidence(_dialect, batch, _rule.Decision, detail));
        var command = connection.Command(transaction, Text(values, evidence, scopes, byPlace, after is not null)).Add(_dialect, "limit", batch.Limit);
        values.AddTo(command);
        evidence.AddTo(command);
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
                var (found, deleted) = (reader.GetInt32(0), reader.GetInt32(1));
                if (deleted == 0)
                {
                    return new OneStatementResult(found, null, [], []);
                }

                var rows = evidence.RowsOf(deleted, reader.GetFieldValue<byte[]>(3));
                return new OneStatementResult(found, reader.GetString(2), rows, evidence.Names.IsNamed ? reader.GetFieldValue<string[]>(4) : []);
            }
        }
    }

    private string Text(SqlValues values, AlikeEvidence evidence, IReadOnlyList<FactScope> scopes, bool byPlace, bool hasAfter)
    {
        var (table, order) = (_records.Table, byPlace ? "r.ctid" : $"r.{_dialect.Quote(_driver!.Path.Column)}");

        // From a place on the table is read in order; without one it may be read from anywhere, where somebody else reads it at the time.
        var goesOn = byPlace ? $"r.ctid > CAST({(hasAfter ? P("after") : "'(0,0)'")} AS tid)"
            : hasAfter ? $"{order} >= {_dialect.Value(P("after"), _driver!.Kind)}"
            : Condition.True;
        // Of the two ways to the rows the condition leaves the database one: an index would lead it to all that are due, batch for batch.
        var past = byPlace ? Condition.Unindexed(_rule.Past) : _rule.Past;
        var rows = Condition.And(past, goesOn, _records.HasKey("r"), _records.WithoutFacts(scopes, values));
        var found = $"SELECT {(IsPartitioned ? "r.tableoid AS part, " : "")}r.ctid AS place FROM {table} r WHERE {rows}{(byPlace ? "" : $" ORDER BY {order}")} "
            + $"LIMIT {P("limit")} {_dialect.RowLock(waits: false)}";

        // A list of places, made as the rows are found: kept as rows they would be written down and read twice more.
        var (victims, partition) = IsPartitioned
            ? ($"SELECT array_agg(part) AS parts, array_agg(place) AS places FROM ({found}) AS found",
                " AND (r.tableoid, r.ctid) IN (SELECT v.part, v.place FROM victims, unnest(parts, places) AS v(part, place))")
            : ($"SELECT ARRAY({found}) AS places", "");
        var keys = evidence.Names.IsNamed ? "array_agg(k)" : "CAST(NULL AS text[])";
        var key = evidence.Names.IsNamed ? $", {_records.KeyText("r")} AS k" : "";
        return $"WITH victims AS MATERIALIZED ({victims}), "
            + $"gone AS (DELETE FROM {table} r WHERE r.ctid = ANY (CAST((SELECT places FROM victims) AS tid[])){partition} RETURNING {order} AS o{key}), "
            + $"named AS MATERIALIZED (SELECT CAST(count(*) AS integer) AS n, CAST(max(o) AS text) AS last, {evidence.Names.Of("k")} AS names, {keys} AS keys FROM gone), "
            + $"written AS ({evidence.Insert("named", "n > 0")}) "
            + "SELECT (SELECT coalesce(cardinality(places), 0) FROM victims), n, last, names, keys FROM named";
    }

    private string P(string name) => _dialect.Parameter(name);
}

/// <summary>What a statement found and did.</summary>
/// <param name="Found">How many rows were locked.</param>
/// <param name="Last">Where the last is in the order of the selection; <see langword="null"/> where none was deleted.</param>
/// <param name="Rows">The evidence.</param>
/// <param name="Keys">The native keys, in the order of the rows; none where the records are not named.</param>
internal readonly record struct OneStatementResult(int Found, string? Last, IReadOnlyList<EvidenceRow> Rows, IReadOnlyList<string> Keys);
