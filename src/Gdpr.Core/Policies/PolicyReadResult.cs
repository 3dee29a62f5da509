namespace Gdpr.Policies;

/// <summary>What reading or building a policy gave: the policy, as far as it goes, and everything that validation found.</summary>
public sealed class PolicyReadResult
{
    internal PolicyReadResult(GdprPolicy? policy, IReadOnlyList<PolicyFinding> findings)
    {
        Policy = policy;
        Findings = findings;
        IsUsable = policy is not null && !findings.Any(finding => finding.Severity == FindingSeverity.Error);
    }

    /// <summary>The policy, without the parts that could not be read; <see langword="null"/> only when there was no JSON object at all.</summary>
    /// <remarks>Use it for decisions only when <see cref="IsUsable"/>.</remarks>
    public GdprPolicy? Policy { get; }

    /// <summary>Everything that validation found: errors first, then warnings, then information, each in the order of the document.</summary>
    public IReadOnlyList<PolicyFinding> Findings { get; }

    /// <summary>Whether the policy may be used: no finding is an error.</summary>
    public bool IsUsable { get; }

    /// <summary>The policy, if it may be used.</summary>
    /// <exception cref="GdprPolicyException">A finding is an error; the exception carries all findings.</exception>
    public GdprPolicy GetUsable() => IsUsable ? Policy! : throw new GdprPolicyException(Findings);
}
