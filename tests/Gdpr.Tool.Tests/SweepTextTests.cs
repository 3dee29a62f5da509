using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Tool.Commands;

namespace Gdpr.Tool.Tests;

/// <summary>What a preview says beside its counts.</summary>
public sealed class SweepTextTests
{
    [Fact]
    public void A_preview_says_which_index_a_sweep_lacks_with_the_statement_that_creates_it()
    {
        const string Advice = "no index of table 'people' begins with 'closed', so that a sweep reads the whole table to find what is due: run CREATE INDEX ON \"people\" (\"closed\").";
        var survey = new DataSetSurvey("shop.customers", 1000, [new SurveyLine(Fate.Keep, "shopping", FateReason.PurposeAlive, 1000, 0, [], [])]) { Advice = [Advice] };
        var preview = new DataSetPreview("shop.customers", "shop", Digest.Of("rules"u8), null, NeedsApproval: false, survey, Problem: null);
        var report = new SweepReport("2026-06-15T12:00:00Z", [SweepPreviewLine.Of(preview)], Run: null);
        using var text = new StringWriter();

        SweepText.Write(text, report);

        text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').ShouldBe([
            "Preview as of 2026-06-15T12:00:00Z:",
            "DATA SET        FATE  RULE      REASON         RECORDS  DUE  MISSING",
            "shop.customers  keep  shopping  purpose-alive  1000     0    -",
            $"shop.customers: {Advice}",
        ]);
        report.Preview![0].Survey!.Advice.ShouldBe([Advice], "and so does its JSON");
    }
}
