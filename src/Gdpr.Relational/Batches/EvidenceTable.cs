using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime.Text;

namespace Gdpr.Relational.Batches;

/// <summary>The evidence beside the data: <c>gdpr_evidence</c>.</summary>
internal sealed class EvidenceTable(SqlDialect dialect)
{
    private readonly string _table = dialect.Beside("gdpr_evidence");

    private string P(string name) => dialect.Parameter(name);

    /// <summary>Whether there is evidence of a batch.</summary>
    public async ValueTask<bool> HasAsync(DbConnection connection, DbTransaction transaction, DisposalBatch batch, CancellationToken cancellationToken)
    {
        var command = connection.Command(transaction, $"SELECT count(*) FROM {_table} WHERE plan = {P("plan")} AND batch = {P("batch")}")
            .Add(dialect, "plan", batch.Plan).Add(dialect, "batch", batch.Number);
        await using (command.ConfigureAwait(false))
        {
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), null) > 0;
        }
    }

    /// <summary>Writes the evidence of a batch: one statement for all records of which the same becomes.</summary>
    /// <returns>The rows, in the order in which they are written.</returns>
    public async ValueTask<List<EvidenceRow>> WriteAsync(
        DbConnection connection, DbTransaction transaction, DisposalBatch batch, DueRecords due, CancellationToken cancellationToken)
    {
        var rows = new List<EvidenceRow>(due.Count);
        var names = RecordNames.Of(batch.Keys, batch.DataSet);
        var columns = $"{_table} (plan, data_set, batch, key_id, action, fields, rule, reason, at, seq, record{(dialect.PacksEvidence ? ", records" : "")})";
        var common = $"{P("plan")}, {P("dataset")}, {P("batch")}, {P("key")}, {P("action")}, {P("fields")}, {P("rule")}, {P("reason")}, {P("at")}";
        var insert = dialect.PacksEvidence
            ? $"INSERT INTO {columns} VALUES ({common}, {P("first")}, {P("records")}, {P("count")})"
            : $"INSERT INTO {columns} SELECT {common}, {P("first")} + n.i, {dialect.Bytes(P("records"), $"n.i * {Digest.Size}", Digest.Size)} "
                + $"FROM ({dialect.Series(P("count"))}) AS n";
        foreach (var kind in due.Kinds)
        {
            var first = rows.Count;
            var records = new byte[kind.Keys.Count * Digest.Size];
            foreach (var (index, key) in kind.Keys.Index())
            {
                var name = names.Of(key);
                name.Digest.CopyTo(records.AsSpan(index * Digest.Size));
                rows.Add(new EvidenceRow(name, kind.Action, kind.Fields, kind.Rule, kind.Reason.Code()));
            }

            var command = connection.Command(transaction, insert)
                .Add(dialect, "plan", batch.Plan)
                .Add(dialect, "dataset", batch.DataSet)
                .Add(dialect, "batch", batch.Number)
                .Add(dialect, "first", first)
                .Add(dialect, "key", names.KeyId)
                .Add(dialect, "records", records)
                .Add(dialect, "action", (int)kind.Action)
                .Add(dialect, "fields", Written(kind.Fields))
                .Add(dialect, "rule", kind.Rule)
                .Add(dialect, "reason", kind.Reason.Code())
                .Add(dialect, "at", InstantPattern.ExtendedIso.Format(batch.Evaluator.Now))
                .Add(dialect, "count", kind.Keys.Count);
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return rows;
    }

    /// <summary>The evidence of a plan's batches, in their order.</summary>
    public async IAsyncEnumerable<BatchEvidence> ReadAsync(
        DbConnection connection, string plan, int afterBatch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var command = connection.Command(
                null,
                $"SELECT data_set, batch, key_id, record, action, fields, rule, reason FROM {_table} WHERE plan = {P("plan")} AND batch > {P("after")} ORDER BY batch, seq")
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

                    batch = new BatchEvidence(plan, reader.GetString(0), number, []);
                    var (names, action, fields, rule, reason) =
                        (reader.GetFieldValue<byte[]>(3), (DisposalKind)reader.GetInt32(4), Read(reader.GetString(5)), reader.GetString(6), reader.GetString(7));
                    for (var at = 0; at < names.Length; at += Digest.Size)
                    {
                        rows.Add(new EvidenceRow(new KeyedDigest(reader.GetString(2), new Digest(names.AsSpan(at, Digest.Size))), action, fields, rule, reason));
                    }
                }

                if (batch is not null)
                {
                    yield return batch with { Rows = [.. rows] };
                }
            }
        }
    }

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
