using Gdpr.Policies;
using Gdpr.Processing;

namespace Gdpr.Disclosures;

/// <summary>What is known beyond the policy when a disclosure is decided.</summary>
internal sealed record DisclosureFacts
{
    public static DisclosureFacts None { get; } = new();

    /// <summary>The measures that the recipient must show evidence of, and does not.</summary>
    public IReadOnlyList<string> UnprovenControls { get; init; } = [];

    /// <summary>The last change of each sub-processor that the organisation itself may object to.</summary>
    public IReadOnlyDictionary<string, SubProcessorChange> Changes { get; init; } = PolicyMap<SubProcessorChange>.Empty;

    /// <summary>The client whose data it is; <see langword="null"/> for the organisation's own.</summary>
    public ProcessorClient? Client { get; init; }

    /// <summary>The last change of each sub-processor that the client was told of.</summary>
    public IReadOnlyDictionary<string, SubProcessorChange> ClientChanges { get; init; } = PolicyMap<SubProcessorChange>.Empty;
}
