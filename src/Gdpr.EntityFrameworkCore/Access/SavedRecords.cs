using Gdpr.EntityFrameworkCore.Visibility;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Access;

/// <summary>The records that <c>SaveChanges</c> creates, changes and deletes.</summary>
internal static class SavedRecords
{
    public static IReadOnlyCollection<AccessedRecords> In(DbContext context, ContextVisibility visibility, IEnumerable<EntityEntry> entries)
    {
        var found = new Dictionary<(string DataSet, AccessAction Action), AccessedRecords>();
        var owners = new TrackedOwners(context);
        foreach (var entry in entries)
        {
            // What an object owns is part of the owner's record.
            var owner = owners.Of(entry);
            if (visibility.RecordOf(context, owner.Metadata) is { DataSet: { } dataSet } record)
            {
                var action = !ReferenceEquals(owner, entry) ? AccessAction.Changed : entry.State switch
                {
                    EntityState.Added => AccessAction.Created,
                    EntityState.Deleted => AccessAction.Deleted,
                    _ => AccessAction.Changed,
                };
                if (!found.TryGetValue((dataSet, action), out var records))
                {
                    found.Add((dataSet, action), records = new AccessedRecords(dataSet, action) { Columns = action == AccessAction.Changed ? [] : null });
                }

                records.Columns?.UnionWith(ColumnsOf(entry));
                records.Add(record, owner);
            }
        }

        return found.Values;
    }

    private static IEnumerable<string> ColumnsOf(EntityEntry entry) =>
        entry.Metadata.GetFlattenedProperties().Where(property => IsWritten(entry, property)).SelectMany(ColumnsOf);

    /// <summary>The columns of a property; of a member of a document, the one in which the document stands.</summary>
    private static IEnumerable<string> ColumnsOf(IProperty property) => property.DeclaringType.GetContainerColumnName() is { } container
        ? [container]
        : property.GetTableColumnMappings().Select(mapping => mapping.Column.Name);

    /// <summary>Whether a property of an object, or of a complex property of it, is written.</summary>
    public static bool IsWritten(EntityEntry entry, IProperty property) => entry.State != EntityState.Modified || (property.DeclaringType is IComplexType type
        ? Of(entry, type.ComplexProperty)?.Property(property).IsModified != false
        : entry.Property(property).IsModified);

    /// <summary>What a property of an object, or of a complex property of it, is to be.</summary>
    /// <returns>Whether it is known, which it is not in one of many; and the value.</returns>
    public static (bool IsKnown, object? Value) ValueOf(EntityEntry entry, IProperty property) => property.DeclaringType is not IComplexType type
        ? (true, entry.Property(property).CurrentValue)
        : Of(entry, type.ComplexProperty) is { } complex ? (true, complex.CurrentValue is null ? null : complex.Property(property).CurrentValue)
        : (false, null);

    /// <summary>A complex property of an object, or <see langword="null"/> where it is one of many.</summary>
    private static ComplexPropertyEntry? Of(EntityEntry entry, IComplexProperty property) => property.IsCollection ? null
        : property.DeclaringType is IComplexType outer ? Of(entry, outer.ComplexProperty)?.ComplexProperty(property)
        : entry.ComplexProperty(property);
}
