using Gdpr.Policies;
using Gdpr.Samples.Data;
using Spectre.Console;

namespace Gdpr.Samples.Views;

/// <summary>Shows which systems hold what data about how many people.</summary>
internal static class InventoryView
{
    public static void Show(Screen screen, GdprPolicy policy, SampleDatabase database)
    {
        screen.Heading(screen.Say("What there is", "Vad som finns"));
        var table = screen.Table(
            screen.Say("system", "system"), screen.Say("data set", "datamängd"), screen.Say("categories of data", "kategorier av uppgifter"),
            screen.Say("rows", "rader"), screen.Say("people", "personer"));
        table.Columns[3].RightAligned().NoWrap();
        table.Columns[4].RightAligned().NoWrap();
        var all = 0L;
        string? system = null;
        foreach (var dataSet in database.Tables)
        {
            var owner = dataSet.Path[..dataSet.Path.IndexOf('.')];
            var (rows, people) = database.Count(dataSet);
            all += rows;
            table.AddRow(
                new Text(owner == system ? "" : Title(screen, policy.Systems[owner].Title, owner)),
                new Text(dataSet.Path[(owner.Length + 1)..]),
                new Text(Categories(screen, policy, dataSet.DataSet), new Style(Color.Grey70)),
                new Text(Screen.Number(rows)),
                new Text(Screen.Number(people)));
            system = owner;
        }

        table.AddRow(new Text(screen.Say("all", "alla")), Text.Empty, Text.Empty, new Text(Screen.Number(all)), new Text(Screen.Number(database.CountPeople())));
        screen.Write(table);
    }

    private static string Categories(Screen screen, GdprPolicy policy, DataSet dataSet) => string.Join(
        ", ", dataSet.Fields.Values.Select(field => field.Category).Distinct(StringComparer.Ordinal).Select(id => Title(screen, TitleOf(policy, id), id)));

    private static LocalizedText? TitleOf(GdprPolicy policy, string category) =>
        policy.Categories.GetValueOrDefault(category)?.Title ?? Vocabulary.Categories.GetValueOrDefault(category)?.Title;

    private static string Title(Screen screen, LocalizedText? title, string id) => screen.Say(title) is { Length: > 0 } text ? text : id;
}
