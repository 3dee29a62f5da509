using System.Globalization;

namespace Gdpr.Tool.Commands;

/// <summary>A sweep's report, for people.</summary>
internal static class SweepText
{
    private const string NotReached = "not in this database as it is mapped, so not reached.";

    public static void Write(TextWriter writer, SweepReport report)
    {
        if (report.Preview is { } preview)
        {
            writer.WriteLine($"Preview as of {report.At}:");
            WriteSurveys(writer, [.. preview.Select(dataSet => (dataSet.DataSet, dataSet.Survey))]);
            foreach (var (dataSet, advice) in preview.SelectMany(dataSet => (dataSet.Survey?.Advice ?? []).Select(advice => (dataSet.DataSet, advice))))
            {
                writer.WriteLine($"{dataSet}: {advice}");
            }

            foreach (var dataSet in preview.Where(dataSet => dataSet.Problem is not null))
            {
                writer.WriteLine(dataSet.Source is null
                    ? $"{dataSet.DataSet}: {NotReached}"
                    : $"{dataSet.DataSet}: could not be read ({dataSet.Problem}): {dataSet.Detail}");
            }

            foreach (var dataSet in preview.Where(dataSet => !dataSet.AreFactsOfToday))
            {
                writer.WriteLine(
                    $"{dataSet.DataSet}: what people have said and what is held stands beside the data as an earlier policy has it: a run puts it right first, and may do less, or more.");
            }
        }

        if (report.Run is not { } run)
        {
            return;
        }

        writer.WriteLine(report.Preview is null ? $"Sweep as of {report.At}:" : $"{Environment.NewLine}Sweep as of {report.At}:");
        TextColumns.Write(writer,
        [
            ["DATA SET", "STATUS", "REASON", "ERASED", "FIELDS ERASED", "ANONYMISED"],
            .. run.DataSets.Select(dataSet => new[]
            {
                dataSet.DataSet, dataSet.Status, TextColumns.OrNone(dataSet.Reason),
                Number(dataSet.Erased), Number(dataSet.FieldsErased), Number(dataSet.Anonymised),
            }),
        ]);
        foreach (var dataSet in run.DataSets.Where(dataSet => dataSet.Detail is not null || dataSet.Source is null))
        {
            writer.WriteLine($"{dataSet.DataSet}: {dataSet.Detail ?? NotReached}");
        }

        if (run.DataSets.Any(dataSet => dataSet.Left is not null))
        {
            writer.WriteLine($"{Environment.NewLine}What is there now:");
            WriteSurveys(writer, [.. run.DataSets.Select(dataSet => (dataSet.DataSet, dataSet.Left))]);
        }
    }

    private static void WriteSurveys(TextWriter writer, IReadOnlyList<(string DataSet, SurveyReport? Survey)> surveys)
    {
        var lines = surveys.SelectMany(survey => (survey.Survey?.Lines ?? []).Select(line => (survey.DataSet, Line: line))).ToArray();
        if (lines.Length > 0)
        {
            TextColumns.Write(writer,
            [
                ["DATA SET", "FATE", "RULE", "REASON", "RECORDS", "DUE", "MISSING"],
                .. lines.Select(row => new[]
                {
                    row.DataSet, row.Line.Fate, TextColumns.OrNone(row.Line.Rule), row.Line.Reason, Number(row.Line.Records), Number(row.Line.Due),
                    TextColumns.OrNone(string.Join(", ", row.Line.Missing)),
                }),
            ]);
        }

        foreach (var (dataSet, survey) in surveys.Where(survey => survey.Survey is { Records: 0 }))
        {
            writer.WriteLine($"{dataSet}: no records.");
        }

        foreach (var (dataSet, line) in lines.Where(row => row.Line.Examples is not null))
        {
            var records = line.Examples!.Select(example => example.Due is null ? example.Record : $"{example.Record} (until {example.Due})");
            writer.WriteLine($"For instance {dataSet}, {line.Fate}, {line.Reason}: {Terminals.PrintableText.Of(string.Join(", ", records))}");
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
