namespace Gdpr.Sources;

/// <summary>Personal data may be where nobody has mapped it: every gap at once, each with its mend. The code is that of the first.</summary>
public sealed class CoverageException : GdprException
{
    /// <summary>Reports gaps.</summary>
    /// <param name="source">The source, database or context that was looked at.</param>
    /// <param name="findings">Every gap; at least one.</param>
    public CoverageException(string source, IReadOnlyList<CoverageFinding> findings)
        : base(CodeOf(findings), Describe(source, findings)) => Findings = findings;

    /// <summary>Every gap.</summary>
    public IReadOnlyList<CoverageFinding> Findings { get; }

    private static string CodeOf(IReadOnlyList<CoverageFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return findings.Count > 0 ? findings[0].Code : throw new ArgumentException("A report of gaps names at least one.", nameof(findings));
    }

    private static string Describe(string source, IReadOnlyList<CoverageFinding> findings) =>
        $"'{source}' is not covered completely: {findings.Count} {(findings.Count == 1 ? "finding" : "findings")}."
        + Environment.NewLine + string.Join(Environment.NewLine, findings);
}
