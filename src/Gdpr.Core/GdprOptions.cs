using Gdpr.Policies;
using Gdpr.Retention;

namespace Gdpr;

/// <summary>What the builder's calls have asked for.</summary>
internal sealed class GdprOptions
{
    /// <summary>Where the policy comes from, by what tells one source from another; a host names exactly one.</summary>
    public IDictionary<string, Func<PolicyReadResult>> Sources { get; } = new Dictionary<string, Func<PolicyReadResult>>(StringComparer.Ordinal);

    /// <summary>The versions before it.</summary>
    public IList<SupersededPolicy> Earlier { get; } = [];
}
