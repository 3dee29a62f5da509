using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Tool.Commands;

/// <summary>What <c>gdpr sweep --output json</c> writes.</summary>
/// <param name="At">The instant at which records were judged.</param>
/// <param name="Preview">What is there before anything is done: of every data set with --preview or --approve, else of those that wait for approval.</param>
/// <param name="Run">What was done, where anything was to be.</param>
internal sealed record SweepReport(string At, IReadOnlyList<SweepPreviewLine>? Preview, SweepRunReport? Run);

/// <summary>What a run would do with a data set.</summary>
internal sealed record SweepPreviewLine(
    string DataSet, string? Source, string Rules, string? Mapping, bool NeedsApproval, string? Problem, string? Detail, bool AreFactsOfToday, SurveyReport? Survey)
{
    public static SweepPreviewLine Of(DataSetPreview preview) => new(
        preview.DataSet, preview.Source, preview.Rules.ToString(), preview.Mapping?.ToString(), preview.NeedsApproval, preview.Problem, preview.Detail,
        preview.AreFactsOfToday, SurveyReport.Of(preview.Survey));
}

/// <summary>What a run did.</summary>
internal sealed record SweepRunReport(string Run, string? ApprovedBy, IReadOnlyList<SweepOutcomeLine> DataSets)
{
    public static SweepRunReport Of(SweepResult result, string? approvedBy) => new(result.Run, approvedBy, [.. result.DataSets.Select(SweepOutcomeLine.Of)]);
}

/// <summary>What a run did with a data set.</summary>
internal sealed record SweepOutcomeLine(
    string DataSet, string? Source, string Status, string? Reason, string? Detail, string? Plan, int Batches, long Erased, long FieldsErased, long Anonymised,
    SurveyReport? Left)
{
    public static SweepOutcomeLine Of(DataSetOutcome outcome) => new(
        outcome.DataSet, outcome.Source, outcome.Status.Code(), outcome.Reason, outcome.Detail, outcome.Plan,
        outcome.Done.Batches, outcome.Done.Erased, outcome.Done.FieldsErased, outcome.Done.Anonymised, SurveyReport.Of(outcome.Left));
}

/// <summary>How many records of a data set have which fate, by which rule, for which reason.</summary>
internal sealed record SurveyReport(long Records, IReadOnlyList<SurveyReportLine> Lines)
{
    /// <summary>What would let a sweep find its records faster; left out where nothing would.</summary>
    public IReadOnlyList<string>? Advice { get; init; }

    public static SurveyReport? Of(DataSetSurvey? survey) =>
        survey is null ? null : new SurveyReport(survey.Records, [.. survey.Lines.Select(SurveyReportLine.Of)])
        {
            Advice = survey.Advice.Count > 0 ? survey.Advice : null,
        };
}

/// <summary>Records with one fate, by one rule, for one reason.</summary>
internal sealed record SurveyReportLine(
    string Fate, string? Rule, string Reason, long Records, long Due, IReadOnlyList<string> Missing, IReadOnlyList<ExampleReport>? Examples)
{
    public static SurveyReportLine Of(SurveyLine line) => new(
        line.Fate.Code(), line.Rule.Length > 0 ? line.Rule : null, line.Reason.Code(), line.Records, line.Due, line.Missing,
        line.Examples.Count > 0 ? [.. line.Examples.Select(example => new ExampleReport(example.NativeKey, ReportText.OfOptional(example.Due)))] : null);
}

/// <summary>A record as an example: personal data, only where it was asked for.</summary>
internal sealed record ExampleReport(string Record, string? Due);
