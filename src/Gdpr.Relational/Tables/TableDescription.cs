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
    /// <summary>The columns of each index over all rows, in its order; those over expressions left out.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Indexes { get => field ?? UniqueKeys; init; }

    /// <summary>Whether it keeps rows of its own: a table does, and so does a view whose rows are stored, or one of rows in another database.</summary>
    public bool KeepsRows { get; init; } = !IsView;

    /// <summary>Whether the database does something of its own when rows change: by triggers or rules that somebody has written.</summary>
    public bool HasTriggers { get; init; } = true;

    /// <summary>Whether the rows are in partitions, each of which numbers its rows by itself.</summary>
    public bool IsPartitioned { get; init; }

    /// <summary>The name in full, the same however whoever asks may write it.</summary>
    public string FullName { get => field ?? Name; init; }

    /// <summary>Whether the database keeps rows of it from this very user, as filters for each user's rows do: what is not seen may still be there.</summary>
    public bool HidesRows { get; init; }

    /// <summary>The tables that inherit from it, whose rows a statement on it meets as well: the columns of a key tell those apart only within one table.
    /// Partitions are none.</summary>
    public IReadOnlyList<string> InheritedBy { get => field ?? []; init; }

    /// <summary>Whether several columns hold a set of values at most once.</summary>
    /// <param name="names">The columns' names.</param>
    public bool IsUnique(IEnumerable<string> names) =>
        UniqueKeys.Any(unique => unique.All(column => names.Contains(column, StringComparer.OrdinalIgnoreCase)));

    /// <summary>A column by name, or <see langword="null"/>: the one of this very name, or else one that differs from it in case alone.</summary>
    /// <param name="name">The name.</param>
    public ColumnDescription? Find(string name) => Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal))
        ?? Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase));
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

    /// <summary>The database's own name of the column's type, such as <c>timestamp with time zone</c>; empty where it does not matter.</summary>
    public string Type { get; init; } = "";

    /// <summary>The only texts that a value can be, where the database has a type that lists them, as an enum of PostgreSQL does; empty elsewhere.</summary>
    public IReadOnlyList<string> Labels { get => field ?? []; init; }

    /// <summary>What it holds, and how the database calls that.</summary>
    public ColumnKind Kind => new(Affinity, Type, Collation);
}

/// <summary>What a column holds, and how the database calls that.</summary>
/// <param name="Affinity">What it holds.</param>
/// <param name="Type">The database's own name of the type; empty where it does not matter.</param>
/// <param name="Collation">How texts are compared; empty where by their characters alone.</param>
/// <remarks>The default value is text, of no type or collation in particular.</remarks>
public readonly record struct ColumnKind(ColumnAffinity Affinity, string Type = "", string Collation = "")
{
    /// <summary>A kind of which no more than the affinity matters.</summary>
    /// <param name="affinity">The affinity.</param>
    public static implicit operator ColumnKind(ColumnAffinity affinity) => new(affinity);
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

    /// <summary>Dates or instants, in a type of the database's own.</summary>
    Time,

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
