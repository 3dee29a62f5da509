using System.Data.Common;
using System.Globalization;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

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
    private readonly PartyFacts[] _parties;
    private readonly int _partiesRead;
    private readonly bool[] _isPending;
    private readonly int _fates;
    private readonly StoredCodeReader? _storedCodes;
    private readonly StoredTime?[] _stored;
    private readonly (long? Code, TriggerValue Value)[] _last;
    private RecordFacts _facts;

    /// <param name="dataSet">The data set.</param>
    /// <param name="query">The query.</param>
    /// <param name="reader">Its rows.</param>
    /// <param name="parties">How many parties are declared; 0 where the records concern the subject alone.</param>
    /// <param name="units">How many parts a record has, where parties are declared.</param>
    public RecordReader(DataSetSchedule dataSet, RecordQuery query, DbDataReader reader, int parties = 0, int units = 0)
    {
        _dataSet = dataSet;
        _reader = reader;
        _bits = query.Facts;
        _triggers = new TriggerValue[dataSet.Triggers.Count];
        _numbers = new long[query.Facts.Numbers];
        _read = new long[query.Facts.Numbers];
        _parties = new PartyFacts[parties];
        _partiesRead = query.Parties;
        _isPending = new bool[parties > 0 ? units : 0];
        _fates = query.Columns.Count + (parties > 0 ? 1 : 0);
        _storedCodes = query.StoredCodes;
        _stored = [.. Enumerable.Range(0, _triggers.Length).Select(query.StoredTimeOf)];
        _last = new (long?, TriggerValue)[_triggers.Length];
    }

    /// <summary>The native key as text; for a row that no text can name, words that say so.</summary>
    public string Key => HasKey ? Convert.ToString(_reader.GetValue(0), CultureInfo.InvariantCulture)! : "(a key that is not of its column's type)";

    /// <summary>Whether a text can name the row. One that none can is never disposed of, and nothing is known of it.</summary>
    public bool HasKey { get; private set; }

    /// <summary>The record, until the next row is read.</summary>
    public RetentionRecord Record => new(_dataSet, _triggers, in _facts);

    /// <summary>The record as each party's, until the next row is read.</summary>
    public PartyRecord PartyRecord => new(_dataSet, _triggers, in _facts, _parties, _isPending);

    /// <summary>Takes up the row at which the reader stands.</summary>
    public void Take()
    {
        HasKey = !_reader.IsDBNull(0);
        for (var i = 0; i < _triggers.Length; i++)
        {
            _triggers[i] = HasKey ? ValueOf(i) : TriggerValue.Unknown;
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

        for (var party = 0; party < _parties.Length; party++)
        {
            _parties[party] = party < _partiesRead ? ReadParty(party) : new PartyFacts(isPresent: true, default, _facts);
        }

        for (var unit = 0; unit < _isPending.Length; unit++)
        {
            _isPending[unit] = IsPending(unit);
        }
    }

    /// <summary>A party is there if the record names one, or if something is known of whoever it named.</summary>
    private PartyFacts ReadParty(int party)
    {
        var at = 1 + _triggers.Length + _numbers.Length + (party * (1 + _numbers.Length));
        var isPresent = _reader.GetInt64(at) != 0;
        Span<long> own = stackalloc long[_numbers.Length];
        Span<long> all = stackalloc long[_numbers.Length];
        for (var i = 0; i < own.Length; i++)
        {
            own[i] = _reader.GetInt64(at + 1 + i);
            all[i] = own[i] | _numbers[i];
            isPresent |= own[i] != 0;
        }

        return new PartyFacts(isPresent, _bits.Read(own), _bits.Read(all));
    }

    /// <summary>Whether something of a part is still in its old form.</summary>
    public bool IsPending(int unit) => _reader.GetInt64(1 + _triggers.Length + _numbers.Length + (_partiesRead * (1 + _numbers.Length)) + unit) != 0;

    /// <summary>Whether a record that concerns several people goes whole, as the database worked it out.</summary>
    public bool IsWhole => _reader.GetInt64(_fates - 1) != 0;

    /// <summary>The fate of a part, as the database worked it out.</summary>
    /// <param name="part">The part.</param>
    public Fate FateOf(int part) => (Fate)_reader.GetInt64(_fates + part);

    /// <summary>Where the locked row is.</summary>
    public string Address => _reader.GetString(_reader.FieldCount - 3);

    /// <summary>Whether the row is still the one that was judged: nobody has changed it before it was locked.</summary>
    public bool IsAsJudged => string.Equals(Address, _reader.GetString(_reader.FieldCount - 2), StringComparison.Ordinal);

    /// <summary>The value by which locked rows are ordered.</summary>
    public string Order => _reader.GetString(_reader.FieldCount - 1);

    private TriggerValue ValueOf(int trigger)
    {
        var code = _stored[trigger] is { } time ? _storedCodes!(_reader, 1 + trigger, time)
            : _reader.IsDBNull(1 + trigger) ? null
            : (long?)_reader.GetInt64(1 + trigger);

        // Events of one day often follow each other.
        if (code != _last[trigger].Code)
        {
            _last[trigger] = (code, TriggerCode.ToValue(code));
        }

        return _last[trigger].Value;
    }
}
