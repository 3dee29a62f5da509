using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>What the model includes by itself with what a query gives.</summary>
internal static class IncludedTypes
{
    /// <summary>Some entity types, and those whose objects are included with theirs, over any number in between.</summary>
    public static IReadOnlyCollection<IEntityType> With(IEnumerable<IEntityType> types)
    {
        var seen = types.ToHashSet();
        for (var open = new Queue<IEntityType>(seen); open.TryDequeue(out var type);)
        {
            foreach (var target in type.GetDerivedTypesInclusive().SelectMany(NavigationsOf).Where(navigation => navigation.IsEagerLoaded)
                .Select(navigation => navigation.TargetEntityType).Where(seen.Add))
            {
                open.Enqueue(target);
            }
        }

        return seen;
    }

    /// <summary>Whether what a query gives may hold objects of the model: texts, numbers and the values that EF Core reads again hold none.</summary>
    public static bool MayBeIn(Type type) => type.IsGenericType ? type.GetGenericArguments().Any(MayBeIn)
        : type != typeof(string) && type != typeof(object[]) && !type.IsValueType && (!type.IsArray || MayBeIn(type.GetElementType()!));

    public static IEnumerable<INavigationBase> NavigationsOf(IEntityType type) => type.GetNavigations().Concat<INavigationBase>(type.GetSkipNavigations());
}
