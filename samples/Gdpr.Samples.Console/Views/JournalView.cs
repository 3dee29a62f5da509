using Gdpr.Journals;
using Gdpr.Samples.Acting;
using Spectre.Console;

namespace Gdpr.Samples.Views;

/// <summary>Shows the journal, and what verifying it finds.</summary>
internal static class JournalView
{
    /// <summary>What the journal holds: how many entries of each type, in the order in which the types first came.</summary>
    public static async Task ShowAsync(Screen screen, Host host, CancellationToken cancellation)
    {
        var types = new List<(string Type, long First, int Count)>();
        await foreach (var entry in host.Journal.ReadAllAsync(0, cancellation))
        {
            var index = types.FindIndex(type => type.Type == entry.Content.Type);
            if (index < 0)
            {
                types.Add((entry.Content.Type, entry.Position, 1));
            }
            else
            {
                types[index] = types[index] with { Count = types[index].Count + 1 };
            }
        }

        screen.Heading(screen.Say("The journal proves it", "Journalen bevisar det"));
        screen.Line(screen.Say(
            "Every entry commits to the one before it in its stream. No entry holds personal data: matter and reason of the hold lie in the vault.",
            "Varje post binder den före sig i sin ström. Ingen post rymmer personuppgifter: spärrens mål och skäl ligger i valvet."));
        var table = screen.Table(screen.Say("entry", "post"), screen.Say("first at", "först på"), screen.Say("entries", "antal"));
        table.Columns[1].Alignment = table.Columns[2].Alignment = Justify.Right;
        foreach (var (type, first, count) in types)
        {
            table.AddRow(new Text(type), new Text(Screen.Number(first)), new Text(Screen.Number(count)));
        }

        screen.Write(table);
    }

    public static void ShowVerified(Screen screen, JournalReport report)
    {
        screen.Line(screen.Say(
            $"Verified: {Screen.Number(report.Entries)} entries in {report.Streams} streams, {report.Checkpoints} signed checkpoint, known to a witness: {(report.IsIntact ? "intact" : "not intact")}.",
            $"Granskad: {Screen.Number(report.Entries)} poster i {report.Streams} strömmar, {report.Checkpoints} signerad kontrollpunkt, känd av ett vittne: {(report.IsIntact ? "hel" : "inte hel")}."));
        ShowFaults(screen, report);
    }

    /// <summary>What was changed in a copy, and what verifying the copy finds.</summary>
    public static void ShowChanged(Screen screen, ChangedCopy? changed)
    {
        if (changed is null)
        {
            return;
        }

        screen.Line(screen.Say(
            $"In a copy of it, one byte of entry {changed.Position} is changed with plain SQL: {changed.Before} becomes {changed.After}. Verified again:",
            $"I en kopia ändras en byte i post {changed.Position} med vanlig SQL: {changed.Before} blir {changed.After}. Granskad igen:"));
        ShowFaults(screen, changed.Report);
    }

    private static void ShowFaults(Screen screen, JournalReport report)
    {
        foreach (var fault in report.Faults)
        {
            // The ids of plans are chance, and would differ from run to run.
            var words = fault.Stream is { } stream ? fault.Message.Replace(stream, stream.Split('/')[0] + "/…", StringComparison.Ordinal) : fault.Message;
            screen.Line($"  {words}", "bold red");
        }
    }
}
