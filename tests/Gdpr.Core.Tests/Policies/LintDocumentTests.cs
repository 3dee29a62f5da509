using System.Runtime.CompilerServices;
using System.Text;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

public sealed class LintDocumentTests
{
    /// <summary>Set to 1 to write the page anew from the registry.</summary>
    private const string Accept = "GDPR_ACCEPT_DOCS";

    [Fact]
    public void The_page_of_findings_says_what_the_registry_says()
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "findings.md");
        var page = Render();
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, page);
        }

        File.ReadAllText(path).ReplaceLineEndings("\n").ShouldBe(page, $"docs/findings.md is stale: run the tests with {Accept}=1.");
    }

    [Fact]
    public void Only_what_is_wrong_with_the_writing_of_a_policy_has_no_provision()
    {
        string[] structural = ["E-JSON-", "W-JSON-", "E-FILE-", "E-VERSION-", "E-REF-", "E-ID-", "W-DUP-", "I-USE-", "E-ASU-"];
        FindingCodes.All.Where(entry => string.IsNullOrEmpty(entry.Article) && !structural.Any(one => entry.Code.StartsWith(one, StringComparison.Ordinal)))
            .Select(entry => entry.Code).ShouldBeEmpty();
    }

    private static string Render()
    {
        var page = new StringBuilder("""
            # Findings

            What validation says of a policy: each code with its meaning, its mend and the provision that asks for it. Codes are stable. `E` stops the
            policy from being used, `W` is a warning, `I` information. Every finding also names its place as a JSON pointer, and in a file its line and
            column; a finding may state its mend more exactly than this page.

            `gdpr lint policy.json` prints the findings of a policy. This page is generated from `FindingCodes`.

            """.ReplaceLineEndings("\n"));
        foreach (var subject in FindingCodes.All.GroupBy(entry => entry.Subject))
        {
            page.Append($"\n## {subject.Key}\n\n| code | what is wrong | mend | asked for by |\n|---|---|---|---|\n");
            foreach (var entry in subject)
            {
                page.Append($"| `{entry.Code}` | {Cell(entry.Title)} | {Cell(entry.Mend)} | {Cell(entry.Article ?? "")} |\n");
            }
        }

        return page.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
