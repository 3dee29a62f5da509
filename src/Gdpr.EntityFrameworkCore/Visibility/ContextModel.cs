using Gdpr.EntityFrameworkCore.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Which entity types of a model are records, and which tables hold them.</summary>
/// <param name="Records">By entity type, what its objects are.</param>
/// <param name="Tables">The tables, those of the library beside them included. A database may or may not tell names apart by case: here they are not.</param>
internal sealed record ContextModel(IReadOnlyDictionary<IEntityType, EfRecord> Records, IReadOnlySet<string> Tables)
{
    private static readonly string[] Beside = ["gdpr_block", "gdpr_mark", "gdpr_position", "gdpr_evidence"];

    public static ContextModel Of(IModel model, IReadOnlyDictionary<Type, RecordStatement> beside)
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

        var tables = model.GetEntityTypes().Where(type => records.ContainsKey(OwnerOf(type)))
            .SelectMany(type => type.GetTableMappings()).Select(mapping => mapping.Table.Name);
        return new ContextModel(records, new HashSet<string>([.. tables, .. Beside], StringComparer.OrdinalIgnoreCase));
    }

    private static IEntityType OwnerOf(IEntityType type) => type.FindOwnership() is { } ownership ? OwnerOf(ownership.PrincipalEntityType) : type;
}
