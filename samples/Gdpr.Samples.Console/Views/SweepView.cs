using Gdpr.Disposal;
using Gdpr.Retention;
using Spectre.Console;

namespace Gdpr.Samples.Views;

/// <summary>Shows a sweep: what it would do, what it does, and what it leaves and why.</summary>
internal static class SweepView
{
    /// <summary>What a run would do, by data set.</summary>
    public static void ShowPreview(Screen screen, SweepPreview preview)
    {
        screen.Line(screen.Say("A preview counts in the database, and changes nothing:", "En förhandsvisning räknar i databasen och ändrar inget:"));
        var table = Table(screen, screen.Say("records", "poster"), screen.Say("due", "ska bort"), screen.Say("undetermined", "oavgjorda"));
        foreach (var dataSet in preview.DataSets)
        {
            var lines = dataSet.Survey?.Lines ?? [];
            AddRow(table, dataSet.DataSet, dataSet.Survey?.Records ?? 0, lines.Sum(line => line.Due), lines.Where(line => line.Fate == Fate.Undetermined).Sum(line => line.Records));
        }

        screen.Write(table);
    }

    /// <summary>A run before anybody has approved.</summary>
    public static void ShowUnapproved(Screen screen, SweepResult result)
    {
        var (waiting, gone) = (result.DataSets.Count(dataSet => dataSet.Status == SweepStatus.NeedsApproval), result.DataSets.Sum(dataSet => dataSet.Done.Records));
        screen.Line(screen.Say(
            $"Nobody has approved these rules yet, so a run leaves everything: {waiting} data sets wait, {Screen.Number(gone)} records gone.",
            $"Ingen har godkänt reglerna ännu, så en körning lämnar allt: {waiting} datamängder väntar, {Screen.Number(gone)} poster borta."));
    }

    public static void ShowApproval(Screen screen, string by) => screen.Line(screen.Say(
        $"Approved, exactly as previewed, by: {by}. Any change of rules or mapping asks again.",
        $"Godkänt, precis som förhandsvisat, av: {by}. Varje ändring av regler eller koppling frågar på nytt."));

    /// <summary>Runs a sweep and shows how far it has come; in plain text each data set as it ends would only repeat what follows.</summary>
    public static async Task<SweepResult> WithProgressAsync(Screen screen, Func<IProgress<SweepProgress>?, Task<SweepResult>> sweep)
    {
        if (screen.IsPlain)
        {
            return await sweep(null);
        }

        return await screen.Console.Status().Spinner(Spinner.Known.Dots).StartAsync(
            Markup.Escape(screen.Say("Sweeping", "Gallrar")), context => sweep(new Shown(context, screen)));
    }

    /// <summary>What a run did, by data set; those where nothing was due are left out.</summary>
    public static void ShowDone(Screen screen, SweepResult result)
    {
        var table = Table(screen, screen.Say("erased", "raderade"), screen.Say("fields erased", "fält raderade"), screen.Say("anonymised", "avidentifierade"));
        foreach (var dataSet in result.DataSets.Where(dataSet => dataSet.Done.Records > 0))
        {
            AddRow(table, dataSet.DataSet, dataSet.Done.Erased, dataSet.Done.FieldsErased, dataSet.Done.Anonymised);
        }

        var (records, batches) = (result.DataSets.Sum(dataSet => dataSet.Done.Records), result.DataSets.Sum(dataSet => dataSet.Done.Batches));
        if (records > 0)
        {
            screen.Write(table);
        }

        screen.Line(screen.Say(
            $"{Screen.Number(records)} records in {batches} batches; read again afterwards, and {(result.IsComplete ? "nothing that is due is left" : "not everything was done")}.",
            $"{Screen.Number(records)} poster i {batches} omgångar; läst igen efteråt, och {(result.IsComplete ? "inget som ska bort är kvar" : "allt blev inte gjort")}."));
        foreach (var dataSet in result.DataSets.Where(dataSet => dataSet.Status != SweepStatus.Completed))
        {
            screen.Line($"  {dataSet.DataSet}: {dataSet.Status.Code()}, {dataSet.Reason}. {dataSet.Detail}");
        }
    }

    /// <summary>What was kept, and why.</summary>
    public static void ShowKept(Screen screen, SweepResult result)
    {
        screen.Line();
        screen.Line(screen.Say("What was kept, and why:", "Vad som behölls, och varför:"));
        var table = screen.Table(screen.Say("fate", "utfall"), screen.Say("reason", "skäl"), screen.Say("records", "poster"), screen.Say("what is missing", "vad som saknas"));
        table.Columns[2].Alignment = Justify.Right;
        var kept = result.DataSets.SelectMany(dataSet => dataSet.Left?.Lines ?? []).GroupBy(line => (line.Fate, line.Reason)).OrderBy(group => group.Key.Fate)
            .ThenByDescending(group => group.Sum(line => line.Records)).ThenBy(group => group.Key.Reason);
        foreach (var group in kept)
        {
            var missing = group.SelectMany(line => line.Missing).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            table.AddRow(
                new Markup(Screen.Markup(group.Key.Fate)), new Text(group.Key.Reason.Code()), new Text(Screen.Number(group.Sum(line => line.Records))),
                new Text(string.Join(", ", missing)));
        }

        screen.Write(table);
    }

    private static Table Table(Screen screen, params IReadOnlyList<string> headings)
    {
        var table = screen.Table([screen.Say("data set", "datamängd"), .. headings]);
        foreach (var column in table.Columns.Skip(1))
        {
            column.Alignment = Justify.Right;
        }

        return table;
    }

    private static void AddRow(Table table, string dataSet, params IReadOnlyList<long> numbers) =>
        table.AddRow([new Text(dataSet), .. numbers.Select(number => new Text(Screen.Number(number)))]);

    private sealed class Shown(StatusContext context, Screen screen) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => context.Status = Markup.Escape(screen.Say(
            $"{value.DataSet}: {Screen.Number(value.Done.Records)} records in {value.Done.Batches} batches",
            $"{value.DataSet}: {Screen.Number(value.Done.Records)} poster i {value.Done.Batches} omgångar"));
    }
}
