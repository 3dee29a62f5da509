using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>Names as the database writes them, for names that the host may have written in another case, or with a schema that goes without saying. What does not
/// exist stays as it is.</summary>
/// <param name="tables">The tables as they are described to whoever wrote the names: a name without a schema is that of the first table of its search path.</param>
/// <param name="written">The same tables as they are described to whoever reads the names; <see langword="null"/> where that is the same.</param>
internal sealed class CanonicalNames(IReadOnlyList<TableDescription> tables, IReadOnlyList<TableDescription>? written = null)
{
    private readonly Dictionary<string, string>? _written =
        written?.DistinctBy(table => table.FullName, StringComparer.Ordinal).ToDictionary(table => table.FullName, table => table.Name, StringComparer.Ordinal);

    /// <summary>The name of a table.</summary>
    public string Of(string table) => Conventions.Find(tables, table) is { } found ? NameOf(found) : table;

    /// <summary>A column of a table.</summary>
    public string Of(string table, string column) => Conventions.Find(tables, table) is { } found ? Of(column, found) : column;

    /// <summary>A place in the database: a table (<c>orders</c>), all its columns (<c>orders.*</c>) or one of them (<c>orders.total</c>).</summary>
    public string OfPlace(string place) => OfPlace(place, StringComparison.Ordinal) ?? OfPlace(place, StringComparison.OrdinalIgnoreCase) ?? place;

    /// <summary>A mapping.</summary>
    public SqlMapping Of(SqlMapping mapping) => new()
    {
        DataSets = mapping.DataSets.ToDictionary(pair => pair.Key, pair => Of(pair.Key, pair.Value), StringComparer.Ordinal),
        Excused = mapping.Excused,
    };

    /// <summary>A reference.</summary>
    public ForeignKeyDescription Of(ForeignKeyDescription key) => new(
        Of(key.Table), [.. key.Columns.Select(column => Of(key.Table, column))],
        Of(key.Parent), [.. key.ParentColumns.Select(column => Of(key.Parent, column))], key.OnDelete);

    private DataSetMapping Of(string path, DataSetMapping declared)
    {
        if ((declared.Table is { } stated ? Conventions.Find(tables, stated) : Conventions.TableOf(tables, path)) is not { } table)
        {
            return declared;
        }

        return new DataSetMapping
        {
            Table = NameOf(table),
            Key = [.. declared.Key.Select(column => Of(column, table))],
            Only = declared.Only is { } only ? Of(only, table) : null,
            Subject = declared.Subject is { } subject ? Of(subject, table) : null,
            Parties = declared.Parties?.ToDictionary(party => party.Key, party => Of(party.Value, table), StringComparer.Ordinal),
            Shared = declared.Shared,
            Triggers = declared.Triggers.ToDictionary(trigger => trigger.Key, trigger => Of(trigger.Value, table), StringComparer.Ordinal),
            Fields = declared.Fields.ToDictionary(field => field.Key, field => Of(field.Value, table), StringComparer.Ordinal),
            Children = Of(declared.Children, table),
        };
    }

    private PartyMapping Of(PartyMapping party, TableDescription table) => new()
    {
        Kind = party.Kind,
        Subject = party.Subject is { } subject ? Of(subject, table) : null,
        Fields = party.Fields,
        Erased = party.Erased,
        Excused = party.Excused,
    };

    private TriggerMapping Of(TriggerMapping trigger, TableDescription table)
    {
        var path = Of(new ColumnPath { Column = trigger.Column, Through = trigger.Through }, table);
        return new TriggerMapping
        {
            Column = path.Column,
            Expression = trigger.Expression,
            Through = path.Through,
            Form = trigger.Form,
            Zone = trigger.Zone,
            Aggregate = trigger.Aggregate,
            Excused = trigger.Excused,
        };
    }

    private FieldMapping Of(FieldMapping field, TableDescription table) => new()
    {
        Columns = [.. field.Columns.Select(column => Of(column, table))],
        Erased = field.Erased,
        Form = field.Form,
        Area = Of(field.Area, table),
        Beside = field.Beside is { } beside ? [.. beside.Select(path => Of(path, table))] : null,
        Excused = field.Excused,
    };

    private ColumnPath Of(ColumnPath path, TableDescription table)
    {
        var (steps, before) = (new List<JoinStep>(), table);
        foreach (var step in path.Through)
        {
            if (Conventions.Find(tables, step.Table) is not { } joined)
            {
                return path;
            }

            steps.Add(new JoinStep { Table = NameOf(joined), On = Of(step.On, joined, before) });
            before = joined;
        }

        return new ColumnPath { Column = Of(path.Column, before), Through = steps };
    }

    private IReadOnlyList<ChildMapping> Of(IReadOnlyList<ChildMapping> children, TableDescription parent) => [.. children.Select(child =>
        Conventions.Find(tables, child.Table) is not { } table ? child : new ChildMapping
        {
            Table = NameOf(table),
            On = Of(child.On, table, parent),
            Action = child.Action,
            Children = Of(child.Children, table),
            IsDerived = child.IsDerived,
            Cut = [.. Of(child.On, table, parent).Keys.Where(column => MayBeNull(table, column))],
        })];

    private static bool MayBeNull(TableDescription table, string column) =>
        table.Find(column)?.IsNullable == true && !table.PrimaryKey.Contains(column, StringComparer.Ordinal);

    private static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> pairs, TableDescription own, TableDescription other)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (column, referred) in pairs)
        {
            named.TryAdd(Of(column, own), Of(referred, other));
        }

        return named;
    }

    private static Dictionary<string, TValue> Of<TValue>(IReadOnlyDictionary<string, TValue> byColumn, TableDescription table)
    {
        var named = new Dictionary<string, TValue>(StringComparer.Ordinal);
        foreach (var (column, value) in byColumn)
        {
            named.TryAdd(Of(column, table), value);
        }

        return named;
    }

    private static string Of(string column, TableDescription table) => table.Find(column)?.Name ?? column;

    private string NameOf(TableDescription table) => _written?.GetValueOrDefault(table.FullName) ?? table.Name;

    private string? OfPlace(string place, StringComparison by)
    {
        foreach (var (table, name) in tables.Select(table => (table, table.Name)).Concat(tables.Select(table => (table, table.FullName))))
        {
            if (!place.StartsWith(name, by))
            {
                continue;
            }

            if (place.Length == name.Length)
            {
                return NameOf(table);
            }

            if (place[name.Length] == '.' && (place[(name.Length + 1)..] is "*" ? "*" : table.Find(place[(name.Length + 1)..])?.Name) is { } column)
            {
                return $"{NameOf(table)}.{column}";
            }
        }

        return null;
    }
}
