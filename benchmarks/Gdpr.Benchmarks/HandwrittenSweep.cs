using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Benchmarks;

/// <summary>What one writes by hand for one table and one rule: batches in a transaction each, with evidence of each record. It knows of no holds, no values that
/// cannot be read and no plans, and reads nothing again.</summary>
internal sealed class HandwrittenSweep : IDisposable
{
    private const string Plan = "01JDA0000000000000000000AA";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _select;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _insert;
    private readonly RecordNames _names;
    private readonly HandwrittenEvidence _kind;
    private readonly HandwrittenJournal? _journal;
    private readonly List<long> _ids = [];
    private long _last;
    private int _batch;

    public HandwrittenSweep(CustomerTable table, IKeyRing keys, int batchSize, Instant now, bool isIndexed, HandwrittenEvidence evidence)
    {
        (_names, _kind) = (RecordNames.Of(keys, CustomerTable.DataSet), evidence);
        _journal = evidence == HandwrittenEvidence.RowsAndJournal ? new HandwrittenJournal(table) : null;
        _connection = table.Open();
        CustomerTable.Run(_connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON");
        CustomerTable.Run(_connection, """
            CREATE TABLE gdpr_evidence (
                plan TEXT NOT NULL, batch INTEGER NOT NULL, seq INTEGER NOT NULL, data_set TEXT NOT NULL, key_id TEXT NOT NULL, record BLOB NOT NULL,
                action INTEGER NOT NULL, fields TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
                PRIMARY KEY (plan, batch, seq)) WITHOUT ROWID
            """);
        _select = Command(isIndexed
            ? "SELECT id FROM customers WHERE contract_ended < $cutoff LIMIT $limit"
            : "SELECT id FROM customers WHERE contract_ended < $cutoff AND id > $last ORDER BY id LIMIT $limit");
        _select.Parameters.AddWithValue("$cutoff", LocalDatePattern.Iso.Format(CustomerTable.Cutoff));
        _select.Parameters.AddWithValue("$limit", batchSize);
        _select.Parameters.AddWithValue("$last", 0L);
        _delete = Command("DELETE FROM customers WHERE id IN (SELECT value FROM json_each($ids))");
        _delete.Parameters.AddWithValue("$ids", "");
        _insert = Command("INSERT INTO gdpr_evidence VALUES ($plan, $batch, $seq, $set, $key, $record, 1, '[]', 'service', 'all-ended', $at)");
        foreach (var (name, value) in new (string, object)[]
        {
            ("$plan", Plan), ("$batch", 0), ("$seq", 0), ("$set", CustomerTable.DataSet), ("$key", keys.CurrentKeyId), ("$record", ""),
            ("$at", InstantPattern.ExtendedIso.Format(now)),
        })
        {
            _insert.Parameters.AddWithValue(name, value);
        }
    }

    /// <summary>One batch.</summary>
    /// <returns>How many records it had.</returns>
    public int Next()
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        (_select.Transaction, _delete.Transaction, _insert.Transaction) = (transaction, transaction, transaction);
        _ids.Clear();
        _select.Parameters["$last"].Value = _last;
        using (var reader = _select.ExecuteReader())
        {
            while (reader.Read())
            {
                _ids.Add(reader.GetInt64(0));
            }
        }

        if (_ids.Count == 0)
        {
            return 0;
        }

        _last = _ids[^1];
        _delete.Parameters["$ids"].Value = JsonSerializer.Serialize(_ids);
        if (_delete.ExecuteNonQuery() != _ids.Count)
        {
            throw new InvalidOperationException("Not every record was deleted.");
        }

        _insert.Parameters["$batch"].Value = ++_batch;
        KeyedDigest[] names = [.. _ids.Select(id => _names.Of(id.ToString(System.Globalization.CultureInfo.InvariantCulture)))];
        if (_kind == HandwrittenEvidence.OneRow)
        {
            var packed = new byte[names.Length * Digest.Size];
            for (var seq = 0; seq < names.Length; seq++)
            {
                names[seq].Digest.CopyTo(packed.AsSpan(seq * Digest.Size));
            }

            Insert(0, packed);
        }
        else
        {
            for (var seq = 0; seq < names.Length; seq++)
            {
                Insert(seq, names[seq].Digest.ToArray());
            }
        }

        transaction.Commit();
        _journal?.Append(new BatchEvidence(Plan, CustomerTable.DataSet, _batch, [.. names.Select(name => new EvidenceRow(name, DisposalKind.Erased, [], "service", "all-ended"))]));
        return _ids.Count;
    }

    /// <summary>Writes the WAL back and cuts it, so that what was deleted is not in it.</summary>
    public void Tidy() => CustomerTable.Run(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose()
    {
        _select.Dispose();
        _delete.Dispose();
        _insert.Dispose();
        _connection.Dispose();
        _journal?.Dispose();
    }

    private void Insert(int seq, byte[] names)
    {
        _insert.Parameters["$seq"].Value = seq;
        _insert.Parameters["$record"].Value = names;
        _insert.ExecuteNonQuery();
    }

    private SqliteCommand Command(string text)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        return command;
    }
}

/// <summary>What one keeps of the records by hand.</summary>
internal enum HandwrittenEvidence
{
    /// <summary>A row for each.</summary>
    Rows,

    /// <summary>All names of a batch in one row, as the library keeps them.</summary>
    OneRow,

    /// <summary>A row for each, and an entry with the root over them in a chained journal beside the data, as the library keeps one.</summary>
    RowsAndJournal,
}
