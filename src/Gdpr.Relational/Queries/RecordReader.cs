using System.Data.Common;
using Gdpr.Relational.Values;
using Gdpr.Retention;

namespace Gdpr.Relational.Queries;

/// <summary>Reads the rows of a query of records, one after the other, into the same memory.</summary>
internal sealed class RecordReader
{
    private readonly DataSetSchedule _dataSet;
    private readonly DbDataReader _reader;
    private readonly FactBits _bits;
    private readonly TriggerValue[] _triggers;
    private readonly long[] _numbers;
    private readonly long[] _read;
    private readonly int _fates;
    private RecordFacts _facts;

    public RecordReader(DataSetSchedule dataSet, RecordQuery query, DbDataReader reader)
    {
        _dataSet = dataSet;
        _reader = reader;
        _bits = query.Facts;
        _triggers = new TriggerValue[dataSet.Triggers.Count];
        _numbers = new long[query.Facts.Numbers];
        _read = new long[query.Facts.Numbers];
        _fates = query.Columns.Count;
    }

    /// <summary>The native key as text; for a row that no text can name, words that say so.</summary>
    public string Key => HasKey ? _reader.GetString(0) : "(a key that is not of its column's type)";

    /// <summary>Whether a text can name the row. One that none can is never disposed of, and nothing is known of it.</summary>
    public bool HasKey => !_reader.IsDBNull(0);

    /// <summary>The record, until the next row is read.</summary>
    public RetentionRecord Record => new(_dataSet, _triggers, in _facts);

    /// <summary>Takes up the row at which the reader stands.</summary>
    public void Take()
    {
        for (var i = 0; i < _triggers.Length; i++)
        {
            _triggers[i] = !HasKey ? TriggerValue.Unknown : TriggerCode.ToValue(_reader.IsDBNull(1 + i) ? null : _reader.GetInt64(1 + i));
        }

        for (var i = 0; i < _read.Length; i++)
        {
            _read[i] = _reader.GetInt64(1 + _triggers.Length + i);
        }

        // Most records have the same facts as the one before: none, or consent.
        if (!_read.AsSpan().SequenceEqual(_numbers))
        {
            _read.CopyTo(_numbers, 0);
            _facts = _bits.Read(_numbers);
        }
    }

    /// <summary>Whether something of a field group is still in its old form.</summary>
    public bool IsPending(int group) => _reader.GetInt64(1 + _triggers.Length + _numbers.Length + group) != 0;

    /// <summary>The fate of a field group, as the database worked it out.</summary>
    /// <param name="group">The group.</param>
    public Fate FateOf(int group) => (Fate)_reader.GetInt64(_fates + group);

    /// <summary>Where the locked row is.</summary>
    public string Address => _reader.GetString(_reader.FieldCount - 3);

    /// <summary>Whether the row is still the one that was judged: nobody has changed it before it was locked.</summary>
    public bool IsAsJudged => string.Equals(Address, _reader.GetString(_reader.FieldCount - 2), StringComparison.Ordinal);

    /// <summary>The value by which locked rows are ordered.</summary>
    public string Order => _reader.GetString(_reader.FieldCount - 1);
}
