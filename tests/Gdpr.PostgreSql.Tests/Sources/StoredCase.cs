using System.Text;
using Gdpr.Core.Tests.Retention;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>Records of a random policy in random tables: types, forms and places of the triggers, the key, partitions, indexes, the way to the person, facts at
/// every scope.</summary>
internal sealed class StoredCase
{
    private static readonly DateTimeZone[] Zones = [.. new[] { "Europe/Stockholm", "America/New_York", "Asia/Kathmandu" }.Select(id => DateTimeZoneProviders.Tzdb[id])];

    private readonly Random _random;
    private readonly List<string> _facts = [];
    private readonly List<StoredTrigger> _triggers = [];
    private readonly int _keyKind;
    private readonly bool _joinsSubject;

    /// <summary>Records that live on anonymised: whose they are goes too then, which is shown with people who are parties.</summary>
    private readonly bool _isNobodys;

    public StoredCase(RetentionCase found, int seed)
    {
        _random = new Random(seed);
        Schedule = RetentionSchedule.Compile(found.Policy);
        DataSet = Schedule.DataSet(found.DataSet);
        _isNobodys = DataSet.FieldGroups.Any(group => group.Disposal.Final.Action == DisposalAction.Anonymise);
        (_keyKind, _joinsSubject, IsQualified) = (_random.Next(6), _random.Next(2) == 0 && !_isNobodys, _random.Next(2) == 0);
        foreach (var trigger in DataSet.Triggers)
        {
            var (type, form, isZoned) = StoredValues.Kinds[_random.Next(StoredValues.Kinds.Length)];
            var zone = isZoned ? Zones[_random.Next(Zones.Length)] : null;
            var (isChild, isExpression, column) = (_random.Next(4) == 0, _random.Next(3) == 0, $"{trigger} \"at\"");
            _triggers.Add(new StoredTrigger(trigger, column, type, isChild, _random.Next(2) == 0, new StoredValues(type, form, zone, _random), new TriggerMapping
            {
                Column = isExpression ? "" : column,
                Expression = !isExpression ? null
                    : isChild ? $"CASE WHEN no = j0.record THEN {Quote(column)} END"
                    : $"coalesce(r.{Quote(column)}, {Quote($"late {column}")})",
                Form = form,
                Zone = zone?.Id,
                Through = isChild ? [new JoinStep { Table = T($"events of {trigger}"), On = new Dictionary<string, string> { ["record"] = "no" } }] : [],
                Aggregate = isChild ? (TriggerAggregate)_random.Next(2) : null,
            }));
        }

        var withFacts = _random.Next(3);
        Records = [.. found.Records.Index().Select(record => Store(record.Index, withFacts switch
        {
            0 => record.Item with { Facts = [] },
            1 => record.Item with { Facts = [.. record.Item.Facts.Where(fact => fact.StartsWith("consent-given", StringComparison.Ordinal) || fact is "hold" or "?restricted")] },
            _ => record.Item,
        }))];
        _facts.AddRange(withFacts == 2 && _random.Next(6) == 0 ? found.Records[0].Facts.Take(1) : []);
        Instants = [.. found.Records.Select(record => record.Now).Distinct()];
    }

    public RetentionSchedule Schedule { get; }

    public DataSetSchedule DataSet { get; }

    public IReadOnlyList<StoredRecord> Records { get; }

    public IReadOnlyList<Instant> Instants { get; }

    /// <summary>Whether the mapping names the schema of its tables, or the search path finds them.</summary>
    public bool IsQualified { get; }

    public SqlMapping Mapping => SqlMapping.Build(map => map.DataSet(DataSet.Path, dataSet =>
    {
        dataSet.Table(T("the \"records\""));
        if (_joinsSubject)
        {
            dataSet.Subject("person", new JoinStep { Table = T("order"), On = new Dictionary<string, string> { ["record"] = "no" } });
            dataSet.Child(T("order"), "record", "no");
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
                dataSet.Child(T($"events of {trigger.Trigger}"), "record", "no");
            }
        }

        foreach (var name in DataSet.FieldGroups.SelectMany(group => group.Fields))
        {
            dataSet.Field(name, $"{name}; drop");
        }
    }));

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

    /// <summary>The statements that create the tables and fill them.</summary>
    public string Statements
    {
        get
        {
            var text = new StringBuilder("DROP SCHEMA IF EXISTS odd CASCADE; CREATE SCHEMA odd; SET search_path = odd;\n");
            var columns = string.Concat(_triggers.Where(trigger => !trigger.IsChild)
                .SelectMany(trigger => trigger.Columns.Select(column => $", {Quote(column)} {trigger.Type}")));
            var fields = string.Concat(DataSet.FieldGroups.SelectMany(group => group.Fields).Select(name => $", {Quote(name + "; drop")} text"));
            var key = _keyKind switch
            {
                0 => "no integer PRIMARY KEY, \"a\" text",
                1 => "no integer UNIQUE, \"a\" text PRIMARY KEY",
                2 => "no integer UNIQUE, \"a\" bytea PRIMARY KEY",
                3 => "no integer UNIQUE, \"a\" uuid PRIMARY KEY",
                4 => "no integer PRIMARY KEY, \"a\" text",
                _ => "no integer UNIQUE, \"a\" text, PRIMARY KEY (\"a\", no)",
            };
            text.Append($"CREATE TABLE \"the \"\"records\"\"\" ({key}, \"select\" text{columns}{fields}){(_keyKind == 4 ? " PARTITION BY HASH (no)" : "")};\n");
            if (_keyKind == 4)
            {
                text.Append("CREATE TABLE p0 PARTITION OF \"the \"\"records\"\"\" FOR VALUES WITH (MODULUS 2, REMAINDER 0);\n"
                    + "CREATE TABLE p1 PARTITION OF \"the \"\"records\"\"\" FOR VALUES WITH (MODULUS 2, REMAINDER 1);\n");
            }

            foreach (var trigger in _triggers)
            {
                if (trigger.IsChild)
                {
                    text.Append($"CREATE TABLE {Quote($"events of {trigger.Trigger}")} (record integer REFERENCES \"the \"\"records\"\"\"(no), {Quote(trigger.Column)} {trigger.Type});\n");
                }
                else if (trigger.IsIndexed && !trigger.Type.StartsWith("json", StringComparison.Ordinal))
                {
                    text.Append($"CREATE INDEX ON \"the \"\"records\"\"\" ({Quote(trigger.Column)});\n");
                }
            }

            if (_joinsSubject)
            {
                text.Append("CREATE TABLE \"order\" (record integer UNIQUE REFERENCES \"the \"\"records\"\"\"(no), person text);\n");
            }

            foreach (var record in Records)
            {
                Append(text, record);
            }

            return text.ToString();
        }
    }

    public FateDecision[] Decide(RetentionEvaluator evaluator, StoredRecord record)
    {
        var facts = DataSet.Facts(string.Join(';', record.Facts.Concat(_facts)));
        return [.. DataSet.FieldGroups.Select((_, group) => evaluator.EvaluateGroup(new RetentionRecord(DataSet, record.Triggers, facts), group))];
    }

    private void Append(StringBuilder text, StoredRecord record)
    {
        var values = _triggers.Index().Where(trigger => !trigger.Item.IsChild)
            .SelectMany(trigger => trigger.Item.Columns.Select((_, i) => i == record.Number % trigger.Item.Columns.Length ? record.Stored[trigger.Index].Text : null));
        var fields = DataSet.FieldGroups.SelectMany(group => group.Fields).Select(field => $"{field} of {record.Number}");
        text.Append($"INSERT INTO \"the \"\"records\"\"\" VALUES ({record.Number}, {Literal(record.Named)}, {string.Join(", ", values.Prepend(record.Subject).Concat(fields).Select(Literal))});\n");
        foreach (var (index, trigger) in _triggers.Index().Where(trigger => trigger.Item.IsChild))
        {
            var events = Enumerable.Repeat(record.Stored[index].Text, record.Stored[index].Text is null ? record.Number % 2 : 1 + (record.Number % 2));
            foreach (var value in HasNullToo(record.Number) ? events.Append(null) : events)
            {
                text.Append($"INSERT INTO {Quote($"events of {trigger.Trigger}")} VALUES ({record.Number}, {Literal(value)});\n");
            }
        }

        if (_joinsSubject)
        {
            text.Append($"INSERT INTO \"order\" VALUES ({record.Number}, {Literal(record.Subject)});\n");
        }
    }

    private StoredRecord Store(int number, NaiveRecord record)
    {
        Stored[] stored = [.. _triggers.Select(trigger => trigger.Values.Of(record.Triggers[trigger.Trigger]))];
        var name = $"n{number} ö'\"";
        var (key, named) = _keyKind switch
        {
            0 or 4 => ($"{number}", name),
            1 => (name, name),
            2 => ($"x'{number:X2}00FF'", $"\\x{number:X2}00ff"),
            3 => ($"00000000-0000-0000-0000-{number:D12}", $"00000000-0000-0000-0000-{number:D12}"),
            _ => ($"[\"n{number} ö'\\\"\",{number}]", name),
        };
        return new StoredRecord(number, key, named, $"person {number}", stored, [.. stored.Select((value, index) => MeaningOf(value, number, index))], record.Facts);
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

    private string T(string table) => IsQualified ? $"odd.{table}" : table;

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Literal(string? value) => value is null ? "NULL" : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>An expression takes whichever of two columns has a value.</summary>
    private sealed record StoredTrigger(
        string Trigger, string Column, string Type, bool IsChild, bool IsIndexed, StoredValues Values, TriggerMapping Mapping)
    {
        public string[] Columns => Mapping.Expression is null ? [Column] : [Column, $"late {Column}"];
    }
}

/// <summary>One record, as it is stored and as it is meant.</summary>
internal sealed record StoredRecord(
    int Number, string Key, string Named, string Subject, IReadOnlyList<Stored> Stored, TriggerValue[] Triggers, IReadOnlyList<string> Facts);
