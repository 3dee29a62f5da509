using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Coverage;

/// <summary>Which tables reach a person, and how: their rows refer to people's, or to rows that do.</summary>
internal sealed class PersonReach
{
    private readonly CoveredTables _covered;
    private readonly Dictionary<string, ForeignKeyDescription> _next = new(StringComparer.Ordinal);

    public PersonReach(IReadOnlyList<TableDescription> tables, CoveredTables covered, Excuses excuses)
    {
        _covered = covered;
        var referring = tables.SelectMany(table => table.ForeignKeys).Where(key => !excuses.Reference(key))
            .ToLookup(key => key.Parent, StringComparer.Ordinal);
        var open = new Queue<string>(tables.Select(table => table.Name).Where(covered.IsSubject));
        while (open.TryDequeue(out var parent))
        {
            // Each table by the shortest way; one that refers to itself has been there already.
            foreach (var key in referring[parent].Where(key => !covered.IsSubject(key.Table) && !_next.ContainsKey(key.Table)))
            {
                _next.Add(key.Table, key);
                if (Leads(key.Table))
                {
                    open.Enqueue(key.Table);
                }
            }
        }
    }

    /// <summary>Whether a reference ends at a person, or on the way to one.</summary>
    public bool Ends(ForeignKeyDescription key) => _covered.IsSubject(key.Parent) || (_next.ContainsKey(key.Parent) && Leads(key.Parent));

    /// <summary>The way from a table to a person, as text; <see langword="null"/> where there is none.</summary>
    public string? Way(string table)
    {
        if (!_next.TryGetValue(table, out var key))
        {
            return null;
        }

        var way = key.ToString();
        while (_next.TryGetValue(key.Parent, out var next))
        {
            (key, way) = (next, $"{way}({string.Join(", ", next.Columns)}) -> {next.Parent}");
        }

        return way;
    }

    /// <summary>Whether those who refer to a table reach a person by it: not where its own references are cut when the person's row goes.</summary>
    private bool Leads(string table) => !_covered.IsNamed(table) || _covered.IsDeleted(table);
}
