using Gdpr.EntityFrameworkCore.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>By which references the database goes on from rows that are deleted to records, of other tables and of the same, over any number of rows: it deletes those,
/// or empties in them the id of the person whose they are.</summary>
internal sealed class EfCascades
{
    private readonly Dictionary<ITable, Recorded> _records = [];
    private readonly Dictionary<ITable, CascadeStep[]> _deleting;
    private readonly Dictionary<ITable, CascadeStep[]> _touching;

    /// <param name="model">The model.</param>
    /// <param name="records">Which of its types are records.</param>
    /// <param name="ids">Their properties that hold ids of people.</param>
    public EfCascades(IModel model, IReadOnlyDictionary<IEntityType, EfRecord> records, IReadOnlySet<IProperty> ids)
    {
        foreach (var (type, record) in records.Where(pair => pair.Key.FindPrimaryKey() is not null))
        {
            foreach (var table in type.GetTableMappings().Select(mapping => mapping.Table))
            {
                var known = _records.GetValueOrDefault(table) ?? new Recorded([], [.. type.FindPrimaryKey()!.Properties.Select(part => ColumnOf(part, table))]);
                _records[table] = known with { DataSets = [.. known.DataSets.Append(record.DataSet!).Distinct(StringComparer.Ordinal)] };
            }
        }

        IForeignKeyConstraint[] references = [.. model.GetRelationalModel().Tables.SelectMany(table => table.ForeignKeyConstraints)];

        // A row that an object owns is a part of the record to which the object belongs, however many own each other in between.
        var owned = references.Where(key => key.MappedForeignKeys.Any(mapped => mapped.IsOwnership)).ToArray();
        var isPart = Closure(_records.Keys, known => owned.Where(key => known.Contains(key.PrincipalTable)).Select(key => key.Table));
        _touching = ByOrigin(owned.Where(key => !_records.ContainsKey(key.Table) && isPart.Contains(key.PrincipalTable)).Select(CascadeStep.ToOwner));

        var cascading = references.Where(key => key.OnDeleteAction == ReferentialAction.Cascade && !owned.Contains(key)).ToArray();
        var severing = references.Where(key => key.OnDeleteAction is ReferentialAction.SetNull or ReferentialAction.SetDefault && _records.ContainsKey(key.Table)
            && key.Columns.Any(column => column.PropertyMappings.Any(mapping => ids.Contains(mapping.Property)))).ToArray();
        var leading = Closure(severing.Select(key => key.PrincipalTable), known => cascading
            .Where(key => known.Contains(key.Table) || (isPart.Contains(key.Table) && !IsBaseLinking(key))).Select(key => key.PrincipalTable));
        _deleting = ByOrigin(cascading.Where(key => isPart.Contains(key.Table) || leading.Contains(key.Table)).Where(key => leading.Contains(key.PrincipalTable))
            .Select(key => CascadeStep.ToDependent(key, CascadeEffect.Deletes)).Concat(severing.Select(key => CascadeStep.ToDependent(key, CascadeEffect.Severs))));
    }

    /// <summary>The tables from whose rows the database goes on to records.</summary>
    public IEnumerable<ITable> Tables => _deleting.Keys;

    /// <summary>The tables of an entity type from whose rows the database goes on to records. Not those in whose rows its objects are no more than a part, or a
    /// document: without them the row stays.</summary>
    public IEnumerable<ITable> From(IEntityType type) => EfTables.RowsOf(type).Where(_deleting.ContainsKey);

    /// <summary>The data sets to whose records the database may go on from the rows of an entity type, ordinally.</summary>
    public IReadOnlyList<string> DataSetsFrom(IEntityType type)
    {
        var reached = Closure([], known => From(type).Concat(known).SelectMany(table => StepsFrom(table, isDeleted: true)).Select(step => step.To));
        return [.. reached.SelectMany(DataSetsOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The tables with records to which the database may go on from rows of a table.</summary>
    public IEnumerable<ITable> RecordsFrom(ITable table) =>
        Closure([], known => known.Prepend(table).SelectMany(from => StepsFrom(from, isDeleted: true)).Select(step => step.To)).Where(_records.ContainsKey);

    /// <summary>The data sets of which rows of a table may be records.</summary>
    public IReadOnlyList<string> DataSetsOf(ITable table) => _records.GetValueOrDefault(table)?.DataSets ?? [];

    /// <summary>What tells a row of a table: of one that holds records, their key.</summary>
    public IReadOnlyList<IColumn> KeyOf(ITable table) => _records.GetValueOrDefault(table)?.Key ?? table.PrimaryKey?.Columns ?? [];

    /// <summary>To which further rows it goes on from a row, which is deleted, or of which a part is.</summary>
    public IEnumerable<CascadeStep> StepsFrom(ITable table, bool isDeleted) =>
        (_touching.GetValueOrDefault(table) ?? []).Concat(isDeleted ? _deleting.GetValueOrDefault(table) ?? [] : []);

    /// <summary>The column of a table that holds a property.</summary>
    public static IColumn ColumnOf(IProperty property, ITable table) =>
        property.GetTableColumnMappings().First(mapping => mapping.TableMapping.Table == table).Column;

    /// <summary>Whether a reference ties the rows of one object, of its type and its base type.</summary>
    private static bool IsBaseLinking(IForeignKeyConstraint key) => key.MappedForeignKeys.All(mapped => mapped.IsBaseLinking());

    private static HashSet<ITable> Closure(IEnumerable<ITable> first, Func<HashSet<ITable>, IEnumerable<ITable>> further)
    {
        var known = first.ToHashSet();
        while (further(known).Where(table => !known.Contains(table)).ToArray() is { Length: > 0 } more)
        {
            known.UnionWith(more);
        }

        return known;
    }

    private static Dictionary<ITable, CascadeStep[]> ByOrigin(IEnumerable<CascadeStep> steps) =>
        steps.GroupBy(step => step.From).ToDictionary(some => some.Key, some => some.ToArray());

    private sealed record Recorded(IReadOnlyList<string> DataSets, IReadOnlyList<IColumn> Key);
}

/// <summary>From the rows of a table to those of another.</summary>
/// <param name="From">The table.</param>
/// <param name="To">The other, or the same.</param>
/// <param name="On">The columns that are equal.</param>
/// <param name="Effect">What comes of the other rows.</param>
internal sealed record CascadeStep(ITable From, ITable To, IReadOnlyList<(string From, string To)> On, CascadeEffect Effect)
{
    public static CascadeStep ToDependent(IForeignKeyConstraint key, CascadeEffect effect) =>
        new(key.PrincipalTable, key.Table, [.. key.PrincipalColumns.Zip(key.Columns, (from, to) => (from.Name, to.Name))], effect);

    public static CascadeStep ToOwner(IForeignKeyConstraint key) =>
        new(key.Table, key.PrincipalTable, [.. key.Columns.Zip(key.PrincipalColumns, (from, to) => (from.Name, to.Name))], CascadeEffect.TakesPart);
}

/// <summary>What comes of a row when the database deletes another.</summary>
internal enum CascadeEffect
{
    /// <summary>It is deleted too.</summary>
    Deletes,

    /// <summary>The other was a part of it.</summary>
    TakesPart,

    /// <summary>The id of a person whose it is goes from it.</summary>
    Severs,
}
