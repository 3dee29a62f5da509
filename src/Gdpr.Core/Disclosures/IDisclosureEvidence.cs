using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Whether recipients show evidence of the measures that they are required to take (Art. 28(1), 32). The floor of controls answers it.</summary>
internal interface IDisclosureEvidence
{
    /// <summary>The measures, of those given, for which a recipient has shown no evidence that is fresh at an instant.</summary>
    ValueTask<IReadOnlyList<string>> UnprovenAsync(string recipient, IReadOnlyList<string> controls, Instant now, CancellationToken cancellationToken);
}

/// <summary>Nobody keeps evidence: nothing is proven.</summary>
internal sealed class NoEvidence : IDisclosureEvidence
{
    public ValueTask<IReadOnlyList<string>> UnprovenAsync(string recipient, IReadOnlyList<string> controls, Instant now, CancellationToken cancellationToken) =>
        ValueTask.FromResult(controls);
}
