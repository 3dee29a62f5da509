using Gdpr.Policies;
using Gdpr.Tool.Policies;

namespace Gdpr.Tool.Commands;

/// <summary>What <c>gdpr lint --output json</c> writes.</summary>
internal sealed record LintReport(string File, string? Policy, string? Version, string? Hash, bool Usable, IReadOnlyList<LintFinding> Findings)
{
    public static LintReport Of(PolicyFile file) => new(
        file.Path,
        file.Result.Policy?.Policy,
        file.Result.Policy?.Version,
        // A policy that could be read only in part is none whose identity means anything.
        file.Result.IsUsable ? file.Result.Policy?.Hash : null,
        file.Result.IsUsable,
        [.. file.Result.Findings.Select(finding => new LintFinding(
            finding.Code, FindingLine.Word(finding.Severity), finding.Path, finding.Line, finding.Column, finding.Message, finding.Mend, finding.Article))]);
}

/// <summary>A finding in <see cref="LintReport"/>.</summary>
internal sealed record LintFinding(string Code, string Severity, string Path, int Line, int Column, string Message, string Mend, string? Article);
