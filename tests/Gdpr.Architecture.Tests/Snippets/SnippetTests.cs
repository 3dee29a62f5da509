using System.Text.Json;
using Gdpr.Architecture.Tests.Support;
using Gdpr.Policies;

namespace Gdpr.Architecture.Tests.Snippets;

/// <summary>What the documents show is code that works.</summary>
public sealed class SnippetTests
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    [Fact]
    public void Code_in_documents_compiles() =>
        Snippet.All.Where(s => s.Language == "csharp").SelectMany(SnippetCompiler.Complaints)
            .ShouldBeNone("A csharp block in a document compiles on its own; CONTRIBUTING.md says what it may take for granted.");

    [Fact]
    public void Every_block_names_a_language_by_the_name_that_is_checked() =>
        Snippet.All.Where(s => s.Language is "" or "cs" or "c#" or "C#" or "sh" or "shell" or "jsonc5" or "json5").Select(s => $"{s}: \"{s.Language}\"")
            .ShouldBeNone("Use csharp, json, jsonc, bash, or text for what is none of them.");

    [Fact]
    public void Json_in_documents_is_well_formed() =>
        Snippet.All.Where(s => s.Language is "json" or "jsonc").Select(Malformed).OfType<string>()
            .ShouldBeNone("A json block is well-formed; jsonc may have comments and trailing commas. A fragment is text.");

    [Fact]
    public void Policies_in_documents_load_without_errors() =>
        (from snippet in Snippet.All
         where snippet.Language is "json" or "jsonc" && snippet.Words.Contains("policy", StringComparer.Ordinal)
         from finding in PolicyReader.Read(snippet.Text).Findings
         where finding.Severity == FindingSeverity.Error
         select $"{snippet}: {finding}").ShouldBeNone("A block marked policy is a whole policy, and can be used.");

    [Fact]
    public void A_policy_that_a_document_shows_in_json_and_in_code_is_the_same_one()
    {
        const string Equals = "equals:";
        var shown = (from json in Snippet.All
                     from word in json.Words
                     where word.StartsWith(Equals, StringComparison.Ordinal)
                     from code in Snippet.All
                     where code.File == json.File && code.Language == "csharp" && code.Words.Contains(word[Equals.Length..], StringComparer.Ordinal)
                     select (json, code)).ToArray();

        shown.ShouldNotBeEmpty();
        foreach (var (json, code) in shown)
        {
            SnippetCompiler.Run(code, "policy.Hash").ShouldBe(PolicyReader.Parse(json.Text).Hash, $"{json} and {code}");
        }
    }

    [Theory]
    [InlineData("var period = CalendarPeriod.FromMonths(3);", true)]
    [InlineData("internal sealed record Mine(LocalDate Date);", true)]
    [InlineData("using System.Text;\nvar text = new StringBuilder();\nawait Task.Delay(1);\ninternal sealed record Mine(int Number);", true)]
    [InlineData("var period = CalendarPeriod.FromFortnights(3);", false)]
    [InlineData("string text = null;", false)]
    [InlineData("var one = 1", false)]
    public void The_check_of_code_tells_what_compiles_from_what_does_not(string code, bool compiles) =>
        SnippetCompiler.Complaints(Snippet.In("some.md", $"# Some\n```csharp\n{code}\n```\n").Single()).Any().ShouldBe(!compiles);

    [Fact]
    public void The_check_of_code_names_the_line_of_the_document() =>
        SnippetCompiler.Complaints(Snippet.In("some.md", "# Some\n\n```csharp\nvar one = 1;\nvar two = none;\n```\n").Single())
            .ShouldBe(["some.md:5: CS0103 The name 'none' does not exist in the current context"]);

    [Fact]
    public void The_check_of_code_gives_a_block_what_it_asks_for() =>
        SnippetCompiler.Complaints(Snippet.In("some.md", "```csharp given:nowhere\nusing System.Text;\n\nvar two = none;\n```\n").Single()).ShouldBe(
        [
            "some.md:4: CS0103 The name 'none' does not exist in the current context",
            "tests/Gdpr.Architecture.Tests/Snippets/nowhere.txt:1: CS1029 #error: 'There is no such file'",
        ],
        ignoreOrder: true);

    private static string? Malformed(Snippet snippet)
    {
        try
        {
            using var document = JsonDocument.Parse(snippet.Text, snippet.Language == "jsonc" ? Lenient : default);
            return null;
        }
        catch (JsonException exception)
        {
            return $"{snippet}: {exception.Message}";
        }
    }
}
