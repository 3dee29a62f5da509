using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>What of a reference may stay in a row that is severed: what tells more than which record it was, such as the tenant.</summary>
internal static class SeveredKey
{
    /// <summary>A column that stays and would still name the record; <see langword="null"/> where none does.</summary>
    public static string? FindNaming(TableDescription table, TableDescription parent, ChildMapping child)
    {
        string[] kept = [.. child.On.Keys.Except(child.Cut)];
        if (kept.Any(own => table.Find(own) is null || parent.Find(child.On[own]) is null))
        {
            return null;
        }

        if (kept.Length > 0 && IsUnique(kept))
        {
            return kept.FirstOrDefault(own => IsUnique([own])) ?? kept[0];
        }

        // Nothing tells the record without what is cut, and that tells it by itself.
        if (kept.Length == 0 || IsUnique(child.Cut))
        {
            return null;
        }

        // Neither does: which column is the tenant's follows from the keys and from what both tables refer to, and it must not be all that is cut.
        return kept.FirstOrDefault(own => !MayStay(own, [])) ?? (child.Cut.Any(own => !MayStay(own, kept)) || IsOfTenant() ? null : kept[0]);

        // Another reference that holds what stays as well, such as that to the record's address, says nothing of what is cut.
        bool MayStay(string own, IReadOnlyCollection<string> beside) => table.PrimaryKey.Any(part => Same(part, own)) || IsFirst(own)
            || table.ForeignKeys.Any(key => !ChildResolver.IsMapped(key, child) && Has(key, own) && (beside.Count == 0 || !beside.All(other => Has(key, other))));

        // The tenant comes first, also where both tables refer to the same by what is cut, as to a user, and by the tenant to nothing.
        bool IsOfTenant() => (kept.All(IsFirst) && !child.Cut.Any(IsFirst)) || (kept.All(IsOfBoth) && !child.Cut.Any(IsOfBoth));

        bool IsFirst(string own) =>
            parent.UniqueKeys.Any(key => key.Count > 1 && Same(key[0], child.On[own]) && key.All(part => child.On.Values.Any(referred => Same(referred, part))));

        bool IsUnique(IEnumerable<string> columns) => parent.IsUnique(columns.Select(own => child.On[own]));

        bool IsOfBoth(string own) => table.ForeignKeys.Where(key => !ChildResolver.IsMapped(key, child))
            .Any(key => parent.ForeignKeys.Any(other => Same(key.Parent, other.Parent)
                && Referred(key, own) is { } referred && Same(referred, Referred(other, child.On[own]) ?? "")));
    }

    private static bool Has(ForeignKeyDescription key, string column) => key.Columns.Any(part => Same(part, column));

    private static string? Referred(ForeignKeyDescription key, string column) =>
        key.Columns.Zip(key.ParentColumns).Where(pair => Same(pair.First, column)).Select(pair => pair.Second).FirstOrDefault();

    private static bool Same(string first, string second) => string.Equals(first, second, StringComparison.OrdinalIgnoreCase);
}
