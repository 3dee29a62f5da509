using Gdpr.Policies;
using Spectre.Console;

namespace Gdpr.Samples.Views;

/// <summary>Shows what validation says of a policy, and what the policy assumes.</summary>
internal static class LintView
{
    public static void Show(Screen screen, PolicyReadResult read)
    {
        screen.Heading(screen.Say("What validation says of the policy", "Vad granskningen säger om policyn"));
        screen.Line("  " + string.Join(", ", Enum.GetValues<FindingSeverity>().Reverse().Select(severity => Count(screen, read, severity))));
        if (read.Findings.Count > 0)
        {
            screen.Write(Findings(screen, read.Findings));
        }

        if (read.Policy is { Assumptions.Count: > 0 } policy)
        {
            screen.Line(screen.Say(
                $"  {policy.Assumptions.Count} values are assumptions: the organisation's documents leave them open. Without them, validation would name the gap:",
                $"  {policy.Assumptions.Count} värden är antaganden: organisationens dokument lämnar dem öppna. Utan dem skulle granskningen nämna luckan:"));
            screen.Write(Assumptions(screen, policy.Assumptions));
        }
    }

    private static string Count(Screen screen, PolicyReadResult read, FindingSeverity severity)
    {
        var count = read.Findings.Count(finding => finding.Severity == severity);
        return severity switch
        {
            FindingSeverity.Error => screen.Say($"{count} errors", $"{count} fel"),
            FindingSeverity.Warning => screen.Say($"{count} warnings", $"{count} varningar"),
            _ => screen.Say($"{count} for information", $"{count} upplysningar"),
        };
    }

    private static Table Findings(Screen screen, IReadOnlyList<PolicyFinding> findings)
    {
        var table = screen.Table(screen.Say("code", "kod"), screen.Say("line", "rad"), screen.Say("what, and the mend", "vad, och hur det rättas"));
        foreach (var finding in findings)
        {
            var colour = finding.Severity switch { FindingSeverity.Error => "red", FindingSeverity.Warning => "yellow", _ => "grey70" };
            table.AddRow(
                new Markup($"[{colour}]{Markup.Escape(finding.Code)}[/]"), new Text($"{finding.Line}"),
                new Text($"{finding.Path}: {finding.Message} {finding.Mend}"));
        }

        return table;
    }

    private static Table Assumptions(Screen screen, IReadOnlyList<Assumption> assumptions)
    {
        var table = screen.Table(screen.Say("gap", "lucka"), screen.Say("where, and why this value", "var, och varför detta värde"));
        foreach (var assumption in assumptions)
        {
            table.AddRow(new Text(assumption.Gap), new Text($"{assumption.At}: {assumption.Because}"));
        }

        return table;
    }
}
