using Gdpr.EntityFrameworkCore.Access;
using Gdpr.EntityFrameworkCore.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Which entity types of a model are records, which tables hold them, and whose deletion the database carries on to them.</summary>
internal sealed class ContextModel
{
    private static readonly string[] Beside = ["gdpr_block", "gdpr_mark", "gdpr_position", "gdpr_fact_sum", "gdpr_claim", "gdpr_evidence", "gdpr_source_schema"];

    private readonly HashSet<string> _records;
    private readonly HashSet<string> _guarded;
    private readonly HashSet<string> _deleting;
    private readonly HashSet<Type> _parts;
    private readonly Dictionary<IEntityType, IProperty[]> _ids;

    private ContextModel(IModel model, Dictionary<IEntityType, EfRecord> records)
    {
        Records = records;
        var ids = records.Values.Distinct().SelectMany(IdsOf).ToHashSet();
        Cascades = new EfCascades(model, records, ids);

        // A database may or may not tell names apart by case: here they are not.
        IEntityType[] own = [.. model.GetEntityTypes().Where(type => records.ContainsKey(OwnerOf(type)))];
        _records = new HashSet<string>(own.SelectMany(type => type.GetTableMappings()).Select(mapping => mapping.Table.Name), StringComparer.OrdinalIgnoreCase);
        _guarded = new HashSet<string>([.. _records, .. Beside], StringComparer.OrdinalIgnoreCase);
        _deleting = new HashSet<string>(
            [.. _guarded, .. Cascades.Tables.Select(table => table.Name)], StringComparer.OrdinalIgnoreCase);
        _ids = own.Select(type => (Type: type, Ids: type.GetFlattenedProperties().Where(ids.Contains).ToArray())).Where(found => found.Ids.Length > 0)
            .ToDictionary(found => found.Type, found => found.Ids);
        _parts = [.. own.Where(type => type.IsOwned()).Select(type => type.ClrType), .. own.SelectMany(type => type.GetComplexProperties()).SelectMany(Classes)];
    }

    /// <summary>By entity type, what its objects are; those of a type that shares the rows of records are a part of them.</summary>
    public IReadOnlyDictionary<IEntityType, EfRecord> Records { get; }

    /// <summary>The ways by which the database deletes records, or takes their person from them, with rows of tables.</summary>
    public EfCascades Cascades { get; }

    /// <summary>Records of other sources that the database deletes with rows of a table, and that the context does not have.</summary>
    public IReadOnlyList<(ITable Table, OtherRecords Records)> Taken { get; set; } = [];

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidOperationException">Records of it have no filter: everybody would see everything.</exception>
    public static ContextModel Of(IModel model, IReadOnlyDictionary<Type, RecordStatement> beside)
    {
        var found = Read(model, beside);
        if (found.Records.Keys.FirstOrDefault(type => type.FindPrimaryKey() is not null
            && type.GetRootType().FindDeclaredQueryFilter(VisibilityFilter.Name) is null) is { } bare)
        {
            throw new InvalidOperationException(
                $"The model has no filter '{VisibilityFilter.Name}' on {bare.DisplayName()}, so that everybody would see all of it: "
                + "a compiled model, or one given by UseModel, keeps no filters; let EF Core build the model with UseGdpr in the context's options.");
        }

        return found;
    }

    /// <summary>Reads a model, whether its queries are filtered or not.</summary>
    public static ContextModel Read(IModel model, IReadOnlyDictionary<Type, RecordStatement> beside)
    {
        var map = EfModelMap.Read(model, beside);
        var records = new Dictionary<IEntityType, EfRecord>();
        foreach (var type in model.GetEntityTypes().Where(type => !type.IsOwned()))
        {
            if (map.Find(type) is { DataSet: not null } record)
            {
                records.Add(type, record);
            }
        }

        foreach (var type in model.GetEntityTypes().Where(type => !type.IsOwned() && !records.ContainsKey(type)).ToArray())
        {
            if (SharedRows.OwnersOf(type, beside).FirstOrDefault() is IEntityType owner && records.TryGetValue(owner, out var record))
            {
                records.Add(type, record);
            }
        }

        return new ContextModel(model, records);
    }

    /// <summary>An entity type whose objects are records: the one stated, or one that derives from it; <see langword="null"/> where there is none.</summary>
    public IEntityType? RecordsOf(IEntityType type) => type.GetDerivedTypesInclusive().FirstOrDefault(Records.ContainsKey);

    /// <summary>Whether a table holds records.</summary>
    public bool HoldsRecords(string table) => _records.Contains(table);

    /// <summary>Whether a table holds records, or what the library keeps beside them.</summary>
    public bool IsGuarded(string table) => _guarded.Contains(table);

    /// <summary>Whether deleting from a table deletes records, takes their person from them, or deletes what the library keeps beside them.</summary>
    public bool DeletesRecords(string table) => _deleting.Contains(table);

    /// <summary>Records of other sources that the database deletes with rows of an entity type and that the context does not have. What is no more than a part of its
    /// rows takes nothing with it.</summary>
    public IEnumerable<OtherRecords> TakenFrom(IEntityType type) => Taken.Count == 0 ? [] : EfTables.RowsOf(type)
        .SelectMany(table => Taken.Where(taken => EfTables.MayBeOne(taken.Table, table))).Select(taken => taken.Records);

    /// <summary>Whether an object of a type of records is no record itself, and a part of one's row: without it the row stays.</summary>
    public bool IsPartOfRow(IEntityType type) => Records.TryGetValue(type, out var record) && record.Type.GetRootType() != type.GetRootType()
        && type.GetTableMappings().Any(mapping => mapping.Table.GetRowInternalForeignKeys(type).Any());

    /// <summary>Records of other sources that the database deletes with rows of a table and that the context does not have.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="own">The model, where the table is one of it; <see langword="null"/> where it may be any of the name.</param>
    public IEnumerable<OtherRecords> TakenFrom(string table, IModel? own = null) => Taken
        .Where(taken => taken.Table.Name.Equals(table, StringComparison.OrdinalIgnoreCase)
            && (own is null || own.GetRelationalModel().Tables.Any(mapped => EfTables.MayBeOne(taken.Table, mapped))))
        .Select(taken => taken.Records);

    /// <summary>Whether the objects of a class stand in the rows of records, or in rows that go with them.</summary>
    public bool IsPart(Type type) => _parts.Contains(type);

    /// <summary>The properties of an entity type, of records or of what they own, that hold ids of the people whom a record concerns.</summary>
    public IReadOnlyList<IProperty> IdsOf(IEntityType type) => _ids.GetValueOrDefault(type) ?? [];

    private static IEnumerable<IProperty> IdsOf(EfRecord record)
    {
        var paths = AccessedRecords.PathsOf(record).ToHashSet(StringComparer.Ordinal);
        return record.Members.Where(member => paths.Contains(member.Path)).Select(member => member.Property);
    }

    /// <summary>The entity type whose objects own, over any number of others, those of a type; the type itself where nobody does.</summary>
    public static IEntityType OwnerOf(IEntityType type) => type.FindOwnership() is { } ownership ? OwnerOf(ownership.PrincipalEntityType) : type;

    private static IEnumerable<Type> Classes(IComplexProperty property) =>
        property.ComplexType.GetComplexProperties().SelectMany(Classes).Prepend(property.ComplexType.ClrType);
}
