using System.Text.Json.Serialization;
using Gdpr.Policies.Json;

namespace Gdpr.Policies;

public sealed partial class GdprPolicy : IEquatable<GdprPolicy>
{
    /// <summary>The policy's identity: the SHA-256 hash of its canonical JSON, in lower-case hexadecimal.</summary>
    /// <remarks>
    /// The canonical JSON is the same for all ways of saying the same thing: members in a fixed order, shorthands written out, defaults and
    /// empty collections left out, ids sorted, except those of activities and triggers, whose order has a meaning. Comments, layout and <c>$schema</c>
    /// play no part.
    /// </remarks>
    /// <exception cref="System.Text.Json.JsonException">The policy was put together in C#, never validated, and nests too deep or holds a
    /// value outside an enumeration.</exception>
    [JsonIgnore]
    public string Hash => field ??= CanonicalJson.Hash(CanonicalJson.Write(this));

    /// <summary>Whether two policies say the same: their hashes are equal.</summary>
    public static bool operator ==(GdprPolicy? left, GdprPolicy? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two policies differ.</summary>
    public static bool operator !=(GdprPolicy? left, GdprPolicy? right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(GdprPolicy? other) => other is not null && (ReferenceEquals(this, other) || Hash == other.Hash);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GdprPolicy);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash.GetHashCode(StringComparison.Ordinal);

    /// <summary>The policy's id, its version and the start of its hash.</summary>
    public override string ToString() => $"{Policy} {Version} ({Hash[..12]})";
}
