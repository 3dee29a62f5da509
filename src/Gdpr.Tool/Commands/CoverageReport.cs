using Gdpr.Relational.Coverage;
using Gdpr.Sources;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Tool.Commands;

/// <summary>What <c>gdpr coverage --output json</c> writes.</summary>
internal sealed record CoverageReport(
    bool Complete, IReadOnlyList<GapReport> New, IReadOnlyList<GapReport> Lapsed, IReadOnlyList<GapReport> Known, IReadOnlyList<KnownGapReport> Gone)
{
    public static CoverageReport Of(CoverageOutcome outcome) => new(
        outcome.IsInOrder,
        [.. outcome.New.Select(finding => GapReport.Of(finding, null))],
        [.. outcome.Lapsed.Select(lapsed => GapReport.Of(lapsed.Finding, lapsed.Gap))],
        [.. outcome.Known.Select(finding => GapReport.Of(finding, null))],
        [.. outcome.Gone.Select(gap => new KnownGapReport(gap.Code, gap.Place, gap.Owner, Day(gap.MendBy)))]);

    internal static string Day(LocalDate day) => LocalDatePattern.Iso.Format(day);
}

/// <summary>A finding in <see cref="CoverageReport"/>.</summary>
internal sealed record GapReport(string Code, string Place, string? Table, string? Column, string Message, string Mend, string? Owner, string? MendBy)
{
    public static GapReport Of(CoverageFinding finding, KnownGap? gap) => new(
        finding.Code, finding.Place, finding.Table, finding.Column, finding.Message, finding.Mend, gap?.Owner, gap is null ? null : CoverageReport.Day(gap.MendBy));
}

/// <summary>A gap of the baseline that does not occur any more in <see cref="CoverageReport"/>.</summary>
internal sealed record KnownGapReport(string Code, string Place, string Owner, string MendBy);
