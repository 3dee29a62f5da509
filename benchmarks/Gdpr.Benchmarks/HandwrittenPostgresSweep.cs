using Gdpr.Journals;
using Gdpr.Sources;
using Npgsql;

namespace Gdpr.Benchmarks;

/// <summary>What one writes by hand for one table, one rule and holds on records: one statement per batch, with a row of evidence for the batch or for each record.</summary>
internal sealed class HandwrittenPostgresSweep : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _command;
    private int _batch;

    public HandwrittenPostgresSweep(NpgsqlConnection connection, IKeyRing keys, int batchSize, EvidenceDetail detail)
    {
        _connection = connection;
        var evidence = detail == EvidenceDetail.PerBatch
            ? "INSERT INTO evidence_batch SELECT $1, $2, count(*), '2026-06-15T12:00:00Z' FROM d"
            : "INSERT INTO evidence_record SELECT $1, $2, row_number() OVER (), sha256($5 || sha256($4 || convert_to(CAST(id AS text), 'UTF8'))), '2026-06-15T12:00:00Z' FROM d";
        _command = new NpgsqlCommand(
            $"""
            WITH victims AS MATERIALIZED (
                SELECT c.ctid AS place FROM customers c WHERE c.contract_ended < DATE '2026-03-15'
                    AND NOT EXISTS (SELECT 1 FROM gdpr.gdpr_block b WHERE b.data_set = 'crm.customers' AND b.scope = 'record' AND b.key = CAST(c.id AS text))
                LIMIT $3 FOR UPDATE OF c SKIP LOCKED),
            d AS (DELETE FROM customers c WHERE c.ctid = ANY (ARRAY(SELECT place FROM victims)) RETURNING c.id),
            e AS ({evidence})
            SELECT count(*) FROM d
            """,
            connection);
        _command.Parameters.AddWithValue("01JDA0000000000000000000AA");
        _command.Parameters.AddWithValue(0);
        _command.Parameters.AddWithValue(batchSize);
        if (detail == EvidenceDetail.PerRecord)
        {
            var key = RecordNames.Of(keys, CustomerTable.DataSet).Key.ToArray();
            _command.Parameters.AddWithValue(Padded(key, 0x36));
            _command.Parameters.AddWithValue(Padded(key, 0x5c));
        }
    }

    /// <summary>One batch.</summary>
    /// <returns>How many records it had.</returns>
    public long Next()
    {
        _command.Parameters[1].Value = ++_batch;
        using var transaction = _connection.BeginTransaction();
        _command.Transaction = transaction;
        var records = (long)_command.ExecuteScalar()!;
        transaction.Commit();
        return records;
    }

    public void Dispose()
    {
        _command.Dispose();
        _connection.Dispose();
    }

    private static byte[] Padded(byte[] key, byte pad)
    {
        var padded = new byte[64];
        key.CopyTo(padded, 0);
        return [.. padded.Select(one => (byte)(one ^ pad))];
    }
}
