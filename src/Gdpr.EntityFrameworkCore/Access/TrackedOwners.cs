using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Access;

/// <summary>Which object owns which, among those that a context tracks while it saves.</summary>
/// <param name="context">The context.</param>
internal sealed class TrackedOwners(DbContext context)
{
    private readonly Lazy<EntityEntry[]> _tracked = new(() => [.. context.ChangeTracker.Entries()]);
    private readonly Dictionary<IReadOnlyKey, Dictionary<object?[], EntityEntry>> _byKey = [];

    /// <summary>The object that owns another, over any number in between; the object itself where none does.</summary>
    public EntityEntry Of(EntityEntry entry)
    {
        while (entry.Metadata.FindOwnership() is { } ownership && By(ownership.PrincipalKey).TryGetValue(Values(entry, ownership.Properties), out var owner))
        {
            entry = owner;
        }

        return entry;
    }

    private Dictionary<object?[], EntityEntry> By(IKey key)
    {
        if (!_byKey.TryGetValue(key, out var known))
        {
            _byKey.Add(key, known = new Dictionary<object?[], EntityEntry>(ValuesComparer.Instance));
            foreach (var entry in _tracked.Value.Where(entry => key.DeclaringEntityType.IsAssignableFrom(entry.Metadata)))
            {
                known.TryAdd(Values(entry, key.Properties), entry);
            }
        }

        return known;
    }

    private static object?[] Values(EntityEntry entry, IReadOnlyList<IProperty> properties) => [.. properties.Select(part => entry.Property(part).CurrentValue)];

    private sealed class ValuesComparer : IEqualityComparer<object?[]>
    {
        public static readonly ValuesComparer Instance = new();

        public bool Equals(object?[]? x, object?[]? y) => StructuralComparisons.StructuralEqualityComparer.Equals(x, y);

        public int GetHashCode([DisallowNull] object?[] obj) => StructuralComparisons.StructuralEqualityComparer.GetHashCode(obj);
    }
}
