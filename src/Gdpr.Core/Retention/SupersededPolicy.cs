using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>An earlier version of a policy, and when it ceased to apply.</summary>
/// <param name="Policy">The earlier version.</param>
/// <param name="At">The instant at which a later version took its place.</param>
/// <param name="Lengthened">The activities whose longer period in the later version has been assessed as compatible for existing data too
/// (Art. 6(4)); for all others, what the earlier version had let go stays let go.</param>
public sealed record SupersededPolicy(GdprPolicy Policy, Instant At, IReadOnlySet<string>? Lengthened = null)
{
    /// <summary>Whether it is the same content, superseded at the same instant, with the same assessments.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(SupersededPolicy? other) =>
        other is not null && Policy.Hash == other.Policy.Hash && At == other.At
        && (Lengthened?.Count ?? 0) == (other.Lengthened?.Count ?? 0) && (Lengthened is null || other.Lengthened is null || Lengthened.SetEquals(other.Lengthened));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Policy.Hash, At);
}
