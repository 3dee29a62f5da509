using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>How names are matched, and how problems are worded.</summary>
internal static class Conventions
{
    /// <summary>The names that a table or column of an id may have: the id, or the id in snake case.</summary>
    public static IEnumerable<string> NamesOf(string id) => [id, id.Replace('-', '_')];

    /// <summary>The table of a name, with its schema or, where it is found without, without: of this very name, or else of one that differs in case alone.</summary>
    public static TableDescription? Find(IReadOnlyList<TableDescription> tables, string name) =>
        Named(tables, name, StringComparison.Ordinal) ?? Named(tables, name, StringComparison.OrdinalIgnoreCase);

    private static TableDescription? Named(IReadOnlyList<TableDescription> tables, string name, StringComparison by) =>
        tables.FirstOrDefault(table => string.Equals(table.Name, name, by)) ?? tables.FirstOrDefault(table => string.Equals(table.FullName, name, by));

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
