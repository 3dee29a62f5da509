using Gdpr.EntityFrameworkCore.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Entity types that are no records and stand in the rows of records all the same: a table that is split between types.</summary>
internal static class SharedRows
{
    /// <summary>The records in whose rows the objects of an entity type stand; none where it is excused, or is a record itself.</summary>
    /// <param name="type">The entity type, of a model that is finished or being finished.</param>
    /// <param name="beside">What is said beside the model.</param>
    public static IEnumerable<IReadOnlyEntityType> OwnersOf(IReadOnlyEntityType type, IReadOnlyDictionary<Type, RecordStatement> beside)
    {
        if (type.IsOwned() || EfModelMap.DataSetOf(type, beside) is not null || type.FindPrimaryKey() is not { } key || type.GetTableName() is not { } table
            || EfModelMap.ExcuseOf(type, beside) is not null)
        {
            return [];
        }

        return type.Model.GetEntityTypes().Where(other => !other.IsOwned() && EfModelMap.DataSetOf(other, beside) is not null
            && string.Equals(other.GetTableName(), table, StringComparison.Ordinal) && string.Equals(other.GetSchema(), type.GetSchema(), StringComparison.Ordinal)
            && other.FindPrimaryKey()?.Properties.Count == key.Properties.Count);
    }
}
