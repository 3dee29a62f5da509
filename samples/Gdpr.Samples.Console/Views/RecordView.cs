using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Samples.Data;

namespace Gdpr.Samples.Views;

/// <summary>Shows a record as it is stored, and the explanation of its fate in words.</summary>
internal static class RecordView
{
    /// <summary>What the database says of the record: what retention is decided by, and nothing else of its content.</summary>
    public static void ShowStored(Screen screen, StoredRow row)
    {
        var triggers = row.Table.Triggers.Select((trigger, index) => $"{trigger} = {row.Stored[index] ?? "NULL"}");
        screen.Line($"  {row.Table.Name}, id {row.Id}, {screen.Say("person", "person")} {row.Subject}", "grey70");
        screen.Line($"  {screen.Say("stored", "lagrat")}: {string.Join(", ", triggers)}", "grey70");
        if (row.Facts.Length > 0)
        {
            screen.Line($"  {screen.Say("known of the person", "känt om personen")}: {row.Facts.Replace(";", ", ", StringComparison.Ordinal)}", "grey70");
        }
    }

    /// <summary>What becomes of everything else about the same person.</summary>
    public static void ShowElsewhere(Screen screen, IReadOnlyList<(string DataSet, Fate Fate, int Count)> fates)
    {
        var dataSets = fates.GroupBy(there => there.DataSet, StringComparer.Ordinal)
            .Select(dataSet => $"{dataSet.Key} {string.Join(", ", dataSet.OrderBy(there => there.Fate).Select(there => $"{there.Count} {there.Fate.Code()}"))}");
        screen.Line($"  {screen.Say("all about the person", "allt om personen")}: {string.Join("; ", dataSets)}", "grey70");
    }

    public static void ShowExplanation(Screen screen, FateExplanation explanation)
    {
        foreach (var line in explanation.ToText(screen.Language).Split('\n'))
        {
            screen.Line("  " + line, line.StartsWith(' ') ? "default" : "bold");
        }
    }
}
