using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Translates what is said of a model into tables and columns, for the data sets of a policy: every problem at once, each with its mend.</summary>
internal sealed class EfSqlMapper
{
    private readonly EfModelMap _map;
    private readonly Func<ITable, string> _nameOf;
    private readonly EfPaths _paths;
    private readonly List<string> _problems;
    private readonly List<string> _hazards = [];
    private readonly Dictionary<string, IReadOnlyList<IProperty>> _people = new(StringComparer.Ordinal);
    private readonly HashSet<EfMember> _fields = new(ReferenceEqualityComparer.Instance);

    private EfSqlMapper(EfModelMap map, Func<ITable, string> nameOf)
    {
        _map = map;
        _nameOf = nameOf;
        _paths = new EfPaths(map, nameOf);
        _problems = [.. map.Problems];
    }

    /// <summary>Translates.</summary>
    /// <param name="map">What is said of the model.</param>
    /// <param name="schedule">The policy's rules.</param>
    /// <param name="nameOf">How the database names a table.</param>
    public static EfTranslation Translate(EfModelMap map, RetentionSchedule schedule, Func<ITable, string> nameOf)
    {
        var mapper = new EfSqlMapper(map, nameOf);
        return new EfTranslation(mapper.Translate(schedule), [.. mapper._problems, .. mapper._hazards], mapper._people, mapper._fields);
    }

    /// <summary>Of the problems those that are the model's own and no gap in what is said of it: cascades into other data sets, times of no zone.</summary>
    /// <param name="map">What is said of the model.</param>
    /// <param name="schedule">The policy's rules.</param>
    /// <param name="nameOf">How the database names a table.</param>
    public static IReadOnlyList<string> Hazards(EfModelMap map, RetentionSchedule schedule, Func<ITable, string> nameOf)
    {
        var mapper = new EfSqlMapper(map, nameOf);
        mapper.Translate(schedule);
        return mapper._hazards;
    }

    private SqlMapping Translate(RetentionSchedule schedule)
    {
        var dataSets = new Dictionary<string, DataSetMapping>(StringComparer.Ordinal);
        foreach (var (path, record) in _map.DataSets.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (schedule.Find(path) is not { } dataSet)
            {
                Problem(path, $"the policy has no such data set, and {record.Name} is said to be its records", "declare it, or take it out of the model");
            }
            else if (Translate(record, dataSet, schedule.Policy) is { } mapping)
            {
                dataSets.Add(path, mapping);
            }
        }

        return new SqlMapping { DataSets = dataSets };
    }

    private DataSetMapping? Translate(EfRecord record, DataSetSchedule dataSet, GdprPolicy policy)
    {
        if (TableOf(record, dataSet.Path) is not { } table)
        {
            return null;
        }

        if (record.Type.FindPrimaryKey() is not { } key)
        {
            Problem(dataSet.Path, $"{record.Name} has no key", "give it one: nothing else tells one record from another");
            return null;
        }

        if (record is { SubjectMarks: { Count: > 1 } marks, Statement.Parties.Count: 0 })
        {
            Problem(dataSet.Path, $"{string.Join(" and ", marks)} are each marked as the id of the person of {record.Name}, and only one would be asked",
                "mark one; or, where a record concerns several people, name each where the data set is mapped: Owner, Mentions");
        }

        var children = new EfChildren(_map, record, _nameOf, (wrong, mend) => Problem(dataSet.Path, wrong, mend), (wrong, mend) => Hazard(dataSet.Path, wrong, mend));
        var childMappings = children.Of(table);
        var fields = new EfFields(_paths, record, table, dataSet, policy, children.Deleted, _nameOf, (wrong, mend) => Problem(dataSet.Path, wrong, mend));
        var fieldMappings = fields.Translate();
        _fields.UnionWith(fields.Members);
        return new DataSetMapping
        {
            Table = _nameOf(table),
            Key = [.. key.Properties.Select(property => property.GetTableColumnMappings().First(mapping => mapping.TableMapping.Table == table).Column.Name)],
            Only = EfHierarchy.OnlyOf(_map, record, table),
            Subject = record.Statement.Parties.Count > 0 ? null : SubjectOf(record.Subject, "the subject", record, table, dataSet.Path),
            Parties = PartiesOf(record, table, dataSet.Path),
            Shared = record.Statement.Shared is { Count: > 0 } shared ? shared : null,
            Triggers = dataSet.Triggers.Select(trigger => (trigger, Mapping: TriggerOf(record, table, dataSet.Path, trigger)))
                .Where(pair => pair.Mapping is not null).ToDictionary(pair => pair.trigger, pair => pair.Mapping!),
            Fields = fieldMappings,
            Children = childMappings,
        };
    }

    private ITable? TableOf(EfRecord record, string path)
    {
        var root = record.Type.GetRootType();
        ITable[] tables = [.. record.Type.GetDerivedTypesInclusive().SelectMany(type => type.GetTableMappings()).Select(mapping => mapping.Table).Distinct()];
        if (tables.Length == 0)
        {
            Problem(path, $"{record.Name} has no table ({(record.Type.GetViewName() is { } view ? $"view {view}" : "it is a query")})",
                "map the entity type of the table beneath it");
            return null;
        }

        if (root.GetMappingStrategy() == RelationalAnnotationNames.TpcMappingStrategy && tables.Length > 1)
        {
            Problem(path, $"the types of {record.Name} have tables of their own that share nothing ({string.Join(", ", tables.Select(_nameOf))})",
                "give each type a data set of its own");
            return null;
        }

        if (root.GetMappingStrategy() == RelationalAnnotationNames.TptMappingStrategy && EfHierarchy.IsShared(_map, record))
        {
            var shared = _nameOf(root.GetTableMappings().First().Table);
            Problem(path, $"{record.Name} shares the rows of table '{shared}' with the records of others, and nothing in it tells them apart",
                $"let {root.DisplayName()} be the records of one data set, or map the hierarchy to one table with a discriminator");
            return null;
        }

        return record.Type.GetTableMappings().Select(mapping => mapping.Table).FirstOrDefault() ?? tables[0];
    }

    private Dictionary<string, PartyMapping>? PartiesOf(EfRecord record, ITable table, string path) => record.Statement.Parties.Count == 0 ? null
        : record.Statement.Parties.ToDictionary(party => party.Key, party => new PartyMapping
        {
            Kind = party.Value.Kind,
            Subject = SubjectOf(party.Value.Path, $"the {party.Key}", record, table, path),
            Fields = party.Value.Fields,
            Erased = ErasedOf(party.Key, party.Value, record, table, path),
            Excused = party.Value.Excused,
        });

    /// <summary>What stands in an emptied link, as its column holds it.</summary>
    private string? ErasedOf(string party, PartyStatement stated, EfRecord record, ITable table, string path)
    {
        if (stated is not { Erased: { } erased, Path: { } member } || _paths.Follow(record, table, member, isSubject: true, out _) is not { Through.Count: 0 } found
            || found.Column.IsNullable)
        {
            return stated.Erased;
        }

        if (ErasedTexts.Stored(found.Property, erased) is { } stored)
        {
            return stored;
        }

        Problem(path, $"the {party} ('{member}'): it cannot read what stands there when the link has been emptied ('{erased}')",
            "name a text that it reads, as the column would hold it, or let the property be null");
        return null;
    }

    private ColumnPath? SubjectOf(string? member, string what, EfRecord record, ITable table, string path)
    {
        if (member is not { } stated)
        {
            return null;
        }

        if (_paths.Follow(record, table, stated, isSubject: true, out var wrong) is not { } found)
        {
            Problem(path, $"{what}: {wrong}", "name a property that is there");
            return null;
        }

        if (found.IsMany)
        {
            Problem(path, $"{what} ('{stated}') goes over a collection: a record is one person's", "name a property that is reached by references alone");
            return null;
        }

        _people[path] = [.. _people.GetValueOrDefault(path) ?? [], found.Property];
        return new ColumnPath { Column = found.Column.Name, Through = found.Through };
    }

    private TriggerMapping? TriggerOf(EfRecord record, ITable table, string path, string trigger)
    {
        var stated = record.Statement.Triggers.GetValueOrDefault(trigger);
        if (stated is { Excused: not null } or { Expression: not null })
        {
            return new TriggerMapping { Expression = stated.Expression, Form = stated.Form, Zone = stated.Zone, Excused = stated.Excused };
        }

        // What several types of the hierarchy call alike, and mark alike, is one, or is found not to be when it is followed.
        EfMember[] marked = [.. record.Members.Where(member => member.Trigger?.Trigger == trigger).DistinctBy(member => (member.Path, member.Trigger))];
        var member = marked.FirstOrDefault() ?? record.Members.FirstOrDefault(member => !member.IsMany && member.Trigger is null && Names.Same(trigger, member.Path));
        if (marked.Length > 1)
        {
            Problem(path, $"trigger '{trigger}' is {string.Join(" and ", marked.Select(found => found.Path))}", "keep one, or compute it by an expression");
        }

        if ((stated?.Path ?? member?.Path) is not { } way)
        {
            Problem(path, $"trigger '{trigger}' is on no property of {record.Name}",
                "name it: [RetentionTrigger], IsRetentionTrigger or Trigger where the data set is mapped; or excuse it with a reason");
            return null;
        }

        if (_paths.Follow(record, table, way, isSubject: false, out var wrong) is not { } found)
        {
            Problem(path, $"trigger '{trigger}': {wrong}", "name a property that is there");
            return null;
        }

        if (found.IsMany && stated?.Aggregate is null)
        {
            Problem(path, $"trigger '{trigger}' ('{way}') goes over a collection", "say which value counts: Max or Min");
        }

        return Stored(path, $"trigger '{trigger}' ({way})", found, stated, stated?.Path is null ? member?.Trigger : null);
    }

    private TriggerMapping? Stored(string path, string what, EfPath found, TriggerStatement? stated, TriggerMark? mark)
    {
        var zone = stated?.Zone ?? mark?.Zone;
        var form = stated?.Form;
        if (mark?.Form is { } name)
        {
            if (!FormNames.TryParse(name, out var parsed))
            {
                Problem(path, $"{what} is said to be stored as '{name}'", $"use one of {string.Join(", ", FormNames.All)}");
                return null;
            }

            form = parsed;
        }

        if (form is null)
        {
            var stored = StoredForms.Of(found.Property, zone);
            if (stored.Problem is not null)
            {
                (stored.IsNaive ? _hazards : _problems).Add(new MappingProblem(path, $"{what}: {stored.Problem}", stored.Mend!).ToString());
                return null;
            }

            (form, zone) = (stored.Form, stored.Zone);
        }

        return new TriggerMapping { Column = found.Column.Name, Through = found.Through, Form = form, Zone = zone, Aggregate = found.IsMany ? stated?.Aggregate : null };
    }

    private void Hazard(string path, string wrong, string mend) => _hazards.Add(new MappingProblem(path, wrong, mend).ToString());

    private void Problem(string path, string wrong, string mend) => _problems.Add(new MappingProblem(path, wrong, mend).ToString());
}

/// <summary>A model as tables and columns.</summary>
/// <param name="Mapping">The data sets.</param>
/// <param name="Problems">What stands in the way.</param>
/// <param name="People">By data set, the properties that hold the ids of the people whom its records concern.</param>
/// <param name="Fields">The members that hold fields.</param>
internal sealed record EfTranslation(
    SqlMapping Mapping, IReadOnlyList<string> Problems, IReadOnlyDictionary<string, IReadOnlyList<IProperty>> People, IReadOnlySet<EfMember> Fields)
{
    public void Deconstruct(out SqlMapping mapping, out IReadOnlyList<string> problems) => (mapping, problems) = (Mapping, Problems);
}
