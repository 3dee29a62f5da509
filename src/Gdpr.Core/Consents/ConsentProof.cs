namespace Gdpr.Consents;

/// <summary>What proves a consent (Art. 7(1)): the payload that its entry commits to. Personal; kept after withdrawal, for as long as the journal keeps its
/// entry.</summary>
/// <param name="Record">The record as it was when the person answered; <see langword="null"/> of what was imported, where it is made when it is asked for.</param>
internal sealed record ConsentProof(ConsentRecord? Record)
{
    /// <summary>The purpose by which the vault keeps proofs.</summary>
    public const string Purpose = "consent-proof";

    public ConsentActKind? Act { get; init; }

    public string? Control { get; init; }

    /// <summary>Whatever else proves it.</summary>
    public string? Evidence { get; init; }

    /// <summary>How parental responsibility was verified (Art. 8(2)).</summary>
    public string? Guardian { get; init; }

    /// <summary>The opaque key of the holder of parental responsibility, where they are known.</summary>
    public string? GuardianKey { get; init; }

    /// <summary>What was known of the age.</summary>
    public string? Age { get; init; }

    /// <summary>Where it was imported from.</summary>
    public string? Source { get; init; }
}
