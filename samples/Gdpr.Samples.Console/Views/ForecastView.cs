using Gdpr.Retention;
using Gdpr.Samples.Decisions;
using Spectre.Console;

namespace Gdpr.Samples.Views;

/// <summary>Shows what the rules say of every record, today and in a year.</summary>
internal static class ForecastView
{
    public static void Show(Screen screen, Forecast forecast)
    {
        screen.Heading(screen.Say("What each rule says of the data, today and in a year if nothing is done", "Vad varje regel säger om uppgifterna, i dag och om ett år om inget görs"));
        foreach (var dataSet in forecast.DataSets)
        {
            screen.Line();
            screen.Line($"{dataSet.Table.Path}  {screen.Say(dataSet.Table.DataSet.Title)}", "bold");
            screen.Write(Counts(screen, dataSet));
        }
    }

    /// <summary>One line for all the data: how many records have each fate today.</summary>
    public static string Summary(Screen screen, IEnumerable<Forecast> forecasts)
    {
        var lines = forecasts.SelectMany(forecast => forecast.DataSets).SelectMany(dataSet => dataSet.Lines).ToList();
        return string.Join(", ", lines.GroupBy(line => line.Outcome.Fate).OrderBy(group => group.Key)
            .Select(group => $"{group.Key.Code()} {Screen.Number(group.Sum(line => (long)line.Counts.Today))}"))
            + screen.Say(" (today)", " (i dag)");
    }

    private static Table Counts(Screen screen, DataSetForecast dataSet)
    {
        var table = screen.Table(
            screen.Say("fate", "utfall"), screen.Say("reason", "skäl"), screen.Say("deciding rule", "avgörande regel"),
            screen.Say("today", "i dag"), screen.Say("in a year", "om ett år"), screen.Say("change", "ändring"));
        int[] widths = [12, 19, 24, 8, 10, 8];
        for (var index = 0; index < widths.Length; index++)
        {
            table.Columns[index].Width(widths[index]).NoWrap();
            table.Columns[index].Alignment = index > 2 ? Justify.Right : Justify.Left;
        }

        foreach (var (outcome, counts) in dataSet.Lines)
        {
            var change = counts.InAYear - counts.Today;
            table.AddRow(
                new Markup(Screen.Markup(outcome.Fate)), new Text(outcome.Reason.Code()), new Text(outcome.Rule ?? "-"),
                new Text(Screen.Number(counts.Today)), new Text(Screen.Number(counts.InAYear)),
                new Text(change == 0 ? "" : (change > 0 ? "+" : "") + Screen.Number(change)));
        }

        return table;
    }
}
