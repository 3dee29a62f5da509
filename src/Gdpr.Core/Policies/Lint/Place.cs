using System.Globalization;
using Gdpr.Policies.Json;

namespace Gdpr.Policies.Lint;

/// <summary>A place in a policy, as a JSON pointer (RFC 6901).</summary>
internal readonly record struct Place(string Pointer)
{
    /// <summary>The whole document.</summary>
    public static Place Root { get; } = new("");

    public static Place operator /(Place place, string member) => new(JsonPointer.Child(place.Pointer, member));

    public static Place operator /(Place place, int index) => new($"{place.Pointer}/{index.ToString(CultureInfo.InvariantCulture)}");

    public override string ToString() => Pointer;
}
