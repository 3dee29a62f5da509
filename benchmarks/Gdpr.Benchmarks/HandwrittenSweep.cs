using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Benchmarks;

/// <summary>What one writes by hand for one table and one rule: batches in a transaction each, with the same evidence of each record: a row for each, or, as the
/// library has it, the names of a batch in one row. It knows of no holds, no values that cannot be read, no plans and no journal.</summary>
internal sealed class HandwrittenSweep : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _select;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _insert;
    private readonly RecordNames _names;
    private readonly bool _isPacked;
    private readonly List<long> _ids = [];
    private long _last;
    private int _batch;

    public HandwrittenSweep(CustomerTable table, IKeyRing keys, int batchSize, Instant now, bool isIndexed, bool isPacked)
    {
        (_names, _isPacked) = (RecordNames.Of(keys, CustomerTable.DataSet), isPacked);
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
            ("$plan", "01JDA0000000000000000000AA"), ("$batch", 0), ("$seq", 0), ("$set", CustomerTable.DataSet), ("$key", keys.CurrentKeyId), ("$record", ""),
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
        var names = new byte[_isPacked ? _ids.Count * Digest.Size : 0];
        for (var seq = 0; seq < _ids.Count; seq++)
        {
            var name = _names.Of(_ids[seq].ToString(System.Globalization.CultureInfo.InvariantCulture)).Digest;
            if (_isPacked)
            {
                name.CopyTo(names.AsSpan(seq * Digest.Size));
            }
            else
            {
                Insert(seq, name.ToArray());
            }
        }

        if (_isPacked)
        {
            Insert(0, names);
        }

        transaction.Commit();
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
