using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Coverage;

/// <summary>Which tables, columns and references a mapping covers.</summary>
internal sealed class CoveredTables
{
    // A database may tell names apart by case: here they are as it writes them.
    private static readonly StringComparer Names = StringComparer.Ordinal;

    private readonly HashSet<string> _records = new(Names);
    private readonly HashSet<string> _deleted = new(Names);
    private readonly HashSet<string> _subjects = new(Names);
    private readonly HashSet<string> _used = new(Names);
    private readonly HashSet<string> _fields = new(Names);
    private readonly HashSet<string> _beside = new(Names);
    private readonly List<(string Table, IReadOnlyList<string> Columns)> _ways = [];
    private readonly List<(string Parent, ChildMapping Child)> _children = [];

    public CoveredTables(
        IReadOnlyList<MappedDataSet> dataSets, IReadOnlyList<TableDescription> tables, IEnumerable<string> classified, IEnumerable<string> discriminators)
    {
        _fields.UnionWith(classified);
        _used.UnionWith(discriminators);
        foreach (var dataSet in dataSets)
        {
            _records.Add(dataSet.Table.Name);
            Use(dataSet.Table.Name, dataSet.Key.Select(column => column.Name));
            Use(dataSet.Table.Name, dataSet.Only.Select(only => only.Column.Name));
            Classify(dataSet);
            AddPeople(dataSet);
            AddTriggers(dataSet);
            AddChildren(dataSet.Table.Name, dataSet.Children);
        }

        // What a subject's column refers to is whose id it holds.
        _subjects.UnionWith(tables.SelectMany(table => table.ForeignKeys).Where(IsWay).Select(key => key.Parent));
    }

    /// <summary>Whether a table's rows are records of a data set.</summary>
    public bool IsRecords(string table) => _records.Contains(table);

    /// <summary>Whether a table's rows go with the records that they refer to.</summary>
    public bool IsDeleted(string table) => _deleted.Contains(table);

    /// <summary>Whether a table is named at all, if only for what it refers to or for a field that it holds more of. What a model's reference alone says is no
    /// name.</summary>
    public bool IsNamed(string table) =>
        IsRecords(table) || _beside.Contains(table) || _children.Any(pair => IsSaid(pair.Child) && Names.Equals(pair.Child.Table, table));

    /// <summary>Whether a table's rows are people, or lie on the way from a record to its person.</summary>
    public bool IsSubject(string table) => IsRecords(table) || _subjects.Contains(table);

    /// <summary>Whether a column is used: as key, subject or trigger, to tell records from other rows, as a field, or by what refers.</summary>
    public bool IsUsed(string table, string column) => _used.Contains($"{table}.{column}") || IsField(table, column);

    /// <summary>Whether a column holds a field of the policy, which has a category.</summary>
    public bool IsField(string table, string column) => _fields.Contains($"{table}.{column}");

    /// <summary>Whether a reference is mapped: as the way to a record's person, as a field, or by what happens to its rows.</summary>
    public bool IsMapped(ForeignKeyDescription key) =>
        _children.Any(pair => IsSaid(pair.Child) && Names.Equals(pair.Parent, key.Parent) && Names.Equals(pair.Child.Table, key.Table)
            && ChildResolver.IsMapped(key, pair.Child))
        || IsWay(key)
        || key.Columns.All(column => IsField(key.Table, column));

    /// <summary>Whether a reference is a step on the way from a record to its person.</summary>
    private bool IsWay(ForeignKeyDescription key) =>
        _ways.Any(way => Names.Equals(way.Table, key.Table) && key.Columns.All(column => way.Columns.Contains(column, Names)));

    private bool IsSaid(ChildMapping child) => !child.IsDerived || _beside.Contains(child.Table);

    private void Classify(MappedDataSet dataSet)
    {
        foreach (var change in dataSet.Fields.Values.SelectMany(changes => changes))
        {
            _fields.Add($"{dataSet.Table.Name}.{change.Column.Name}");
        }

        foreach (var beside in dataSet.Beside.Values.SelectMany(columns => columns))
        {
            _fields.Add($"{beside.Table}.{beside.Column.Name}");
            _beside.Add(beside.Table);
        }
    }

    private void AddPeople(MappedDataSet dataSet)
    {
        foreach (var person in dataSet.People.Select(person => person.Path).Append(dataSet.Subject).OfType<ColumnPath>())
        {
            var last = Follow(dataSet.Table.Name, person, isSubject: true);
            Use(last, [person.Column]);
            _ways.Add((last, [person.Column]));
        }
    }

    private void AddTriggers(MappedDataSet dataSet)
    {
        foreach (var trigger in dataSet.Triggers.OfType<MappedTrigger>())
        {
            var last = Follow(dataSet.Table.Name, trigger.Path, isSubject: false);
            if (trigger.Expression is { } expression)
            {
                Use(dataSet.Table.Name, dataSet.Table.Columns.Select(column => column.Name).Where(name => Mentions(expression, name)));
            }
            else
            {
                Use(last, [trigger.Path.Column]);
            }
        }
    }

    /// <summary>Walks a path, and says in which table it ends.</summary>
    private string Follow(string table, ColumnPath path, bool isSubject)
    {
        foreach (var step in path.Through)
        {
            Use(table, step.On.Values);
            Use(step.Table, step.On.Keys);
            if (isSubject)
            {
                _ways.Add((table, [.. step.On.Values]));
                _subjects.Add(step.Table);
            }

            table = step.Table;
        }

        return table;
    }

    private void AddChildren(string parent, IReadOnlyList<ChildMapping> children)
    {
        foreach (var child in children)
        {
            _children.Add((parent, child));
            Use(parent, child.On.Values);
            Use(child.Table, child.On.Keys);
            if (child.Action == ChildAction.Delete)
            {
                _deleted.Add(child.Table);
            }

            AddChildren(child.Table, child.Children);
        }
    }

    private void Use(string table, IEnumerable<string> columns) => _used.UnionWith(columns.Select(column => $"{table}.{column}"));

    /// <summary>Whether an expression names a column, as a whole word.</summary>
    private static bool Mentions(string expression, string column)
    {
        for (var at = 0; (at = expression.IndexOf(column, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            if ((at == 0 || !IsWord(expression[at - 1])) && (at + column.Length == expression.Length || !IsWord(expression[at + column.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWord(char sign) => char.IsLetterOrDigit(sign) || sign == '_';
}
