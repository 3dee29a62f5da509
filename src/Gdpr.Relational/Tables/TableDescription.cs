namespace Gdpr.Relational.Tables;

/// <summary>A table as the live database describes it.</summary>
/// <param name="Name">The name, as the database writes it.</param>
/// <param name="IsView">Whether it is a view: what deleting from one does is not for the library to know.</param>
/// <param name="Columns">The columns, in their order.</param>
/// <param name="PrimaryKey">The columns of the primary key, in its order; empty without one.</param>
/// <param name="UniqueKeys">The columns of each unique index over whole columns, the primary key's included, that tells rows apart as the columns themselves compare.</param>
/// <param name="ForeignKeys">What the table refers to.</param>
public sealed record TableDescription(
    string Name,
    bool IsView,
    IReadOnlyList<ColumnDescription> Columns,
    IReadOnlyList<string> PrimaryKey,
    IReadOnlyList<IReadOnlyList<string>> UniqueKeys,
    IReadOnlyList<ForeignKeyDescription> ForeignKeys)
{
    /// <summary>Whether several columns hold a set of values at most once.</summary>
    /// <param name="names">The columns' names.</param>
    public bool IsUnique(IEnumerable<string> names) =>
        UniqueKeys.Any(unique => unique.All(column => names.Contains(column, StringComparer.OrdinalIgnoreCase)));

    /// <summary>A column by name, or <see langword="null"/>. Names are compared as the database does, without regard to case.</summary>
    /// <param name="name">The name.</param>
    public ColumnDescription? Find(string name) => Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A column.</summary>
/// <param name="Name">The name, as the database writes it.</param>
/// <param name="Affinity">What the column holds.</param>
/// <param name="IsNullable">Whether it may be NULL.</param>
/// <param name="IsGenerated">Whether the database computes it.</param>
public sealed record ColumnDescription(string Name, ColumnAffinity Affinity, bool IsNullable, bool IsGenerated)
{
    /// <summary>How the column compares texts, such as <c>NOCASE</c>; empty where the database does not say.</summary>
    public string Collation { get; init; } = "";
}

/// <summary>What a column holds.</summary>
public enum ColumnAffinity
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Whole numbers.</summary>
    Integer,

    /// <summary>Numbers of any kind: whatever looks like one is stored as one, which may not be exactly what was written.</summary>
    Number,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Anything.</summary>
    Any,
}

/// <summary>A reference from one table to another.</summary>
/// <param name="Table">The table that refers.</param>
/// <param name="Columns">Its columns that refer.</param>
/// <param name="Parent">The table referred to.</param>
/// <param name="ParentColumns">The columns referred to, in the order of <paramref name="Columns"/>.</param>
/// <param name="OnDelete">What the database does to the rows that refer when a row referred to is deleted, such as <c>CASCADE</c>.</param>
public sealed record ForeignKeyDescription(string Table, IReadOnlyList<string> Columns, string Parent, IReadOnlyList<string> ParentColumns, string OnDelete)
{
    /// <summary>The reference as text, such as <c>orders(customer_id) -> customers</c>.</summary>
    public override string ToString() => $"{Table}({string.Join(", ", Columns)}) -> {Parent}";
}
