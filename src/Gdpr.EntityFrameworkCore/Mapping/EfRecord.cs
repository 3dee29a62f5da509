using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>An entity type whose objects are records, or that holds none, and what is said of it.</summary>
internal sealed record EfRecord
{
    /// <summary>The entity type at the top of the records' hierarchy.</summary>
    public required IEntityType Type { get; init; }

    /// <summary>The path of the data set, or <see langword="null"/> where none is stated.</summary>
    public string? DataSet { get; init; }

    /// <summary>Whether the source of another context keeps the records.</summary>
    public bool IsKeptElsewhere { get; init; }

    /// <summary>Why the entity type holds no personal data, or <see langword="null"/>.</summary>
    public string? Excuse { get; init; }

    /// <summary>The member with the person's id, as a path from the entity type, or <see langword="null"/> where none is stated.</summary>
    public string? Subject { get; init; }

    /// <summary>What is marked as the person's id, as paths from the entity type.</summary>
    public IReadOnlyList<string> SubjectMarks { get; init; } = [];

    /// <summary>What the host has said in code; empty where nothing.</summary>
    public required RecordStatement Statement { get; init; }

    /// <summary>Every scalar member of the entity type: its own, of derived types, of complex properties and of owned types.</summary>
    public required IReadOnlyList<EfMember> Members { get; init; }

    /// <summary>Whether anything of it is marked as personal data.</summary>
    public bool HasPersonalData => Members.Any(member => member.IsPersonal);

    public string Name => Type.DisplayName();
}

/// <summary>A scalar member of a record's object.</summary>
internal sealed record EfMember
{
    /// <summary>The way from the entity type, such as <c>Address.Street</c>.</summary>
    public required string Path { get; init; }

    public required IProperty Property { get; init; }

    /// <summary>The columns that hold it, one for each table: none for a member of an entity type without a table, several under TPC.</summary>
    public required IReadOnlyList<EfColumn> Columns { get; init; }

    /// <summary>Whether one record may have several: it belongs to an owned collection.</summary>
    public bool IsMany { get; init; }

    /// <summary>The category stated, or <see langword="null"/>.</summary>
    public string? Category { get; init; }

    /// <summary>The field stated, or <see langword="null"/>.</summary>
    public string? Field { get; init; }

    /// <summary>What stands there when the content has been erased and the column may not be NULL, or <see langword="null"/>.</summary>
    public string? Erased { get; init; }

    /// <summary>Whether it is marked as personal data: by a category, or by ASP.NET Core Identity's attribute.</summary>
    public bool IsPersonal { get; init; }

    public bool IsSubject { get; init; }

    public TriggerMark? Trigger { get; init; }

    /// <summary>Why it holds no personal data, or <see langword="null"/>.</summary>
    public string? Excuse { get; init; }
}

/// <summary>A column of the model.</summary>
/// <param name="Table">The table.</param>
/// <param name="Name">The column's name.</param>
/// <param name="IsJson">Whether the column is a JSON document of which the member is a part.</param>
internal readonly record struct EfColumn(ITable Table, string Name, bool IsJson = false)
{
    /// <summary>Whether it may be NULL, as the model says.</summary>
    public bool IsNullable => Table.FindColumn(Name)?.IsNullable != false;
}

/// <summary>What an attribute or an annotation says of a trigger's value.</summary>
internal sealed record TriggerMark(string Trigger, string? Form, string? Zone);
