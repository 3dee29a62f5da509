using Gdpr.Policies;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Relational.Mapping;

/// <summary>Completes a mapping by convention, and checks it against the policy and the live catalogue: every problem at once, each with its mend.</summary>
internal sealed class MappingResolver
{
    private static readonly string[] SubjectColumns = ["subject", "subject_id"];

    private readonly SqlMapping _mapping;
    private readonly RetentionSchedule _schedule;
    private readonly IReadOnlyList<TableDescription> _tables;
    private readonly Dictionary<string, string> _dataSetsByTable;
    private readonly CanonicalNames _names;
    private readonly List<MappingProblem> _problems = [];

    private MappingResolver(SqlMapping mapping, RetentionSchedule schedule, IReadOnlyList<TableDescription> tables)
    {
        _mapping = mapping;
        _schedule = schedule;
        _tables = tables;
        _names = new CanonicalNames(tables);
        _dataSetsByTable = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, dataSet) in mapping.DataSets)
        {
            if (TableOf(path, dataSet) is { } table && !_dataSetsByTable.TryAdd(table.Name, path)
                && mapping.DataSets.FirstOrDefault(other => other.Key != path && TableOf(other.Key, other.Value)?.Name == table.Name
                    && !OnlyResolver.Exclude(dataSet, other.Value)).Key is { } shared)
            {
                Problem(path, $"table '{table.Name}' holds '{shared}' already", "give each data set a table of its own, or say under \"only\" which rows are whose");
            }
        }
    }

    public static (IReadOnlyList<MappedDataSet> DataSets, IReadOnlyList<MappingProblem> Problems) Resolve(
        SqlMapping mapping, RetentionSchedule schedule, IReadOnlyList<TableDescription> tables)
    {
        var resolver = new MappingResolver(mapping, schedule, tables);
        MappedDataSet[] dataSets = [.. mapping.DataSets.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => resolver.Resolve(pair.Key, pair.Value)).OfType<MappedDataSet>()];
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
        var people = new PartyResolver(path, table, key, (what, column) => ColumnOf(path, what, column, table, isAggregated: false) is not null, _problems)
            .Resolve(declared, dataSet, out var parties);
        var subject = parties.IsDeclared ? null : SubjectOf(path, declared, table);
        var triggers = TriggersOf(path, declared, table, dataSet);
        var children = _names.Of(declared.Children, table);
        var fields = new FieldResolver(path, table, key, dataSet, parties, _problems).Resolve(declared.Fields);
        var beside = new BesideResolver(path, table, _tables, (what, column) => ColumnOf(path, what, column, table, isAggregated: true), _problems)
            .Resolve(declared, dataSet, parties, _names);
        var disposed = fields.Concat(people.Select(person => KeyValuePair.Create(person.Party.Link, person.Changes))).ToDictionary(StringComparer.Ordinal);
        new SharedColumns(path, table, dataSet, parties, _problems).Check(
            disposed, parties.IsDeclared ? [.. people.Select(person => (person.Party.Link, person.Path))] : subject is null ? [] : [("", subject)], triggers, children);
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
            Children = children,
        };
        return new MappedDataSet
        {
            Schedule = dataSet,
            Table = table,
            Key = key,
            Only = only,
            Subject = subject,
            Parties = parties,
            People = people,
            Triggers = triggers,
            Fields = disposed,
            Beside = beside,
            Children = children,
            Mapping = SqlMappingJson.DigestOf(resolved),
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

    private ColumnPath? SubjectOf(string path, DataSetMapping declared, TableDescription table)
    {
        if (declared.Subject is null)
        {
            return SubjectColumns.Select(table.Find).FirstOrDefault(column => column is not null) is { } found ? new ColumnPath { Column = found.Name } : null;
        }

        return ColumnOf(path, "the subject", declared.Subject, table, isAggregated: false) is null ? null : _names.Of(declared.Subject, table);
    }

    private MappedTrigger?[] TriggersOf(string path, DataSetMapping declared, TableDescription table, DataSetSchedule dataSet)
    {
        foreach (var unknown in declared.Triggers.Keys.Except(dataSet.Triggers, StringComparer.Ordinal))
        {
            Problem(path, $"the policy has no trigger '{unknown}'", "declare it, or take it out of the mapping", MappingFault.NotInPolicy, $"{path}.{unknown}");
        }

        return [.. dataSet.Triggers.Select((trigger, index) => TriggerOf(path, trigger, declared.Triggers.GetValueOrDefault(trigger), table) is { } found
            ? found with { NullMayBeFirst = dataSet.WhenNullOf(index) == WhenNull.Unknown }
            : null)];
    }

    private MappedTrigger? TriggerOf(string path, string trigger, TriggerMapping? declared, TableDescription table)
    {
        if (declared?.Excused is not null)
        {
            if (string.IsNullOrWhiteSpace(declared.Excused))
            {
                Problem(path, $"trigger '{trigger}' is excused without a reason", "say why it is not stored here", MappingFault.WithoutReason, $"{path}.{trigger}");
            }

            return null;
        }

        if (declared?.Expression is { } expression && !IsUsable(path, trigger, declared, expression))
        {
            return null;
        }

        var column = declared?.Expression is not null ? "" : declared is { Column.Length: > 0 } ? declared.Column : Conventions.ColumnOf(table, trigger)?.Name;
        if (column is null)
        {
            Problem(path, $"trigger '{trigger}' is not mapped, and table '{table.Name}' has no column of its name", "name its column, or excuse it with a reason",
                MappingFault.NotMapped, $"{path}.{trigger}");
            return null;
        }

        var columnPath = _names.Of(new ColumnPath { Column = column, Through = declared?.Through ?? [] }, table);
        var zone = declared?.Zone is { } id ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) : null;
        if (declared?.Zone is not null && zone is null)
        {
            Problem(path, $"trigger '{trigger}' names a zone '{declared.Zone}' that is not known", "use an IANA id such as Europe/Stockholm");
        }

        var time = new StoredTime(declared?.Form ?? StorageForm.Iso, zone);
        var (what, isAggregated) = ($"trigger '{trigger}'", declared?.Aggregate is not null);
        if (declared?.Expression is not null)
        {
            return EndOf(path, what, columnPath, table, isAggregated) is null
                ? null
                : new MappedTrigger(columnPath, declared.Expression, ColumnAffinity.Any, time, declared.Aggregate);
        }

        return ColumnOf(path, what, columnPath, table, isAggregated) is { } found
            ? new MappedTrigger(columnPath, null, found.Affinity, time, declared?.Aggregate) { Kind = found.Kind }
            : null;
    }

    private bool IsUsable(string path, string trigger, TriggerMapping declared, string expression)
    {
        if (declared.Column.Length > 0)
        {
            Problem(path, $"trigger '{trigger}' has a column and an expression", "keep one of the two");
        }

        var problems = ExpressionText.Problems(expression).ToArray();
        foreach (var (wrong, mend) in problems)
        {
            Problem(path, $"the expression of trigger '{trigger}' {wrong}", mend);
        }

        return problems.Length == 0;
    }

    /// <summary>The column at the end of a path, where every table and column on the way is there and no row is met by several.</summary>
    private ColumnDescription? ColumnOf(string path, string what, ColumnPath column, TableDescription table, bool isAggregated) =>
        EndOf(path, what, column, table, isAggregated) is { } end && Has(path, what, end, column.Column) ? end.Find(column.Column) : null;

    /// <summary>The table at the end of a path.</summary>
    private TableDescription? EndOf(string path, string what, ColumnPath column, TableDescription table, bool isAggregated)
    {
        foreach (var step in column.Through)
        {
            if (Conventions.Find(_tables, step.Table) is not { } joined)
            {
                Problem(path, $"{what} goes through table '{step.Table}', which does not exist", "name a table that is there", MappingFault.NotInDatabase, step.Table);
                return null;
            }

            if (joined.HidesRows)
            {
                Conventions.RefuseHidden(joined, (wrong, mend) => Problem(path, $"{what}: {wrong}", mend));
            }

            var isWhole = step.On.Count > 0;
            if (!isWhole)
            {
                Problem(path, $"{what} joins table '{joined.Name}' on nothing", "name the columns that are equal");
            }

            foreach (var (own, before) in step.On)
            {
                isWhole &= Has(path, what, joined, own) && Has(path, what, table, before)
                    && Conventions.CompareAlike(joined, own, table, before, (wrong, mend) => Problem(path, $"{what}: {wrong}", mend));
            }

            if (!isWhole)
            {
                return null;
            }

            if (!isAggregated && !joined.IsUnique(step.On.Keys))
            {
                Problem(path, $"{what} may meet several rows of table '{joined.Name}'", "join it on a unique key, or say which value counts: aggregate max or min");
            }

            table = joined;
        }

        return table;
    }

    private bool Has(string path, string what, TableDescription owner, string name)
    {
        if (owner.Find(name) is not null)
        {
            return true;
        }

        Problem(path, $"{what} is mapped to column '{name}', which table '{owner.Name}' does not have", "name a column that is there",
            MappingFault.NotInDatabase, $"{owner.Name}.{name}");
        return false;
    }

    private void Problem(string path, string wrong, string mend, MappingFault fault = MappingFault.Unusable, string? place = null) =>
        _problems.Add(new MappingProblem(path, wrong, mend) { Fault = fault, Place = place! });
}

/// <summary>How names are matched, and how problems are worded.</summary>
internal static class Conventions
{
    /// <summary>The names that a table or column of an id may have: the id, or the id in snake case.</summary>
    public static IEnumerable<string> NamesOf(string id) => [id, id.Replace('-', '_')];

    public static TableDescription? Find(IReadOnlyList<TableDescription> tables, string name) =>
        tables.FirstOrDefault(table => string.Equals(table.Name, name, StringComparison.Ordinal))
        ?? tables.FirstOrDefault(table => string.Equals(table.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The table named as a data set, whose path is that of its system and its own id.</summary>
    public static TableDescription? TableOf(IReadOnlyList<TableDescription> tables, string path) =>
        NamesOf(path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..]).Select(name => Find(tables, name)).FirstOrDefault(table => table is not null);

    public static ColumnDescription? ColumnOf(TableDescription table, string id) => NamesOf(id).Select(table.Find).FirstOrDefault(column => column is not null);

    /// <summary>Says what of a table's rows would go unseen, or go with others' statements.</summary>
    public static void RefuseUncertain(TableDescription table, Action<string, string> problem)
    {
        if (table.InheritedBy.Count > 0)
        {
            problem(
                $"tables inherit from '{table.Name}' ({string.Join(", ", table.InheritedBy)}): a statement on it changes their rows as well",
                "make them partitions of it, or tables by themselves");
        }

        if (table.HidesRows)
        {
            RefuseHidden(table, problem);
        }
    }

    public static void RefuseHidden(TableDescription table, Action<string, string> problem) => problem(
        $"row-level security hides rows of table '{table.Name}' from this role: what it does not see would be kept, or taken for gone, without a word",
        "use a role with BYPASSRLS, or one that owns the table and is not forced");

    /// <summary>Whether two columns compare by one rule: of one kind, and texts by one collation. Otherwise <c>'01'</c>
    /// would meet 1, or <c>'a'</c> both itself and <c>'A'</c>.</summary>
    public static bool CompareAlike(TableDescription first, string own, TableDescription second, string other, Action<string, string> problem)
    {
        var (left, right) = (first.Find(own)!, second.Find(other)!);
        var isAlike = KindOf(left) == KindOf(right)
            && (left.Affinity != ColumnAffinity.Text || string.Equals(left.Collation, right.Collation, StringComparison.OrdinalIgnoreCase));
        if (!isAlike)
        {
            problem(
                $"columns '{first.Name}.{left.Name}' and '{second.Name}.{right.Name}' differ in type or collation, so that what is equal in one is not in the other",
                "declare them alike");
        }

        return isAlike;
    }

    private static ColumnAffinity KindOf(ColumnDescription column) => column.Affinity == ColumnAffinity.Integer ? ColumnAffinity.Number : column.Affinity;
}
