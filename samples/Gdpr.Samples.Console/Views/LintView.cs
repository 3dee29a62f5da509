using Gdpr.Policies;
using Gdpr.Samples.Decisions;
using Spectre.Console;

namespace Gdpr.Samples.Views;

/// <summary>Shows what validation says of a policy, and what the policy assumes.</summary>
internal static class LintView
{
    public static void Show(Screen screen, PolicyReadResult read, string policyJson)
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
            ShowGap(screen, policy.Assumptions, policyJson);
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

    /// <summary>Takes one assumption out, the first that would stop the policy, and shows what validation says then.</summary>
    private static void ShowGap(Screen screen, IReadOnlyList<Assumption> assumptions, string policyJson)
    {
        var assumption = assumptions.OrderBy(one => Rank(one.Gap)).First();
        if (Gap.Without(assumption, policyJson) is { } finding)
        {
            screen.Line(screen.Say($"  For instance, without {assumption.At}:", $"  Till exempel utan {assumption.At}:"));
            screen.Line($"    {finding.Code} {finding.Message} {finding.Mend}", "yellow");
        }
    }

    /// <summary>Assumptions of the same kind on one line: what would stop the policy first, then the most frequent.</summary>
    private static Table Assumptions(Screen screen, IReadOnlyList<Assumption> assumptions)
    {
        var table = screen.Table(
            screen.Say("gap", "lucka"), screen.Say("times", "antal"), screen.Say("what the documents leave open", "vad dokumenten lämnar öppet"), screen.Say("where", "var"));
        table.Columns[0].NoWrap();
        table.Columns[1].RightAligned();
        foreach (var kind in assumptions.GroupBy(assumption => (assumption.Gap, assumption.Because)).OrderBy(kind => Rank(kind.Key.Gap)).ThenByDescending(kind => kind.Count()))
        {
            var places = Brief(kind.First().At) + (kind.Count() == 1 ? "" : screen.Say(" and others", " med flera"));
            table.AddRow(new Text(kind.Key.Gap), new Text($"{kind.Count()}"), new Text(kind.Key.Because), new Text(places, new Style(Color.Grey70)));
        }

        return table;
    }

    /// <summary>A long pointer without its middle.</summary>
    private static string Brief(string pointer)
    {
        var steps = pointer.TrimStart('/').Split('/');
        return steps.Length <= 3 ? string.Join(" / ", steps) : $"{steps[0]} / {steps[1]} / … / {steps[^1]}";
    }

    private static int Rank(string code) => "EWI".IndexOf(code[0], StringComparison.Ordinal);
}
