using Gdpr.Core.Tests.Retention;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>Records of a random policy in a random model: types, conversions and places of the triggers, the key, the way to the person, facts.</summary>
internal sealed class ModelCase
{
    private const string EventTrigger = "At";

    private static readonly string[] RandomFacts = ["hold", "?restricted"];

    private readonly Random _random;
    private readonly bool _isPostgres;
    private readonly int _keyKind;
    private readonly bool _joinsSubject;

    /// <summary>Records that live on anonymised: whose they are goes too then, which is shown with people who are parties.</summary>
    private readonly bool _isNobodys;
    private readonly TriggerKind[] _kinds;

    /// <summary>The trigger whose values are in a collection, or none.</summary>
    private readonly int _child;
    private readonly TriggerAggregate _aggregate;

    public ModelCase(RetentionCase found, int seed, bool isPostgres)
    {
        (_random, _isPostgres) = (new Random(seed), isPostgres);
        Schedule = RetentionSchedule.Compile(found.Policy);
        DataSet = Schedule.DataSet(found.DataSet);
        _keyKind = _random.Next(4);
        _isNobodys = DataSet.FieldGroups.Any(group => group.Disposal.Final.Action == DisposalAction.Anonymise);
        _joinsSubject = _random.Next(2) == 0 && !_isNobodys;
        _kinds = [.. DataSet.Triggers.Select(_ => TriggerKind.Any(_random, isPostgres))];
        _child = _random.Next(DataSet.Triggers.Count + 1) - 1;
        _aggregate = (TriggerAggregate)_random.Next(2);
        var withFacts = _random.Next(3);
        Records = [.. found.Records.Index().Select(record => Store(record.Index, record.Item, withFacts switch
        {
            0 => [],
            1 => [.. record.Item.Facts.Where(fact => fact.StartsWith("consent-given", StringComparison.Ordinal) || RandomFacts.Contains(fact))],
            _ => record.Item.Facts,
        }))];
        Instants = [.. found.Records.Select(record => record.Now).Distinct()];
    }

    public RetentionSchedule Schedule { get; }

    public DataSetSchedule DataSet { get; }

    public IReadOnlyList<ModelRecord> Records { get; }

    public IReadOnlyList<Instant> Instants { get; }

    public IReadOnlyList<FactChange> FactChanges =>
    [
        .. Records.SelectMany(record => record.Facts.Select((fact, i) => new FactChange(
            $"fact {record.Number}-{i}",
            DataSet.Path,
            _isNobodys || (record.Number + i) % 2 == 0 ? new FactTarget.Records([record.Key]) : new FactTarget.Subjects([record.Subject]),
            FactOf(fact)))),
    ];

    public FateDecision[] Decide(RetentionEvaluator evaluator, ModelRecord record)
    {
        var facts = DataSet.Facts(string.Join(';', record.Facts));
        return [.. DataSet.FieldGroups.Select((_, group) => evaluator.EvaluateGroup(new RetentionRecord(DataSet, record.Triggers, facts), group))];
    }

    public void Build(ModelBuilder model)
    {
        var entity = model.Entity<Row>().ToTable("the \"rows\"").HasDataSet(DataSet.Path, rows =>
        {
            if (_joinsSubject)
            {
                rows.Subject(row => row.Owner!.Registry!.Person);
            }
            else if (!_isNobodys)
            {
                rows.Subject(row => row.Person);
            }

            if (_child >= 0)
            {
                rows.Trigger(DataSet.Triggers[_child], $"Events.{EventTrigger}", _kinds[_child].Zone, _kinds[_child].Form, _aggregate);
            }
        });
        entity.Property(row => row.Number).ValueGeneratedNever();
        entity.HasIndex(row => row.Number).IsUnique();
        _ = _keyKind switch
        {
            0 => entity.HasKey(row => row.Number),
            1 => entity.HasKey(row => row.Guid),
            2 => entity.HasKey(row => row.Code),
            _ => entity.HasKey(row => new { row.Code, row.Number }),
        };
        entity.Property(row => row.Guid).ValueGeneratedNever();
        foreach (var (index, trigger) in DataSet.Triggers.Index().Where(trigger => trigger.Index != _child))
        {
            _kinds[index].Add(entity, trigger, trigger);
        }

        entity.HasMany(row => row.Events).WithOne().IsRequired().OnDelete(DeleteBehavior.Cascade);
        if (_child >= 0)
        {
            _kinds[_child].Add(model.Entity<Event>(), EventTrigger, null);
        }

        foreach (var unused in new[] { "Name", "Email", "Notes" }.Where(name => !DataSet.FieldGroups.SelectMany(group => group.Fields).Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            entity.Ignore(unused);
        }
    }

    public void Fill(DbContext context)
    {
        var registries = Records.ToDictionary(record => record.Number, record => new Registry { Person = record.Subject });
        foreach (var record in Records)
        {
            var row = new Row
            {
                Number = record.Number,
                Guid = record.Guid,
                Code = record.Code,
                Person = record.Subject,
                Owner = new Owner { Registry = registries[record.Number] },
                Name = $"name of {record.Number}",
                Email = $"email of {record.Number}",
                Notes = $"notes of {record.Number}",
            };
            context.Add(row);
            foreach (var (index, trigger) in DataSet.Triggers.Index().Where(trigger => trigger.Index != _child))
            {
                context.Entry(row).Property(trigger).CurrentValue = record.Stored[index].Value;
            }

            if (_child >= 0)
            {
                var value = record.Stored[_child].Value;
                for (var copies = value is null ? record.Number % 2 : 1 + (record.Number % 2); copies > 0; copies--)
                {
                    var one = new Event();
                    row.Events.Add(one);
                    context.Entry(one).Property(EventTrigger).CurrentValue = value;
                }
            }
        }

        context.SaveChanges();
    }

    private ModelRecord Store(int number, NaiveRecord record, IReadOnlyList<string> facts)
    {
        ModelValue[] stored = [.. DataSet.Triggers.Select((trigger, index) => _kinds[index].Store(record.Triggers[trigger]))];
        var (guid, code) = (new Guid(number + 1, 0xabc, 0, [1, 2, 3, 4, 5, 6, 7, 8]), $"ö'{number}");
        var key = _keyKind switch
        {
            0 => $"{number}",
            1 => _isPostgres ? $"{guid}" : $"{guid}".ToUpperInvariant(),
            2 => code,
            _ => $"[\"{code}\",{number}]",
        };
        return new ModelRecord(number, key, guid, code, $"person {number}", stored, [.. stored.Select(value => value.Meaning)], facts);
    }

    private static RecordFact FactOf(string text)
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

    internal sealed class Row
    {
        public int Number { get; set; }

        public Guid Guid { get; set; }

        public string Code { get; set; } = "";

        public string Person { get; set; } = "";

        public string? Name { get; set; }

        public string? Email { get; set; }

        public string? Notes { get; set; }

        public Owner? Owner { get; set; }

        public List<Event> Events { get; } = [];
    }

    internal sealed class Owner
    {
        public int Id { get; set; }

        public Registry? Registry { get; set; }
    }

    internal sealed class Registry
    {
        public int Id { get; set; }

        public string Person { get; set; } = "";
    }

    internal sealed class Event
    {
        public int Id { get; set; }
    }
}

/// <summary>One record, as it is stored and as it is meant.</summary>
internal sealed record ModelRecord(
    int Number, string Key, Guid Guid, string Code, string Subject, IReadOnlyList<ModelValue> Stored, TriggerValue[] Triggers, IReadOnlyList<string> Facts);

/// <summary>A value as the model has it, and what it says.</summary>
internal sealed record ModelValue(object? Value, TriggerValue Meaning);
