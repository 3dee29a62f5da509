using Gdpr.Relational.Mapping;

namespace Gdpr.Relational.Tables;

/// <summary>What a source keeps in its database, and which references between tables the database knows.</summary>
/// <param name="Database">What tells the database from others; <see langword="null"/> where nobody else can reach it.</param>
/// <param name="Tables">The live catalogue, in the words of the source's own connections.</param>
/// <param name="DataSets">The data sets, as they were found in it.</param>
internal sealed record KeptTables(string? Database, IReadOnlyList<TableDescription> Tables, IReadOnlyList<MappedDataSet> DataSets)
{
    /// <summary>By the full name of a table with records, a data set of which they are.</summary>
    public IReadOnlyDictionary<string, string> Records { get; } =
        DataSets.GroupBy(dataSet => dataSet.Table.FullName, StringComparer.Ordinal).ToDictionary(some => some.Key, some => some.First().Path, StringComparer.Ordinal);

    /// <summary>The full names of the tables of which rows are records, or go with one.</summary>
    public IReadOnlySet<string> Own { get; } = DataSets.SelectMany(dataSet => dataSet.Changed).Select(table => table.FullName).ToHashSet(StringComparer.Ordinal);

    /// <summary>The references by which the database deletes the rows that refer.</summary>
    public IEnumerable<LiveReference> Cascading => References("CASCADE");

    /// <summary>The references by which the database takes from records what says whose they are, or how they are judged.</summary>
    public IEnumerable<LiveReference> Severing => References("SET NULL", "SET DEFAULT").Where(reference => DataSets.Any(dataSet =>
        dataSet.Table.FullName == reference.From.FullName
        && (dataSet.Asked.GetValueOrDefault(dataSet.Table.Name) ?? []).Intersect(reference.Key.Columns, StringComparer.OrdinalIgnoreCase).Any()));

    private IEnumerable<LiveReference> References(params string[] onDelete) => Tables.SelectMany(table => table.ForeignKeys)
        .Where(key => onDelete.Contains(key.OnDelete, StringComparer.OrdinalIgnoreCase))
        .Select(key => Conventions.Find(Tables, key.Table) is { } from && Conventions.Find(Tables, key.Parent) is { } to ? new LiveReference(key, from, to) : null)
        .OfType<LiveReference>();
}

/// <summary>A reference that the database knows.</summary>
/// <param name="Key">The reference.</param>
/// <param name="From">The table whose rows refer.</param>
/// <param name="To">The table whose rows they refer to.</param>
internal sealed record LiveReference(ForeignKeyDescription Key, TableDescription From, TableDescription To);
