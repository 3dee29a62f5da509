using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Gdpr.Conformance.Tests.Clauses;

/// <summary>Every promise of the five organisations is carried by a test, and the page of them says by which.</summary>
public sealed class ClausePageTests
{
    /// <summary>Set to 1 to write the page anew from the traits.</summary>
    private const string Accept = "GDPR_ACCEPT_DOCS";

    private const int Promises = 133;

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> TestsOf = FindTests();

    [Fact]
    public void All_promises_are_in_the_catalogue() => Catalogue().Sum(organisation => organisation.Clauses.Count).ShouldBe(Promises);

    [Fact]
    public void A_test_carries_only_clauses_of_the_catalogue() =>
        TestsOf.Keys.Except(Catalogue().SelectMany(organisation => organisation.Clauses.Keys)).ShouldBeEmpty();

    [Fact]
    public void Every_clause_is_carried_by_a_test() =>
        Catalogue().SelectMany(organisation => organisation.Clauses.Keys).Except(TestsOf.Keys).ShouldBeEmpty();

    [Fact]
    public void The_page_of_clauses_says_which_tests_carry_them()
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "clauses.md");
        var page = Render();
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(path, page);
        }

        File.ReadAllText(path).ReplaceLineEndings("\n").ShouldBe(page, $"docs/clauses.md is stale: run the tests with {Accept}=1.");
    }

    private static string Render()
    {
        var page = new StringBuilder("""
            # Clauses

            What five organisations promise in their privacy policies, and the tests that would fail if it were no longer kept. Each test runs that organisation's
            own policy, from `samples/policies`. This page is generated from the tests of `tests/Gdpr.Conformance.Tests`.

            """.ReplaceLineEndings("\n"));
        foreach (var organisation in Catalogue())
        {
            page.Append($"\n## {organisation.Title}\n\n| clause | what it does | tests |\n|---|---|---|\n");
            foreach (var (id, clause) in organisation.Clauses)
            {
                var tests = TestsOf.GetValueOrDefault(id) ?? [];
                var does = clause.Missing is { } missing ? $"{clause.Does} Missing yet: {missing}." : clause.Does;
                page.Append($"| {id} | {does} | {(tests.Count > 0 ? string.Join("; ", tests) : "none yet")} |\n");
            }
        }

        return page.ToString();
    }

    private static IReadOnlyList<(string Title, IReadOnlyDictionary<string, (string Does, string? Missing)> Clauses)> Catalogue()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Clauses", "clauses.json")));
        return
        [
            .. document.RootElement.EnumerateObject().Select(organisation => (
                organisation.Value.GetProperty("title").GetString()!,
                (IReadOnlyDictionary<string, (string, string?)>)new OrderedDictionary<string, (string, string?)>(
                    organisation.Value.GetProperty("clauses").EnumerateObject().Select(clause => KeyValuePair.Create(
                        clause.Name, (clause.Value.GetProperty("does").GetString()!, clause.Value.TryGetProperty("missing", out var missing) ? missing.GetString() : null)))))),
        ];
    }

    private static SortedDictionary<string, IReadOnlyList<string>> FindTests()
    {
        var tests = from type in typeof(ClausePageTests).Assembly.GetTypes()
                    from method in type.GetMethods()
                    from trait in CustomAttributeData.GetCustomAttributes(method).Concat(CustomAttributeData.GetCustomAttributes(type))
                    where trait.AttributeType == typeof(TraitAttribute) && trait.ConstructorArguments[0].Value is "clause"
                        && method.GetCustomAttributes<FactAttribute>().Any()
                    select (Clause: (string)trait.ConstructorArguments[1].Value!, Test: method.Name.Replace('_', ' '));
        var byClause = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var clause in tests.GroupBy(test => test.Clause))
        {
            byClause.Add(clause.Key, [.. clause.Select(test => test.Test).Distinct().Order(StringComparer.Ordinal)]);
        }

        return byClause;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
