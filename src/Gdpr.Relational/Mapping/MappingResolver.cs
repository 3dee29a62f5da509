using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Mapping;

/// <summary>Completes a mapping by convention, and checks it against the policy and the live catalogue: every problem at once, each with its mend.</summary>
internal sealed class MappingResolver
{
    private static readonly string[] SubjectColumns = ["subject", "subject_id"];

    private readonly SqlMapping _mapping;
    private readonly RetentionSchedule _schedule;
    private readonly IReadOnlyList<TableDescription> _tables;
    private readonly Dictionary<string, string> _dataSetsByTable;
    private readonly List<MappingProblem> _problems = [];

    private MappingResolver(SqlMapping mapping, RetentionSchedule schedule, IReadOnlyList<TableDescription> tables)
    {
        _mapping = mapping = new CanonicalNames(tables).Of(mapping);
        _schedule = schedule;
        _tables = tables;
        _dataSetsByTable = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, dataSet) in mapping.DataSets)
        {
            if (TableOf(path, dataSet) is { } table && !_dataSetsByTable.TryAdd(table.Name, path)
                && mapping.DataSets.FirstOrDefault(other => other.Key != path && TableOf(other.Key, other.Value)?.Name == table.Name
                    && !OnlyResolver.Exclude(dataSet, other.Value, table)).Key is { } shared)
            {
                Problem(path, $"table '{table.Name}' holds '{shared}' already", "give each data set a table of its own, or say under \"only\" which rows are whose");
            }
        }
    }

    public static (IReadOnlyList<MappedDataSet> DataSets, IReadOnlyList<MappingProblem> Problems) Resolve(
        SqlMapping mapping, RetentionSchedule schedule, IReadOnlyList<TableDescription> tables)
    {
        var resolver = new MappingResolver(mapping, schedule, tables);
        MappedDataSet[] dataSets = [.. resolver._mapping.DataSets.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => resolver.Resolve(pair.Key, pair.Value)).OfType<MappedDataSet>()];
        new SharedColumns(tables, resolver._problems).Check(dataSets);
        return (dataSets, resolver._problems);
    }

    private MappedDataSet? Resolve(string path, DataSetMapping declared)
    {
        if (_schedule.Find(path) is not { } dataSet)
        {
            Problem(path, "the policy has no such data set", "declare it, or take it out of the mapping", MappingFault.NotInPolicy);
            return null;
        }

        if (TableOf(path, declared) is not { } table)
        {
            Problem(path, declared.Table is null ? "no table is named as the data set" : $"there is no table '{declared.Table}'", "name the table that holds it",
                declared.Table is null ? MappingFault.NotMapped : MappingFault.NotInDatabase, declared.Table);
            return null;
        }

        if (table.IsView)
        {
            Problem(path, $"'{table.Name}' is a view, which may hide rows and whose deletes do what its triggers say", "map the table beneath it");
        }

        Conventions.RefuseUncertain(table, (wrong, mend) => Problem(path, wrong, mend));
        var key = KeyOf(path, declared, table);
        var only = new OnlyResolver(path, table, _problems).Resolve(declared.Only);
        var paths = new PathResolver(path, _tables, _problems);
        var subject = declared.Parties is { Count: > 0 } ? null : SubjectOf(paths, declared, table);
        var people = new PartyResolver(path, table, key, (what, column) => paths.ColumnOf(what, column, table, isAggregated: false) is not null, _problems)
            .Resolve(declared, subject, dataSet, out var parties);
        var triggers = new TriggerResolver(path, table, dataSet, paths, _problems).Resolve(declared.Triggers);
        var fields = new FieldResolver(path, table, key, dataSet, parties, _problems).Resolve(declared.Fields);
        var beside = new BesideResolver(path, _tables, (what, column) => paths.ColumnOf(what, column, table, isAggregated: true), _problems)
            .Resolve(declared, dataSet, parties);
        var disposed = fields.Concat(people.Select(person => KeyValuePair.Create(person.Party.Link, person.Changes))).ToDictionary(StringComparer.Ordinal);
        new ChildResolver(path, _tables, _dataSetsByTable, _problems).Check(table, declared.Children);
        var resolved = new DataSetMapping
        {
            Table = table.Name,
            Key = [.. key.Select(column => column.Name)],
            Only = only.Count == 0 ? null : only.ToDictionary(pair => pair.Column.Name, pair => pair.Values),
            Subject = subject,
            Parties = declared.Parties,
            Shared = declared.Shared,
            Triggers = dataSet.Triggers.Zip(triggers).ToDictionary(pair => pair.First, pair => Written(pair.Second)),
            Fields = fields.ToDictionary(
                field => field.Key,
                field => field.Value.Count == 0
                    ? declared.Fields.GetValueOrDefault(field.Key) ?? new FieldMapping()
                    : Written(declared.Fields.GetValueOrDefault(field.Key), field.Value)),
            Children = declared.Children,
        };
        return new MappedDataSet
        {
            Schedule = dataSet,
            Table = table,
            Key = key,
            Only = only,
            Subject = parties.IsDeclared ? null : subject,
            Parties = parties,
            People = people,
            Triggers = triggers,
            Fields = disposed,
            Beside = beside,
            Children = declared.Children,
            Mapping = SqlMappingJson.DigestOf(resolved),
            Naming = SqlMappingJson.DigestOf(new DataSetMapping
            {
                Table = resolved.Table,
                Key = resolved.Key,
                Subject = parties.IsDeclared ? null : subject,
                Parties = people.ToDictionary(person => person.Party.Role, person => new PartyMapping { Subject = person.Path }),
            }),
        };
    }

    private static TriggerMapping Written(MappedTrigger? trigger) => trigger is null
        ? new TriggerMapping { Excused = "not stored here" }
        : new TriggerMapping
        {
            Column = trigger.Path.Column,
            Expression = trigger.Expression,
            Through = trigger.Path.Through,
            Form = trigger.Time.Form,
            Zone = trigger.Time.Zone?.Id,
            Aggregate = trigger.Aggregate,
        };

    private static FieldMapping Written(FieldMapping? declared, IReadOnlyList<ColumnChange> changes) => new()
    {
        Columns = [.. changes.Select(change => change.Column.Name)],
        Erased = declared?.Erased,
        Form = declared?.Form,
        Area = declared?.Area!,
        Beside = declared?.Beside,
    };

    private TableDescription? TableOf(string path, DataSetMapping declared) => declared.Table is { } stated
        ? Conventions.Find(_tables, stated)
        : Conventions.TableOf(_tables, path);

    private ColumnDescription[] KeyOf(string path, DataSetMapping declared, TableDescription table)
    {
        var names = declared.Key.Count > 0 ? declared.Key : table.PrimaryKey;
        if (names.Count == 0)
        {
            Problem(path, $"table '{table.Name}' has no primary key", "name the columns that tell one record from another as its key");
            return [];
        }

        var missing = names.Where(name => table.Find(name) is null).ToArray();
        foreach (var name in missing)
        {
            Problem(path, $"table '{table.Name}' has no column '{name}' for the key", "name a column that is there", MappingFault.NotInDatabase, $"{table.Name}.{name}");
        }

        if (missing.Length == 0 && !table.IsView && !table.IsUnique(names))
        {
            Problem(path, $"the key ({string.Join(", ", names)}) of table '{table.Name}' is neither its primary key nor unique", "name columns that are, or put a unique index on them");
        }

        ColumnDescription[] key = [.. names.Select(table.Find).OfType<ColumnDescription>()];
        foreach (var column in key.Where(column => !table.IsView && column.Affinity is ColumnAffinity.Number or ColumnAffinity.Any))
        {
            Problem(path, $"column '{column.Name}' of the key of table '{table.Name}' may hold values that no text tells apart",
                "declare it INTEGER, TEXT or BLOB, or name other columns as the key");
        }

        return key;
    }

    private ColumnPath? SubjectOf(PathResolver paths, DataSetMapping declared, TableDescription table)
    {
        if (declared.Subject is null)
        {
            return SubjectColumns.Select(table.Find).FirstOrDefault(column => column is not null) is { } found ? new ColumnPath { Column = found.Name } : null;
        }

        return paths.ColumnOf("the subject", declared.Subject, table, isAggregated: false) is null ? null : declared.Subject;
    }

    private void Problem(string path, string wrong, string mend, MappingFault fault = MappingFault.Unusable, string? place = null) =>
        _problems.Add(new MappingProblem(path, wrong, mend) { Fault = fault, Place = place! });
}
