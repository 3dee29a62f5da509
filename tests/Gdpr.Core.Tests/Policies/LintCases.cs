namespace Gdpr.Core.Tests.Policies;

/// <summary>What spoils a policy: the finding that must come, the place that it must name, and the edits of the flawless policy.</summary>
/// <remarks>Xunit shows the row, so each is its own description. The flawless policy itself has no finding: undoing the edits mends.</remarks>
internal static partial class LintCases
{
    public static IEnumerable<(string Code, string Path, string Edits)> All =>
    [
        .. Structure, .. Controllers, .. Coverage, .. RuleForms, .. RuleEnds, .. Periods, .. Bases, .. SpecialData, .. Profiling, .. Disposals,
        .. Disclosures, .. Transfers, .. Capacities, .. AgreementTerms, .. Measures,
    ];
}
