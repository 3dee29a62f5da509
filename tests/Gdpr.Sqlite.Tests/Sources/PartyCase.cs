using System.Data.Common;
using System.Globalization;
using Gdpr.Core.Tests.Retention;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Records of a random policy that concern one person, two or three: the same one twice, nobody, somebody found through another table; facts on the
/// records and on the people.</summary>
internal sealed class PartyCase
{
    public const string Emptied = "(nobody)";

    private static readonly string[] RoleNames = ["author", "reader", "third"];

    private readonly Random _random;
    private readonly Role[] _roles;

    /// <summary>Whether the one person is a plain subject, whose link goes all the same where records live on anonymised.</summary>
    private readonly bool _isPlain;
    private readonly List<(string Text, FactTarget Target)> _facts = [];

    public PartyCase(RetentionCase found, int seed)
    {
        _random = new Random(seed);
        Schedule = RetentionSchedule.Compile(found.Policy);
        DataSet = Schedule.DataSet(found.DataSet);
        Fields = [.. DataSet.FieldGroups.SelectMany(group => group.Fields).Order(StringComparer.Ordinal)];
        var owners = Fields.ToDictionary(field => field, _ => _random.Next(4) is var role and < 3 ? RoleNames[role] : "", StringComparer.Ordinal);
        _roles =
        [
            .. RoleNames.Take(1 + _random.Next(3)).Select((name, i) => new Role(
                name,
                i == 0 || _random.Next(3) > 0 ? PartyKind.Owner : PartyKind.Mentioned,
                [.. owners.Where(pair => pair.Value == name).Select(pair => pair.Key)],
                (Link)_random.Next(4))),
        ];
        _isPlain = _roles is [{ Link: Link.Column or Link.Join }] && DataSet.FieldGroups.Any(group => group.Disposal.Final.Action == DisposalAction.Anonymise);
        Parties = new RecordParties([.. _roles.Select(role => new RecordParty(role.Name, role.Kind, role.Fields))], []);
        var values = DataSet.Triggers.Select(_ => new StoredValues(StorageForm.Iso, null, _random)).ToArray();
        Records = [.. found.Records.Index().Select(record =>
        {
            Stored[] stored = [.. DataSet.Triggers.Select((trigger, i) => values[i].Of(record.Item.Triggers[trigger]))];
            return new PartyRow(
                record.Index, stored, [.. stored.Select(value => value.Meaning)], [.. _roles.Select(_ => _random.Next(5) == 0 ? null : $"person {_random.Next(8)}")], _random.Next(4));
        })];
        foreach (var (index, record) in found.Records.Index())
        {
            foreach (var fact in record.Facts)
            {
                var person = Records[index].People[_random.Next(_roles.Length)];
                _facts.Add((fact, _random.Next(3) == 0 || person is null ? new FactTarget.Records([$"{index}"]) : new FactTarget.Subjects([person])));
            }
        }

        if (_random.Next(4) == 0)
        {
            _facts.AddRange(found.Records[0].Facts.Take(1).Select(fact => (fact, (FactTarget)new FactTarget.Everything())));
        }

        Instants = [.. found.Records.Select(record => record.Now).Distinct()];
    }

    /// <summary>How a role's person is found, and what becomes of the link.</summary>
    private enum Link
    {
        Column,
        ColumnThatMayNotBeNull,
        Join,
        ColumnThatStays,
    }

    public RetentionSchedule Schedule { get; }

    public DataSetSchedule DataSet { get; }

    public RecordParties Parties { get; }

    public IReadOnlyList<PartyRow> Records { get; }

    public IReadOnlyList<NodaTime.Instant> Instants { get; }

    public IReadOnlyList<string> Fields { get; }

    public IReadOnlyList<FactChange> FactChanges => [.. _facts.Select((fact, i) => new FactChange($"fact {i}", DataSet.Path, fact.Target, StoredCase.FactOf(fact.Text)))];

    public SqlMapping Mapping => SqlMapping.Build(map => map.DataSet(DataSet.Path, rows =>
    {
        rows.Table("rows");
        foreach (var role in _roles)
        {
            JoinStep[] way = role.Link == Link.Join ? [new JoinStep { Table = "people", On = new Dictionary<string, string> { ["no"] = role.Name } }] : [];
            var person = way.Length > 0 ? "who" : role.Name;
            if (_isPlain)
            {
                rows.Subject(person, way);
                continue;
            }

            rows.Party(role.Name, new PartyMapping
            {
                Kind = role.Kind,
                Subject = new ColumnPath { Column = person, Through = way },
                Fields = role.Fields,
                Erased = role.Link == Link.ColumnThatMayNotBeNull ? Emptied : null,
                Excused = role.Link == Link.ColumnThatStays ? "somebody else needs it" : null,
            });
        }

        foreach (var name in Fields)
        {
            rows.Field(name, $"field {name}");
        }

        foreach (var trigger in DataSet.Triggers)
        {
            rows.Trigger(trigger, $"on {trigger}", StorageForm.Iso);
        }
    }));

    /// <summary>What becomes of a record, worked out from what a party is: the columns that are left, or nothing where it goes whole.</summary>
    public string? After(RetentionEvaluator evaluator, PartyRow record)
    {
        var own = _facts.Where(fact => IsOn(fact.Target, record)).Select(fact => fact.Text).ToArray();
        var known = record.People.Select(person => _facts.Where(fact => fact.Target is FactTarget.Subjects people && person is not null && people.NativeIds.Contains(person))
            .Select(fact => fact.Text).ToArray()).ToArray();
        var fates = Fields.ToDictionary(field => field, field => FateOf(field, Speakers(field)));
        var alive = fates.Where(field => field.Value != Fate.Erase).ToArray();
        var isBlocked = _roles.Index().Any(role => !Fields.Any(field => Speakers(field).Contains(role.Index)) && !IsDue(role.Index) && known[role.Index].Any(fact =>
            fact.TrimStart('?') is "hold" or "restricted-claims" or "request-open"));
        var isAnybodys = alive.Length == 0 || fates.Any(field => field.Value == Fate.Erase && Speakers(field.Key).Any(role => record.People[role] is not null));
        if (!isBlocked && isAnybodys && alive.All(field => IsLeftByNobody(field.Key)))
        {
            return null;
        }

        var fields = Fields.Select(field => fates[field] >= Fate.Anonymise ? "" : ContentOf(field, record) ?? "");
        var links = _roles.Select((role, i) => record.People[i] is null || (role.Link != Link.ColumnThatStays && IsDue(i)) ? "-" : record.People[i]!);
        return $"{record.Number}: {string.Join(", ", fields)}; {string.Join(", ", links)}";

        int[] Speakers(string field) => [.. _roles.Index()
            .Where(role => role.Item.Fields.Contains(field) || (role.Item.Kind == PartyKind.Owner && !_roles.Any(other => other.Fields.Contains(field)))).Select(role => role.Index)];

        bool IsLeftByNobody(string field) => ContentOf(field, record) is null && Speakers(field).All(role => record.People[role] is null)
            && FateBy(field, [.. own, "erasure-granted"]) == Fate.Erase;

        Fate FateOf(string field, int[] speakers)
        {
            int[] there = [.. speakers.Where(role => record.People[role] is not null)];
            return there.Length == 0 ? FateBy(field, own) : there.Min(role => FateBy(field, [.. own, .. known[role]]));
        }

        Fate FateBy(string field, string[] facts)
        {
            var read = DataSet.Facts(string.Join(';', facts));
            var group = DataSet.FieldGroups.Index().Single(group => group.Item.Fields.Contains(field)).Index;
            return evaluator.EvaluateGroup(new RetentionRecord(DataSet, record.Triggers, in read), group).Fate;
        }

        bool IsDue(int role)
        {
            string[] theirs = [.. Fields.Where(field => Speakers(field).Contains(role))];
            return (theirs.Length > 0 ? theirs : Fields).All(field => FateBy(field, [.. own, .. known[role]]) >= Fate.Anonymise);
        }
    }

    /// <summary>The content of a field: of some records, those of nobody are empty.</summary>
    private string? ContentOf(string field, PartyRow record)
    {
        var isNobodys = _roles.Index().Where(role => role.Item.Fields.Contains(field)).Any(role => record.People[role.Index] is null);
        return isNobodys && record.Emptiness > 0 ? null : $"{field} of {record.Number}";
    }

    /// <summary>A query that gives what is left of each record, as <see cref="After"/> words it.</summary>
    public string Left => "SELECT no || ': ' || " + string.Join(" || ', ' || ", Fields.Select(name => $"coalesce(\"field {name}\", '')")) + " || '; ' || "
        + string.Join(" || ', ' || ", _roles.Select(role => role.Link == Link.Join
            ? $"coalesce((SELECT who FROM people WHERE people.no = rows.\"{role.Name}\"), '-')"
            : $"coalesce(nullif(\"{role.Name}\", '{Emptied}'), '-')")) + " FROM rows ORDER BY no";

    /// <summary>Makes and fills the tables, in a database whose tables are empty of them.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isTyped">Whether columns have a type and take nothing else.</param>
    public void Fill(DbConnection connection, bool isTyped = false)
    {
        var roles = _roles.Select(role => role.Link switch
        {
            Link.Join => $", \"{role.Name}\" INTEGER",
            Link.ColumnThatMayNotBeNull => $", \"{role.Name}\" TEXT NOT NULL",
            _ => $", \"{role.Name}\" TEXT",
        });
        Run(connection, "CREATE TABLE people (no INTEGER PRIMARY KEY, who TEXT)", []);
        Run(connection, $"CREATE TABLE rows (no INTEGER PRIMARY KEY{string.Concat(roles)}"
            + $"{string.Concat(Fields.Select(field => $", \"field {field}\" TEXT"))}{string.Concat(DataSet.Triggers.Select(trigger => $", \"on {trigger}\"{(isTyped ? " TEXT" : "")}"))})", []);
        for (var person = 0; person < 8; person++)
        {
            Run(connection, "INSERT INTO people VALUES (@0, @1)", [person, $"person {person}"]);
        }

        foreach (var record in Records)
        {
            object?[] values =
            [
                record.Number,
                .. _roles.Zip(record.People, (role, person) => (object?)(role.Link switch
                {
                    Link.Join => person is null ? null : int.Parse(person[7..], CultureInfo.InvariantCulture),
                    Link.ColumnThatMayNotBeNull => person ?? Emptied,
                    _ => person,
                })),
                .. Fields.Select(field => ContentOf(field, record)),
                .. record.Stored.Select(value => isTyped && value.Value is not null ? Convert.ToString(value.Value, CultureInfo.InvariantCulture) : value.Value),
            ];
            Run(connection, $"INSERT INTO rows VALUES ({string.Join(", ", values.Select((_, i) => $"@{i}"))})", values);
        }
    }

    private static bool IsOn(FactTarget target, PartyRow record) =>
        target is FactTarget.Everything || (target is FactTarget.Records records && records.NativeKeys.Contains($"{record.Number}"));

    private static void Run(DbConnection connection, string text, object?[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (index, value) in values.Index())
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@{index}", value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        command.ExecuteNonQuery();
    }

    private sealed record Role(string Name, PartyKind Kind, IReadOnlyList<string> Fields, Link Link);
}

/// <summary>A row and the people whom it concerns, one per role.</summary>
internal sealed record PartyRow(int Number, IReadOnlyList<Stored> Stored, TriggerValue[] Triggers, IReadOnlyList<string?> People, int Emptiness);
