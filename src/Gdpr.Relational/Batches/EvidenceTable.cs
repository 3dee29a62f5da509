using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Relational.Batches;

/// <summary>The evidence beside the data: <c>gdpr_evidence</c>.</summary>
internal sealed class EvidenceTable(SqlDialect dialect)
{
    /// <summary>The table.</summary>
    public const string Name = "gdpr_evidence";

    private readonly string _table = dialect.Beside(Name);

    private string P(string name) => dialect.Parameter(name);

    /// <summary>Whether a plan has been ended: its evidence has a batch 0 without records.</summary>
    public async ValueTask<bool> HasEndedAsync(DbConnection connection, DbTransaction transaction, string plan, CancellationToken cancellationToken)
    {
        var command = connection.Command(transaction, $"SELECT count(*) FROM {_table} WHERE plan = {P("plan")} AND batch = 0").Add(dialect, "plan", plan);
        await using (command.ConfigureAwait(false))
        {
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), null) > 0;
        }
    }

    /// <summary>Ends a plan.</summary>
    public async ValueTask EndAsync(
        DbConnection connection, DbTransaction transaction, string plan, string dataSet, Instant at, CancellationToken cancellationToken)
    {
        if (await HasEndedAsync(connection, transaction, plan, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var command = connection.Command(
                transaction,
                $"INSERT INTO {_table} (plan, data_set, batch, seq, key_id, record, action, fields, rule, reason, at, records) "
                + $"VALUES ({P("plan")}, {P("dataset")}, 0, 0, '', {P("record")}, 0, '[]', '', 'plan-ended', {P("at")}, 0)")
            .Add(dialect, "plan", plan).Add(dialect, "dataset", dataSet).Add(dialect, "record", Array.Empty<byte>())
            .Add(dialect, "at", InstantPattern.ExtendedIso.Format(at));
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The evidence of what is to be done: kind by kind, each record by its name.</summary>
    public static EvidenceRow[] RowsOf(DisposalBatch batch, DueRecords due)
    {
        var names = RecordNames.Of(batch.Keys, batch.DataSet);
        return [.. due.Kinds.SelectMany(kind => kind.Keys.Select(key => new EvidenceRow(names.Of(key), kind.Action, kind.Fields, kind.Rule, kind.Reason.Code())))];
    }

    /// <summary>Writes the evidence of a batch: one row for all records of which the same becomes, their names one after the other.</summary>
    public async ValueTask WriteAsync(
        DbConnection connection, DbTransaction transaction, DisposalBatch batch, DueRecords due, EvidenceRow[] rows, CancellationToken cancellationToken)
    {
        var first = 0;
        foreach (var kind in due.Kinds)
        {
            var records = new byte[kind.Keys.Count * Digest.Size];
            for (var i = 0; i < kind.Keys.Count; i++)
            {
                rows[first + i].Record.Digest.CopyTo(records.AsSpan(i * Digest.Size));
            }

            var line = new EvidenceLine(rows[first].Record.KeyId, records, kind.Keys.Count, kind.Action, kind.Fields, kind.Rule, kind.Reason.Code());
            await WriteAsync(connection, transaction, batch, first, line, cancellationToken).ConfigureAwait(false);
            first += kind.Keys.Count;
        }
    }

    /// <summary>Writes one row of the evidence of a batch.</summary>
    public async ValueTask WriteAsync(
        DbConnection connection, DbTransaction transaction, DisposalBatch batch, int first, EvidenceLine line, CancellationToken cancellationToken)
    {
        var command = connection.Command(
                transaction,
                $"INSERT INTO {_table} (plan, data_set, batch, seq, key_id, record, action, fields, rule, reason, at, records) "
                + $"VALUES ({P("plan")}, {P("dataset")}, {P("batch")}, {P("first")}, {P("key")}, {P("records")}, {P("action")}, {P("fields")}, {P("rule")}, {P("reason")}, "
                + $"{P("at")}, {P("count")})")
            .Add(dialect, "plan", batch.Plan)
            .Add(dialect, "dataset", batch.DataSet)
            .Add(dialect, "batch", batch.Number)
            .Add(dialect, "first", first)
            .Add(dialect, "key", line.KeyId)
            .Add(dialect, "records", line.Names)
            .Add(dialect, "action", (int)line.Action)
            .Add(dialect, "fields", Written(line.Fields))
            .Add(dialect, "rule", line.Rule)
            .Add(dialect, "reason", line.Reason)
            .Add(dialect, "at", InstantPattern.ExtendedIso.Format(batch.Evaluator.Now))
            .Add(dialect, "count", line.Records);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The evidence of a plan's batches, in their order; its end is none of them. Rows that somebody has changed, so that they cannot be read, are left out:
    /// the root over the others is another.</summary>
    public async IAsyncEnumerable<BatchEvidence> ReadAsync(
        DbConnection connection, string plan, int afterBatch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var command = connection.Command(
                null,
                $"SELECT data_set, batch, key_id, record, action, fields, rule, reason, records, at FROM {_table} "
                + $"WHERE plan = {P("plan")} AND batch > {P("after")} AND batch BETWEEN 1 AND 2147483647 ORDER BY batch, seq")
            .Add(dialect, "plan", plan).Add(dialect, "after", afterBatch);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                BatchEvidence? batch = null;
                var rows = new List<EvidenceRow>();
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var number = reader.GetInt32(1);
                    if (batch is not null && batch.Number != number)
                    {
                        yield return batch with { Rows = [.. rows] };
                        rows.Clear();
                    }

                    var at = AtOf(reader.GetString(9));
                    batch = new BatchEvidence(plan, reader.GetString(0), number, []) { At = batch?.Number != number || batch.At == at ? at : Instant.MinValue };
                    rows.AddRange(RowsOf(reader));
                }

                if (batch is not null)
                {
                    yield return batch with { Rows = [.. rows] };
                }
            }
        }
    }

    /// <summary>Some of the plans of which there is evidence of batches of data sets, in the database's order.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="dataSets">The data sets.</param>
    /// <param name="after">Only plans after this one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<IReadOnlyList<string>> ReadPlansAsync(
        DbConnection connection, IEnumerable<string> dataSets, string after, int limit, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var command = connection.Command(
                null,
                $"SELECT DISTINCT plan FROM {_table} WHERE plan > {P("after")} AND batch > 0 "
                + $"AND data_set IN ({dialect.KeySet(P("list"), [ColumnAffinity.Text])}) ORDER BY plan LIMIT {P("limit")}")
            .Add(dialect, "after", after).Add(dialect, "list", KeyJson.Of(dataSets, isComposite: false)).Add(dialect, "limit", limit);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    found.Add(reader.GetString(0));
                }
            }
        }

        return found;
    }

    private static List<EvidenceRow> RowsOf(DbDataReader reader)
    {
        var rows = new List<EvidenceRow>();
        try
        {
            var (names, action, fields, rule, reason) =
                (reader.GetFieldValue<byte[]>(3), (DisposalKind)reader.GetInt32(4), Read(reader.GetString(5)), reader.GetString(6), reader.GetString(7));
            if (names.Length == 0)
            {
                rows.Add(new EvidenceRow(new KeyedDigest(reader.GetString(2), Digest.Of([])), action, fields, rule, reason) { Records = reader.GetInt32(8) });
            }

            for (var start = 0; start < names.Length; start += Digest.Size)
            {
                rows.Add(new EvidenceRow(new KeyedDigest(reader.GetString(2), new Digest(names.AsSpan(start, Digest.Size))), action, fields, rule, reason));
            }

            return rows;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException or OverflowException or InvalidCastException)
        {
            return [];
        }
    }

    private static Instant AtOf(string text) => InstantPattern.ExtendedIso.Parse(text) is { Success: true, Value: var at } ? at : Instant.MinValue;

    private static string Written(IReadOnlyList<string> fields)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (var field in fields)
            {
                writer.WriteStringValue(field);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string[] Read(string fields)
    {
        using var document = JsonDocument.Parse(fields);
        return [.. document.RootElement.EnumerateArray().Select(field => field.GetString()!)];
    }
}

/// <summary>Records of which the same became, in one row.</summary>
/// <param name="KeyId">The key under which they are named.</param>
/// <param name="Names">Their names, one after the other; empty where they are only counted.</param>
/// <param name="Records">How many they are.</param>
/// <param name="Action">What was done.</param>
/// <param name="Fields">The fields, ordinally; empty for whole records.</param>
/// <param name="Rule">The id of the rule, or empty.</param>
/// <param name="Reason">The reason's code.</param>
internal sealed record EvidenceLine(string KeyId, byte[] Names, int Records, DisposalKind Action, IReadOnlyList<string> Fields, string Rule, string Reason);
