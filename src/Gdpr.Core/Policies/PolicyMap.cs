using System.Collections.Frozen;

namespace Gdpr.Policies;

/// <summary>The empty map that an absent section of a policy stands for.</summary>
internal static class PolicyMap<T>
{
    public static IReadOnlyDictionary<string, T> Empty { get; } = FrozenDictionary<string, T>.Empty;
}
