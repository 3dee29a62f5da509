namespace Gdpr.Policies;

/// <summary>A policy that cannot be used: every finding at once, each with its place and its mend.</summary>
public sealed class GdprPolicyException : GdprException
{
    /// <summary>Refuses a policy for the findings given.</summary>
    /// <param name="findings">Everything that validation found, errors first; at least one.</param>
    public GdprPolicyException(IReadOnlyList<PolicyFinding> findings)
        : base(CodeOf(findings), Describe(findings)) => Findings = findings;

    /// <summary>Everything that validation found.</summary>
    public IReadOnlyList<PolicyFinding> Findings { get; }

    private static string CodeOf(IReadOnlyList<PolicyFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return findings.Count > 0 ? findings[0].Code : throw new ArgumentException("A refusal names at least one finding.", nameof(findings));
    }

    private static string Describe(IReadOnlyList<PolicyFinding> findings) =>
        $"The policy cannot be used: {findings.Count(f => f.Severity == FindingSeverity.Error)} error(s), {findings.Count} finding(s) in all."
        + Environment.NewLine + string.Join(Environment.NewLine, findings);
}
