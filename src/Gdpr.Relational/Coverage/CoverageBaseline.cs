using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Relational.Coverage;

/// <summary>The gaps that a host knows and has promised to mend: a file that is checked in. What is in it does not stop a start until its day has passed.</summary>
public sealed class CoverageBaseline
{
    /// <summary>How many months ahead a gap may be promised to be mended: 12.</summary>
    public const int LongestMonths = 12;

    private CoverageBaseline(IEnumerable<KnownGap> gaps) =>
        Gaps = [.. gaps.OrderBy(gap => gap.Place, StringComparer.Ordinal).ThenBy(gap => gap.Code, StringComparer.Ordinal)];

    /// <summary>A baseline without gaps: every finding is new.</summary>
    public static CoverageBaseline Empty { get; } = new([]);

    /// <summary>The gaps, in the order of their places.</summary>
    public IReadOnlyList<KnownGap> Gaps { get; }

    /// <summary>Records the gaps of today.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="owner">Who mends it: a function or a team.</param>
    /// <param name="mendBy">The last day on which the gaps may be there, at most twelve months after <paramref name="today"/>.</param>
    /// <param name="today">The current date at the controller.</param>
    /// <param name="before">The baseline until now. Gaps that are in it keep their owner and their day, so that recording again puts nothing off.</param>
    /// <exception cref="FormatException">There is no owner, or the day has passed or is too far ahead.</exception>
    public static CoverageBaseline Record(
        IReadOnlyList<CoverageFinding> findings, string owner, LocalDate mendBy, LocalDate today, CoverageBaseline? before = null)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentNullException.ThrowIfNull(owner);
        if (mendBy < today)
        {
            throw new FormatException($"The gaps are to be mended by {mendBy:uuuu-MM-dd}, which has passed: name a day that has not.");
        }

        var known = (before ?? Empty).Gaps.ToDictionary(gap => (gap.Code, gap.Place));
        KnownGap[] gaps = [.. findings.DistinctBy(finding => (finding.Code, finding.Place))
            .Select(finding => known.GetValueOrDefault((finding.Code, finding.Place)) ?? new KnownGap(finding.Code, finding.Place, owner, mendBy))];
        return Checked(gaps, today);
    }

    /// <summary>Reads a baseline from JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="today">The current date at the controller.</param>
    /// <exception cref="FormatException">The text is no baseline, a gap has no owner, or is to be mended more than twelve months after
    /// <paramref name="today"/>.</exception>
    public static CoverageBaseline Parse(string json, LocalDate today)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Checked(CoverageBaselineJson.Read(json), today);
    }

    /// <summary>The baseline as JSON, gaps in the order of their places.</summary>
    public string ToJson() => CoverageBaselineJson.Write(Gaps);

    /// <summary>Holds what was found against the baseline.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="today">The current date at the controller.</param>
    public CoverageOutcome Judge(IReadOnlyList<CoverageFinding> findings, LocalDate today)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var known = Gaps.ToDictionary(gap => (gap.Code, gap.Place));
        var judged = findings.Select(finding => (Finding: finding, Gap: known.GetValueOrDefault((finding.Code, finding.Place)))).ToArray();
        var there = findings.Select(finding => (finding.Code, finding.Place)).ToHashSet();
        return new CoverageOutcome(
            [.. judged.Where(pair => pair.Gap is null).Select(pair => pair.Finding)],
            [.. judged.Where(pair => pair.Gap is { } gap && gap.MendBy < today).Select(pair => new LapsedGap(pair.Finding, pair.Gap!))],
            [.. judged.Where(pair => pair.Gap is { } gap && gap.MendBy >= today).Select(pair => pair.Finding)],
            [.. Gaps.Where(gap => !there.Contains((gap.Code, gap.Place)))]);
    }

    /// <summary>The gaps of several baselines; where two know the same, the earlier day counts.</summary>
    internal static CoverageBaseline Together(IReadOnlyList<CoverageBaseline> baselines) =>
        new(baselines.SelectMany(baseline => baseline.Gaps).OrderBy(gap => gap.MendBy).DistinctBy(gap => (gap.Code, gap.Place)));

    private static CoverageBaseline Checked(IReadOnlyList<KnownGap> gaps, LocalDate today)
    {
        var latest = today.PlusMonths(LongestMonths);
        string[] problems =
        [
            .. gaps.Where(gap => string.IsNullOrWhiteSpace(gap.Code) || string.IsNullOrWhiteSpace(gap.Place)).Select(gap => $"{gap}: a gap has a code and a place."),
            .. gaps.Where(gap => string.IsNullOrWhiteSpace(gap.Owner)).Select(gap => $"{gap}: nobody owns it; name the function or the team that mends it."),
            .. gaps.Where(gap => gap.MendBy > latest)
                .Select(gap => $"{gap}: it is to be mended by {gap.MendBy:uuuu-MM-dd}; name a day no more than {LongestMonths} months ahead, {latest:uuuu-MM-dd} at the latest."),
            .. gaps.GroupBy(gap => (gap.Code, gap.Place)).Where(same => same.Count() > 1).Select(same => $"{same.First()}: it is listed {same.Count()} times; keep one."),
        ];
        return problems.Length == 0 ? new CoverageBaseline(gaps) : throw new FormatException(string.Join(Environment.NewLine, problems));
    }
}

/// <summary>A gap that is known.</summary>
/// <param name="Code">The code of the finding.</param>
/// <param name="Place">The place of the finding.</param>
/// <param name="Owner">Who mends it: a function or a team, not a person's name.</param>
/// <param name="MendBy">The last day on which it may be there.</param>
public sealed record KnownGap(string Code, string Place, string Owner, LocalDate MendBy)
{
    /// <summary>The code and the place.</summary>
    public override string ToString() => $"{Code} {Place}";
}

/// <summary>A gap that should have been mended by now.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Gap">What was promised.</param>
public sealed record LapsedGap(CoverageFinding Finding, KnownGap Gap);

/// <summary>What was found, held against what is known.</summary>
/// <param name="New">What is not in the baseline.</param>
/// <param name="Lapsed">What is in it and should have been mended by now.</param>
/// <param name="Known">What is in it, with time left.</param>
/// <param name="Gone">What is in it and does not occur any more: take it out.</param>
public sealed record CoverageOutcome(
    IReadOnlyList<CoverageFinding> New, IReadOnlyList<LapsedGap> Lapsed, IReadOnlyList<CoverageFinding> Known, IReadOnlyList<KnownGap> Gone)
{
    /// <summary>Whether nothing is new and nothing has lapsed.</summary>
    public bool IsInOrder => New.Count == 0 && Lapsed.Count == 0;

    /// <summary>Everything found, in the order of places.</summary>
    internal IReadOnlyList<CoverageFinding> Findings => CatalogueCoverage.Ordered([.. New, .. Lapsed.Select(lapsed => lapsed.Finding), .. Known]);

    /// <summary>What is not in order: the new findings, and the lapsed ones with the day that was promised.</summary>
    public IReadOnlyList<CoverageFinding> Problems =>
    [
        .. New,
        .. Lapsed.Select(lapsed => lapsed.Finding with
        {
            Message = $"{lapsed.Finding.Message} It was to be mended by {lapsed.Gap.MendBy:uuuu-MM-dd} ({lapsed.Gap.Owner}).",
        }),
    ];
}
