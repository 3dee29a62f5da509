using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Coverage;

/// <summary>A source whose database can be looked through for what nobody has mapped.</summary>
internal interface ICoveredSource : IPersonalDataSource
{
    /// <summary>The database.</summary>
    SqlDatabase Database { get; }

    /// <summary>Whether a start without complete coverage fails even where the host has not asked for it.</summary>
    bool RequiresCoverage { get; }

    /// <summary>What the source covers.</summary>
    /// <param name="schedule">The policy's rules.</param>
    CoveredParts Covered(RetentionSchedule schedule);
}

/// <summary>What is covered of a database.</summary>
/// <param name="Mapping">Which tables hold what, and what is excused.</param>
internal sealed record CoveredParts(SqlMapping Mapping)
{
    /// <summary>Columns beside those of the mapping that hold a field of the policy, such as those of a table whose rows go with a record.</summary>
    public IReadOnlySet<string> Classified { get; init; } = new HashSet<string>();

    /// <summary>Columns beside those of the mapping that only tell types of rows apart, and hold nothing of anybody's.</summary>
    public IReadOnlySet<string> Discriminators { get; init; } = new HashSet<string>();

    /// <summary>Members of records, and of documents, of which nothing is said, though something may be of others in the same column.</summary>
    public IReadOnlyList<UnsaidMember> Unsaid { get; init; } = [];

    /// <summary>The tables of the models over the database; <see langword="null"/> where there is no model.</summary>
    public IReadOnlyList<ModelTable>? Model { get; init; }

    /// <summary>What the models read without anything that tells which rows may be seen.</summary>
    public IReadOnlyList<ModelView> Unjudged { get; init; } = [];

    /// <summary>The entity types whose rows stand in tables of records, and that are no records themselves.</summary>
    public IReadOnlyList<UnclaimedRows> Unclaimed { get; init; } = [];

    private bool Holds(string table) => Mapping.DataSets.Values.Any(dataSet => string.Equals(dataSet.Table, table, StringComparison.OrdinalIgnoreCase));

    /// <summary>The same with names as the live catalogue writes them: a database may tell them apart by case, and two sources may look for them in schemas of their
    /// own.</summary>
    /// <param name="names">The names.</param>
    /// <param name="schedule">The policy's rules: its data sets are no tables.</param>
    public CoveredParts In(CanonicalNames names, RetentionSchedule schedule) => new(new SqlMapping
    {
        DataSets = names.Of(Mapping).DataSets,
        Excused = Mapping.Excused.Select(pair => (Place: schedule.Find(pair.Key) is null ? names.OfPlace(pair.Key) : pair.Key, pair.Value))
            .DistinctBy(pair => pair.Place, StringComparer.Ordinal).ToDictionary(pair => pair.Place, pair => pair.Value, StringComparer.Ordinal),
    })
    {
        Classified = Classified.Select(names.OfPlace).ToHashSet(StringComparer.Ordinal),
        Discriminators = Discriminators.Select(names.OfPlace).ToHashSet(StringComparer.Ordinal),
        Unsaid = [.. Unsaid.Select(member => member with { Table = names.Of(member.Table), Column = names.Of(member.Table, member.Column) })],
        Model = Model?.Select(table => table with
        {
            Name = names.Of(table.Name),
            Columns = [.. table.Columns.Select(column => names.Of(table.Name, column))],
            References = [.. table.References.Select(names.Of)],
        }).ToArray(),
        Unjudged = [.. Unjudged.Select(view => view with { Place = names.OfPlace(view.Place) })],
        Unclaimed = [.. Unclaimed.Select(rows => rows with { Table = names.Of(rows.Table) })],
    };

    /// <summary>What several sources cover together in one database.</summary>
    public static CoveredParts Together(IReadOnlyList<CoveredParts> parts) => parts is [var only] ? only : new CoveredParts(new SqlMapping
    {
        DataSets = parts.SelectMany(part => part.Mapping.DataSets).DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value),
        // What one model says of a table whose rows are records by another does not excuse the table.
        Excused = parts.SelectMany(part => part.Mapping.Excused.Where(pair => !parts.Any(other => other != part && other.Holds(pair.Key))))
            .DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value),
    })
    {
        Classified = parts.SelectMany(part => part.Classified).ToHashSet(StringComparer.Ordinal),
        Discriminators = parts.SelectMany(part => part.Discriminators).ToHashSet(StringComparer.Ordinal),
        Unsaid = [.. parts.SelectMany(part => part.Unsaid)],
        Model = parts.Any(part => part.Model is not null) ? [.. parts.SelectMany(part => part.Model ?? [])] : null,
        Unjudged = [.. parts.SelectMany(part => part.Unjudged)],
        Unclaimed = [.. parts.SelectMany(part => part.Unclaimed)],
    };
}

/// <summary>A member of a model's entity type of which nothing is said.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Column">The column that holds it.</param>
/// <param name="DataSet">The data set whose records have it; <see langword="null"/> where none.</param>
/// <param name="Name">The member's name, with that of its entity type.</param>
/// <param name="IsPart">Whether it is a part of them: of a document in their rows, or in a table whose rows go with them.</param>
internal sealed record UnsaidMember(string Table, string Column, string? DataSet, string Name, bool IsPart);

/// <summary>A table as a model describes it.</summary>
/// <param name="Name">The table's name, as the database writes it.</param>
/// <param name="Model">The model's name, such as that of a context.</param>
/// <param name="Columns">The columns' names.</param>
internal sealed record ModelTable(string Name, string Model, IReadOnlyList<string> Columns)
{
    /// <summary>What the table refers to by the model, whether or not the database knows of it.</summary>
    public IReadOnlyList<ForeignKeyDescription> References { get; init; } = [];

    /// <summary>The entity types that read its rows and of which nothing is said, where the model knows of no records in it.</summary>
    public IReadOnlyList<string> Unstated { get; init; } = [];
}

/// <summary>Something that a model reads and that is no table with a key.</summary>
/// <param name="Place">The view's or function's name, or that of the entity type.</param>
/// <param name="Type">The entity type's name.</param>
/// <param name="What">What it is, such as <c>a view</c>.</param>
internal sealed record ModelView(string Place, string Type, string What);

/// <summary>Rows of a table of records that belong to no data set.</summary>
/// <param name="Table">The table.</param>
/// <param name="Type">The name of the entity type whose rows they are.</param>
internal sealed record UnclaimedRows(string Table, string Type);
