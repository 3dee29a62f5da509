using Gdpr.Relational.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Finds the tables whose rows refer to a data set's records, and what the model says becomes of them.</summary>
internal sealed class EfChildren(
    EfModelMap map, EfRecord record, Func<ITable, string> nameOf, Action<string, string> problem, Action<string, string> hazard)
{
    private readonly Dictionary<ChildStatement, HashSet<IForeignKeyConstraint>> _stated = [];

    /// <summary>The tables that rows are deleted from with a record, its own first.</summary>
    public HashSet<ITable> Deleted { get; } = [];

    public IReadOnlyList<ChildMapping> Of(ITable table)
    {
        Deleted.Add(table);
        var children = Of(table, [table]);
        foreach (var unknown in record.Statement.Children.Where(said => !_stated.ContainsKey(said)))
        {
            var what = unknown.Columns.Count == 0 ? $"table '{unknown.Table}'" : $"table '{unknown.Table}' ({string.Join(", ", unknown.Columns)})";
            problem($"{what} is said to refer to its records, and in the model does not", "take it out, or add the foreign key to the model");
        }

        foreach (var (said, keys) in _stated.Where(pair => pair.Key.Columns.Count == 0 && pair.Value.Count > 1
            && !pair.Value.All(key => IsConfirmed(key, pair.Key.Action))))
        {
            var each = keys.Select(ColumnsOf).Order(StringComparer.Ordinal).ToArray();
            problem($"{said} is said of several references from '{said.Table}' ({string.Join("; ", each)}), of which the model does not say the same: rows of one person would "
                + "go, or stay, with the record of another",
                $"say it of each by its columns, such as Child(\"{said.Table}\", ChildAction.{said.Action}, \"{each[0].Replace(", ", "\", \"", StringComparison.Ordinal)}\")");
        }

        return children;
    }

    /// <summary>Whether the model says the same of a reference, or leaves no choice: records of other rules are never deleted with a record.</summary>
    private bool IsConfirmed(IForeignKeyConstraint key, ChildAction said) =>
        BehaviorOf(key) switch
        {
            DeleteBehavior.Cascade or DeleteBehavior.ClientCascade => said == ChildAction.Delete,
            DeleteBehavior.SetNull or DeleteBehavior.ClientSetNull => said == ChildAction.Sever,
            _ => false,
        }
        || (said == ChildAction.Sever && OwnerOf(key) is not null);

    private static string ColumnsOf(IForeignKeyConstraint key) => string.Join(", ", key.Columns.Select(column => column.Name));

    /// <summary>What is said of a reference: by its columns, or else by its table alone.</summary>
    private ChildStatement? StatementOf(IForeignKeyConstraint key)
    {
        ChildStatement[] said = [.. record.Statement.Children
            .Where(child => child.Table == nameOf(key.Table) || (child.Table == key.Table.Name && IsOnlyOne(key.Table)))];
        return said.FirstOrDefault(child => child.Columns.Count > 0 && child.Columns.Count == key.Columns.Count
                && key.Columns.All(column => child.Columns.Contains(column.Name, StringComparer.Ordinal)))
            ?? said.FirstOrDefault(child => child.Columns.Count == 0);
    }

    /// <summary>Whether no other table of the model is called so, in whatever schema: then the name alone says which is meant.</summary>
    private static bool IsOnlyOne(ITable table) => table.Model.Tables.Count(other => other.Name == table.Name) == 1;

    private List<ChildMapping> Of(ITable parent, IReadOnlyList<ITable> way)
    {
        var children = new List<ChildMapping>();
        foreach (var key in parent.ReferencingForeignKeyConstraints
            .OrderBy(key => key.Table.Name, StringComparer.Ordinal).ThenBy(key => key.Name, StringComparer.Ordinal))
        {
            if (ActionOf(key, parent, way) is not { } action)
            {
                continue;
            }

            var nested = action == ChildAction.Delete ? Of(key.Table, [.. way, key.Table]) : [];
            if (action == ChildAction.Delete)
            {
                Deleted.Add(key.Table);
            }

            children.Add(new ChildMapping
            {
                Table = nameOf(key.Table),
                On = key.Columns.Zip(key.PrincipalColumns).ToDictionary(pair => pair.First.Name, pair => pair.Second.Name),
                Action = action,
                Children = nested,
                IsDerived = !IsPartOf(key) && StatementOf(key) is null,
            });
        }

        return children;
    }

    private ChildAction? ActionOf(IForeignKeyConstraint key, ITable parent, IReadOnlyList<ITable> way)
    {
        // A reference is cut by one column that may be NULL: the tenant's, in the keys of both, stays.
        var isNullable = key.Columns.Any(column => column.IsNullable);
        var what = $"table '{nameOf(key.Table)}' refers to '{nameOf(parent)}' ({ColumnsOf(key)})";
        if (IsPartOf(key))
        {
            return ChildAction.Delete;
        }

        if (StatementOf(key) is { } stated)
        {
            (_stated.TryGetValue(stated, out var keys) ? keys : _stated[stated] = []).Add(key);
            if (stated.Action == ChildAction.Sever || !way.Contains(key.Table))
            {
                return stated.Action;
            }
        }

        if (OwnerOf(key) is { DataSet: { } other } owner)
        {
            if (key.OnDeleteAction == ReferentialAction.Cascade && owner != record)
            {
                hazard($"{what} and cascades: whoever deletes a record deletes records of '{other}', which has rules of its own",
                    "let the reference be optional and set to NULL: OnDelete(DeleteBehavior.SetNull)");
            }
            else if (!isNullable)
            {
                problem($"{what} and may not be NULL, and its rows are records of '{other}', which only their own rules may end", "let the reference be optional");
            }

            return ChildAction.Sever;
        }

        if (way.Contains(key.Table))
        {
            if (!isNullable)
            {
                problem($"{what} in a circle and may not be NULL", "let the reference be optional");
            }

            return ChildAction.Sever;
        }

        switch (BehaviorOf(key))
        {
            case DeleteBehavior.Cascade or DeleteBehavior.ClientCascade when RecordsIn(key.Table).Any():
                var types = string.Join(", ", key.MappedForeignKeys.Select(mapped => mapped.DeclaringEntityType.DisplayName()).Distinct().Order(StringComparer.Ordinal));
                problem($"{what} and cascades for rows of {types}, which are records of no data set in a table of records: they would neither go with the record nor be ended by "
                    + "rules of their own",
                    $"give {types} a data set or a table of its own, or let its rows stay: Child(\"{nameOf(key.Table)}\", ChildAction.Sever, "
                    + $"{string.Join(", ", key.Columns.Select(column => $"\"{column.Name}\""))})");
                return ChildAction.Sever;
            case DeleteBehavior.Cascade or DeleteBehavior.ClientCascade:
                return ChildAction.Delete;
            case DeleteBehavior.SetNull or DeleteBehavior.ClientSetNull when isNullable:
                return ChildAction.Sever;
            default:
                problem($"{what}, and the model does not say what becomes of its rows when a record is erased",
                    $"say it: Child(\"{nameOf(key.Table)}\", ChildAction.Delete) or ChildAction.Sever");
                return null;
        }
    }

    /// <summary>Whether a reference ties rows that are parts of one object: of its type and its base type, or of an owned object and its owner.</summary>
    private static bool IsPartOf(IForeignKeyConstraint key)
    {
        if (key.MappedForeignKeys.Any(mapped => mapped.IsOwnership))
        {
            return true;
        }

        var own = key.Table.EntityTypeMappings.Select(mapping => ((IEntityType)mapping.TypeBase).GetRootType()).ToHashSet();
        return key.Table != key.PrincipalTable && key.Table.PrimaryKey is { } primary && primary.Columns.SequenceEqual(key.Columns)
            && key.PrincipalTable.PrimaryKey?.Columns.SequenceEqual(key.PrincipalColumns) == true
            && key.PrincipalTable.EntityTypeMappings.Any(mapping => own.Contains(((IEntityType)mapping.TypeBase).GetRootType()));
    }

    private static DeleteBehavior? BehaviorOf(IForeignKeyConstraint key)
    {
        DeleteBehavior[] behaviors = [.. key.MappedForeignKeys.Select(mapped => mapped.DeleteBehavior).Distinct()];
        return behaviors is [var only] ? only : null;
    }

    /// <summary>The records that rows with a reference are, or are a part of: others' first, since a record's own rules say nothing of those. In a table that holds a
    /// hierarchy of types, the rows of types that do not have the reference are left out.</summary>
    private EfRecord? OwnerOf(IForeignKeyConstraint key)
    {
        IEntityType[] referring = [.. key.MappedForeignKeys.Select(mapped => OwnerOf(mapped.DeclaringEntityType))];
        var owners = RecordsIn(key.Table).Where(found => Array.Exists(referring, type =>
            found.Type.GetRootType() != type.GetRootType() || type.IsAssignableFrom(found.Type) || found.Type.IsAssignableFrom(type))).ToArray();
        return (Array.Find(owners, found => found.Record != record) ?? owners.FirstOrDefault())?.Record;
    }

    /// <summary>The types whose objects are records, or a part of some, among those of a table.</summary>
    private IEnumerable<RecordType> RecordsIn(ITable table) => table.EntityTypeMappings.Select(mapping => OwnerOf((IEntityType)mapping.TypeBase))
        .Select(type => map.Find(type) is { DataSet: not null } found ? new RecordType(type, found) : null).OfType<RecordType>();

    private sealed record RecordType(IEntityType Type, EfRecord Record);

    private static IEntityType OwnerOf(IEntityType type)
    {
        while (type.FindOwnership() is { } ownership)
        {
            type = ownership.PrincipalEntityType;
        }

        return type;
    }
}
