using Gdpr.EntityFrameworkCore.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Which entity types of a model are records, and which tables hold them.</summary>
/// <param name="DataSets">By entity type, the data set.</param>
/// <param name="Tables">The tables, those of the library beside them included. A database may or may not tell names apart by case: here they are not.</param>
internal sealed record ContextModel(IReadOnlyDictionary<IEntityType, string> DataSets, IReadOnlySet<string> Tables)
{
    private static readonly string[] Beside = ["gdpr_block", "gdpr_mark", "gdpr_position", "gdpr_evidence"];

    public static ContextModel Of(IModel model, IReadOnlyDictionary<Type, RecordStatement> beside)
    {
        var dataSets = model.GetEntityTypes().Where(type => !type.IsOwned())
            .Select(type => (type, DataSet: EfModelMap.DataSetOf(type, beside))).Where(found => found.DataSet is not null).ToDictionary(found => found.type, found => found.DataSet!);
        var tables = model.GetEntityTypes().Where(type => dataSets.ContainsKey(OwnerOf(type))).SelectMany(type => type.GetTableMappings()).Select(mapping => mapping.Table.Name);
        return new ContextModel(dataSets, new HashSet<string>([.. tables, .. Beside], StringComparer.OrdinalIgnoreCase));
    }

    private static IEntityType OwnerOf(IEntityType type) => type.FindOwnership() is { } ownership ? OwnerOf(ownership.PrincipalEntityType) : type;
}
