using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Policies.Json;
using NodaTime;

namespace Gdpr.Policies.Lint;

/// <summary>The members of a type of the policy, with the marks on them, from the generated JSON metadata: there is one list of members, not two.</summary>
internal sealed class WalkedType
{
    private static readonly ConcurrentDictionary<Type, WalkedType> Known = new();

    private WalkedType(JsonTypeInfo info)
    {
        Type = info.Type;
        Members = info.Kind == JsonTypeInfoKind.Object
            ? [.. info.Properties.Where(property => property.Get is not null).Select(property => new WalkedMember(property))]
            : [];
    }

    public Type Type { get; }

    public IReadOnlyList<WalkedMember> Members { get; }

    public static WalkedType Of(Type type) => Known.GetOrAdd(type, static key => new WalkedType(
        PolicyJsonContext.Default.GetTypeInfo(key) ?? throw new InvalidOperationException($"{key} is not part of a policy.")));
}

/// <summary>A member of a type of the policy.</summary>
internal sealed class WalkedMember(JsonPropertyInfo property)
{
    /// <summary>The name in JSON.</summary>
    public string Name { get; } = property.Name;

    /// <summary>Whether every policy states it. A date that cannot be absent has no default that means anything: it is required too.</summary>
    public bool Required { get; } = property.PropertyType == typeof(LocalDate)
        || (property.AttributeProvider?.IsDefined(typeof(RequiredInPolicyAttribute), inherit: false) ?? false);

    /// <summary>The section that its ids are declared in, where it holds ids.</summary>
    public PolicySection? RefersTo { get; } = (property.AttributeProvider as MemberInfo)?.GetCustomAttribute<RefersToAttribute>()?.Section;

    /// <summary>What its values are made of.</summary>
    public WalkedKind Kind { get; } = KindOf(property.PropertyType);

    public object? ValueOf(object owner) => property.Get!(owner);

    private static WalkedKind KindOf(Type type) =>
        PolicyJsonContext.Default.GetTypeInfo(type)?.Kind switch
        {
            JsonTypeInfoKind.Object => WalkedKind.Object,
            JsonTypeInfoKind.Dictionary => WalkedKind.Map,
            JsonTypeInfoKind.Enumerable => WalkedKind.List,
            _ => type == typeof(OneOrMany) ? WalkedKind.List : WalkedKind.Scalar,
        };
}

/// <summary>What a value of a policy is made of.</summary>
internal enum WalkedKind
{
    Scalar,
    Object,
    Map,
    List,
}
