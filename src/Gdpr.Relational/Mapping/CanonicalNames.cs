using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>Names as the database writes them, for names that the host may have written in another case. What does not exist stays as it is.</summary>
internal sealed class CanonicalNames(IReadOnlyList<TableDescription> tables)
{
    public ColumnPath Of(ColumnPath path, TableDescription table)
    {
        var (steps, before) = (new List<JoinStep>(), table);
        foreach (var step in path.Through)
        {
            if (Conventions.Find(tables, step.Table) is not { } joined)
            {
                return path;
            }

            steps.Add(new JoinStep { Table = joined.Name, On = Of(step.On, joined, before) });
            before = joined;
        }

        return new ColumnPath { Column = Of(path.Column, before), Through = steps };
    }

    public IReadOnlyList<ChildMapping> Of(IReadOnlyList<ChildMapping> children, TableDescription parent) => [.. children.Select(child =>
        Conventions.Find(tables, child.Table) is not { } table ? child : new ChildMapping
        {
            Table = table.Name,
            On = Of(child.On, table, parent),
            Action = child.Action,
            Children = Of(child.Children, table),
            IsDerived = child.IsDerived,
        })];

    private static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> pairs, TableDescription own, TableDescription other)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (column, referred) in pairs)
        {
            named.TryAdd(Of(column, own), Of(referred, other));
        }

        return named;
    }

    private static string Of(string column, TableDescription table) => table.Find(column)?.Name ?? column;
}
