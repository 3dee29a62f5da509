namespace Gdpr.Policies.Lint;

/// <summary>What is really there: a policy built in C# may hold nothing where something is declared, and each rule goes on with the rest.</summary>
internal static class Stated
{
    /// <summary>The entries of a map that hold something, each with its place.</summary>
    public static IEnumerable<(string Id, T Value, Place At)> In<T>(IReadOnlyDictionary<string, T> map, Place at)
        where T : class
    {
        foreach (var (id, value) in map)
        {
            if ((object?)value is not null)
            {
                yield return (id, value, at / id);
            }
        }
    }

    /// <summary>The items of a list that hold something, each with its place.</summary>
    public static IEnumerable<(T Value, Place At)> In<T>(IReadOnlyList<T> list, Place at)
        where T : class
    {
        for (var index = 0; index < list.Count; index++)
        {
            if ((object?)list[index] is not null)
            {
                yield return (list[index], at / index);
            }
        }
    }

    /// <summary>Whether a text says something in any language.</summary>
    public static bool Says(LocalizedText? text) => !string.IsNullOrWhiteSpace(text?.En) || !string.IsNullOrWhiteSpace(text?.Sv);

    /// <summary>The entry of a map, or <see langword="null"/>.</summary>
    public static T? Find<T>(this IReadOnlyDictionary<string, T> map, string? id)
        where T : class => id is not null && map.TryGetValue(id, out var value) ? value : null;
}
