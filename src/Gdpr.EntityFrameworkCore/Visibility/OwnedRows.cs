using System.Diagnostics.CodeAnalysis;
using Gdpr.EntityFrameworkCore.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Objects that others own, as rows.</summary>
internal static class OwnedRows
{
    /// <summary>Whether an object that another owns is a row by itself: no part of the other's row, and no document in it.</summary>
    public static bool IsOwnRow(EntityEntry entry) => entry.Metadata.IsOwned() && EfTables.RowsOf(entry.Metadata).Any();

    /// <summary>Whether an object is deleted, and another takes its place in the same row.</summary>
    [SuppressMessage("Usage", "EF1001:Internal EF Core API usage.", Justification = "EF Core tells it nowhere else.")]
    public static bool IsReplaced(EntityEntry entry) => entry.State == EntityState.Deleted
        && entry.GetInfrastructure().SharedIdentityEntry is { EntityState: EntityState.Added or EntityState.Modified or EntityState.Unchanged };
}
