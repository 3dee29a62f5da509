using Gdpr.Core.Tests.Retention;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Records of a random policy in a random table: forms, types and places of the triggers, the key, the way to the person, facts at every scope.</summary>
internal sealed class StoredCase
{
    private static readonly DateTimeZone[] Zones = [.. new[] { "Europe/Stockholm", "America/New_York", "Asia/Kathmandu" }.Select(id => DateTimeZoneProviders.Tzdb[id])];

    private readonly Random _random;
    private readonly List<string> _facts = [];
    private readonly List<(string Trigger, string Column, TriggerMapping Mapping, StoredValues Values, bool IsChild)> _triggers = [];
    private readonly int _keyKind;
    private readonly bool _joinsSubject;

    /// <summary>Records that live on without some of their fields by an anonymisation: whose they are goes then too, which <see cref="PartyCase"/> shows.</summary>
    private readonly bool _isNobodys;

    public StoredCase(RetentionCase found, int seed)
    {
        _random = new Random(seed);
        Schedule = RetentionSchedule.Compile(found.Policy);
        DataSet = Schedule.DataSet(found.DataSet);
        _keyKind = _random.Next(4);
        _isNobodys = DataSet.FieldGroups.Any(group => group.Disposal.Final.Action == DisposalAction.Anonymise);
        _joinsSubject = _random.Next(2) == 0 && !_isNobodys;
        foreach (var trigger in DataSet.Triggers)
        {
            var form = (StorageForm)_random.Next(1, 8);
            var zone = form is StorageForm.Iso or StorageForm.DotNetTicks && _random.Next(2) == 0 ? Zones[_random.Next(Zones.Length)] : null;
            var isChild = _random.Next(4) == 0;
            var (column, isExpression) = ($"{trigger} \"at\"", _random.Next(3) == 0);
            _triggers.Add((trigger, column, new TriggerMapping
            {
                Column = isExpression ? "" : column,
                Expression = !isExpression ? null
                    : isChild ? $"CASE WHEN no = j0.record THEN {Quote(column)} ELSE ';' END"
                    : $"coalesce(r.{Quote(column)}, {Quote($"late {column}")})",
                Form = form,
                Zone = zone?.Id,
                Through = isChild ? [new JoinStep { Table = $"events of {trigger}", On = new Dictionary<string, string> { ["record"] = "no" } }] : [],
                Aggregate = isChild ? (TriggerAggregate)_random.Next(2) : null,
            }, new StoredValues(form, zone, _random), isChild));
        }

        var withFacts = _random.Next(3);
        Records = [.. found.Records.Index().Select(record => Store(record.Index, withFacts switch
        {
            0 => record.Item with { Facts = [] },
            1 => record.Item with { Facts = [.. record.Item.Facts.Where(fact => fact.StartsWith("consent-given", StringComparison.Ordinal) || fact is "hold" or "?restricted")] },
            _ => record.Item,
        }))];
        var everywhere = withFacts == 2 && _random.Next(6) == 0 ? found.Records[0].Facts.Take(1).ToArray() : [];
        _facts.AddRange(everywhere);
        Instants = [.. found.Records.Select(record => record.Now).Distinct()];
    }

    public RetentionSchedule Schedule { get; }

    public DataSetSchedule DataSet { get; }

    public IReadOnlyList<StoredRecord> Records { get; }

    public IReadOnlyList<Instant> Instants { get; }

    public SqlMapping Mapping => SqlMapping.Build(map => map.DataSet(DataSet.Path, dataSet =>
    {
        dataSet.Table("the \"records\"");
        if (_joinsSubject)
        {
            dataSet.Subject("person", new JoinStep { Table = "order", On = new Dictionary<string, string> { ["record"] = "no" } });
        }
        else if (!_isNobodys)
        {
            dataSet.Subject("select");
        }

        foreach (var trigger in _triggers)
        {
            dataSet.Trigger(trigger.Trigger, trigger.Mapping);
            if (trigger.IsChild)
            {
                dataSet.Child($"events of {trigger.Trigger}", "record", "no");
            }
        }

        if (_joinsSubject)
        {
            dataSet.Child("order", "record", "no");
        }

        foreach (var name in DataSet.FieldGroups.SelectMany(group => group.Fields))
        {
            dataSet.Field(name, $"{name}; drop");
        }
    }));

    /// <summary>What is known beside a record: its own facts, and those about all records.</summary>
    public RecordFacts FactsOf(StoredRecord record) => DataSet.Facts(string.Join(';', record.Facts.Concat(_facts)));

    public FateDecision[] Decide(RetentionEvaluator evaluator, StoredRecord record)
    {
        var facts = FactsOf(record);
        return [.. DataSet.FieldGroups.Select((_, group) => evaluator.EvaluateGroup(new RetentionRecord(DataSet, record.Triggers, facts), group))];
    }

    /// <summary>The facts as a source is told them, about the record or about its person.</summary>
    public IReadOnlyList<FactChange> FactChanges =>
    [
        .. Records.SelectMany(record => record.Facts.Select((fact, i) => new FactChange(
            $"fact {record.Number}-{i}",
            DataSet.Path,
            _isNobodys || (record.Number + i) % 2 == 0 ? new FactTarget.Records([record.Key]) : new FactTarget.Subjects([record.Subject]),
            FactOf(fact)))),
        .. _facts.Select((fact, i) => new FactChange($"all {i}", DataSet.Path, new FactTarget.Everything(), FactOf(fact))),
    ];

    /// <summary>Creates the tables and fills them.</summary>
    public void Fill(SqliteConnection connection)
    {
        var columns = _triggers.Where(trigger => !trigger.IsChild)
            .SelectMany(trigger => ColumnsOf(trigger.Column, trigger.Mapping).Select(column => $", {Quote(column)} {trigger.Values.ColumnType}"));
        var fields = DataSet.FieldGroups.SelectMany(group => group.Fields).ToArray();
        var key = _keyKind switch
        {
            0 => "no INTEGER PRIMARY KEY, \"a\" TEXT",
            1 => "no INTEGER UNIQUE, \"a\" TEXT PRIMARY KEY",
            2 => "no INTEGER UNIQUE, \"a\" BLOB PRIMARY KEY",
            _ => "no INTEGER UNIQUE, \"a\" TEXT, PRIMARY KEY (\"a\", no)",
        };
        var own = key.Split(", PRIMARY KEY (");
        Run(connection, $"CREATE TABLE \"the \"\"records\"\"\" ({own[0]}, \"select\" TEXT{string.Concat(columns)}{string.Concat(fields.Select(field => $", {Quote(field + "; drop")} TEXT"))}"
            + $"{(own.Length > 1 ? ", PRIMARY KEY (" + own[1] : "")}){(_keyKind is 1 or 3 ? " WITHOUT ROWID" : "")}");
        foreach (var trigger in _triggers.Where(trigger => trigger.IsChild))
        {
            Run(connection, $"CREATE TABLE {Quote($"events of {trigger.Trigger}")} "
                + $"(record INTEGER REFERENCES \"the \"\"records\"\"\"(no), {Quote(trigger.Column)} {trigger.Values.ColumnType})");
        }

        if (_joinsSubject)
        {
            Run(connection, "CREATE TABLE \"order\" (record INTEGER UNIQUE REFERENCES \"the \"\"records\"\"\"(no), person TEXT)");
        }

        foreach (var record in Records)
        {
            var values = _triggers.Index().Where(trigger => !trigger.Item.IsChild)
                .SelectMany(trigger => Spread(record.Stored[trigger.Index].Value, record.Number, ColumnsOf(trigger.Item.Column, trigger.Item.Mapping).Length));
            Insert(connection, "the \"records\"", [record.Number, _keyKind == 2 ? record.Bytes : record.Name, record.Subject, .. values, .. fields.Select(field => $"{field} of {record.Number}")]);
            foreach (var (index, trigger) in _triggers.Index().Where(trigger => trigger.Item.IsChild))
            {
                for (var copies = record.Stored[index].Value is null ? record.Number % 2 : 1 + (record.Number % 2); copies > 0; copies--)
                {
                    Insert(connection, $"events of {trigger.Trigger}", [record.Number, record.Stored[index].Value]);
                }

                if (HasNullToo(record.Number))
                {
                    Insert(connection, $"events of {trigger.Trigger}", [record.Number, null]);
                }
            }

            if (_joinsSubject)
            {
                Insert(connection, "order", [record.Number, record.Subject]);
            }
        }
    }

    private StoredRecord Store(int number, NaiveRecord record)
    {
        Stored[] stored = [.. _triggers.Select(trigger => trigger.Values.Of(record.Triggers[trigger.Trigger]))];
        var name = $"n{number} ö'\"";
        byte[] bytes = [(byte)number, 0, 255];
        var key = _keyKind switch
        {
            0 => $"{number}",
            1 => name,
            2 => $"x'{Convert.ToHexString(bytes)}'",
            _ => $"[\"n{number} ö'\\\"\",{number}]",
        };
        return new StoredRecord(number, key, name, bytes, $"person {number}", stored, [.. stored.Select((value, index) => MeaningOf(value, number, index))], record.Facts);
    }

    /// <summary>Of some records, one more event of each kind is stored, without its time.</summary>
    private static bool HasNullToo(int number) => number % 3 == 0;

    private TriggerValue MeaningOf(Stored value, int number, int trigger) =>
        _triggers[trigger].IsChild && HasNullToo(number) && value.Meaning != TriggerValue.Unknown
            ? BesideNull(value.Meaning, trigger)
            : value.Meaning;

    /// <summary>An event of no known time may be any; one that has not happened is the last to end, and no evidence.</summary>
    private TriggerValue BesideNull(TriggerValue value, int trigger)
    {
        if (DataSet.WhenNullOf(trigger) == WhenNull.Unknown)
        {
            return TriggerValue.Missing;
        }

        var uses = DataSet.UsesOf(trigger);
        return _triggers[trigger].Mapping.Aggregate == TriggerAggregate.Min || uses == TriggerUses.Evidence ? value
            : uses.HasFlag(TriggerUses.Evidence) && value != TriggerValue.Missing ? TriggerValue.Unknown
            : TriggerValue.Missing;
    }

    public static RecordFact FactOf(string text)
    {
        var unknown = text.StartsWith('?');
        var parts = text.TrimStart('?').Split(':');
        return parts[0] switch
        {
            "hold" => RecordFact.Of(RecordFlags.Hold, unknown),
            "restricted" => RecordFact.Of(RecordFlags.Restricted, unknown),
            "restricted-claims" => RecordFact.Of(RecordFlags.RestrictedForClaims, unknown),
            "request-open" => RecordFact.Of(RecordFlags.RequestOpen, unknown),
            "erasure-granted" when parts.Length == 1 => RecordFact.Of(RecordFlags.ErasureGranted, unknown),
            var fact => RecordFact.Of(Enum.Parse<PurposeFact>(fact.Replace("-", "", StringComparison.Ordinal), ignoreCase: true), parts[1], unknown),
        };
    }

    /// <summary>An expression takes whichever of two columns has a value.</summary>
    private static string[] ColumnsOf(string column, TriggerMapping mapping) => mapping.Expression is null ? [column] : [column, $"late {column}"];

    private static IEnumerable<object?> Spread(object? value, int number, int columns) => Enumerable.Range(0, columns).Select(i => i == number % columns ? value : null);

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static void Insert(SqliteConnection connection, string table, object?[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO {Quote(table)} VALUES ({string.Join(", ", values.Select((_, i) => $"@{i}"))})";
        foreach (var (index, value) in values.Index())
        {
            command.Parameters.AddWithValue($"@{index}", value ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
    }
}

/// <summary>One record, as it is stored and as it is meant.</summary>
internal sealed record StoredRecord(
    int Number, string Key, string Name, byte[] Bytes, string Subject, IReadOnlyList<Stored> Stored, TriggerValue[] Triggers, IReadOnlyList<string> Facts);
