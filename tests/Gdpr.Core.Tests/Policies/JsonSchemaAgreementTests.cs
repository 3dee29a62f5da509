using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

/// <summary>The published schema and the reader agree on what a policy looks like: an editor that is content writes what can be read.</summary>
public sealed class JsonSchemaAgreementTests
{
    private static readonly JsonSchemaValidator Schema = new(JsonDocument.Parse(PolicySchema.Json).RootElement);
    private static readonly JsonDocumentOptions AsRead = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly string[] Files =
        [.. FilesIn("samples/policies", "*.json"), .. FilesIn("tests/Gdpr.Schemas", "policy.json"), .. FilesIn("tests/Gdpr.Tool.Tests/Golden", "policy.json")];

    private static readonly string[] Texts = [LintPolicy.Flawless, JsonSamples.Example, .. Files.Select(File.ReadAllText)];

    /// <summary>Each text, with what is found in it as it is.</summary>
    private static readonly (string Text, HashSet<(string Code, string Path)> Findings)[] Known =
        [.. Texts.Select(text => (text, PolicyReader.Read(text).Findings.Select(finding => (finding.Code, finding.Path)).ToHashSet()))];

    [Fact]
    public void Every_policy_of_the_repository_is_valid()
    {
        Files.Length.ShouldBeGreaterThan(9);
        Texts.Index().Where(text => !IsValid(text.Item)).Select(text => text.Index).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_written_of_a_policy_is_valid()
    {
        foreach (var policy in Texts.Select(text => PolicyReader.Read(text).Policy!))
        {
            IsValid(PolicyWriter.ToJson(policy)).ShouldBeTrue(policy.Policy);
            IsValid(PolicyWriter.ToCanonicalJson(policy)).ShouldBeTrue(policy.Policy);
        }
    }

    [Theory]
    // Another kind of value.
    [InlineData("/policy = 17")]
    [InlineData("/activities = []")]
    [InlineData("/activities/books/data = \"erp.invoices\"")]
    [InlineData("/activities/books/basis = \"contract\"")]
    [InlineData("/systems/crm/dataSets/customers/fields/name = 17")]
    [InlineData("/systems/crm/dataSets/customers/triggers = [\"created\"]")]
    [InlineData("/passwordRules/staff/minimumLength = \"twelve\"")]
    [InlineData("/activities/newsletter/basis/consent/explicit = \"yes\"")]
    // A member that is not known.
    [InlineData("/activities/books/bases = {}")]
    [InlineData("/controllers/example/e-mail = \"privacy@example.se\"")]
    // A member that every policy states.
    [InlineData("- /effective")]
    [InlineData("- /controllers/example/contact")]
    [InlineData("- /systems/crm/dataSets/customers/triggers/created/whenNull")]
    [InlineData("- /activities/books/purpose")]
    [InlineData("- /activities/books/basis/legalObligation/law")]
    [InlineData("- /systems/crm/dataSets/faxes/retired/reason")]
    [InlineData("- /documents/handbook/kind")]
    // One that is stated and says nothing.
    [InlineData("/version = \"\"")]
    [InlineData("/controllers = {}")]
    [InlineData("/activities/books/data = []")]
    [InlineData("/systems/crm/dataSets/customers/subject = \" \"")]
    [InlineData("/systems/crm/dataSets/customers/subject = []")]
    [InlineData("/documents/handbook/title = \"\"")]
    [InlineData("/documents/handbook/title = { \"en\": \" \" }")]
    [InlineData("/agreements/printer-agreement/terms/subject = \" \"")]
    // A word, a period, a date or a number that does not exist.
    [InlineData("/documents/handbook/kind = \"pamphlet\"")]
    [InlineData("/activities/service/retention/keep = \"3 months\"")]
    [InlineData("/activities/service/retention/keep = \"P\"")]
    [InlineData("/activities/service/retention/keep = \"P0M\"")]
    [InlineData("/activities/service/retention/keep = \"PT3H\"")]
    [InlineData("/activities/service/retention/keep = \"P3D2M\"")]
    [InlineData("/effective = \"2026-02-30\"")]
    [InlineData("/effective = \"0000-01-01\"")]
    [InlineData("/effective = \"1 January 2026\"")]
    [InlineData("/passwordRules/staff/minimumLength = 9999999999")]
    [InlineData("/passwordRules/staff/minimumLength = 1.5")]
    // Ids.
    [InlineData("/purposes/the books = { \"title\": \"The books\" }")]
    [InlineData("/systems/crm/dataSets/customers/fields/first.name = \"identity.name\"")]
    // Members that go together.
    [InlineData("/activities/service/retention = { \"keep\": \"P1M\" }")]
    [InlineData("/activities/service/retention = {}")]
    [InlineData("/activities/service/retention/while = \"consent\"")]
    [InlineData("/activities/service/basis/publicTask = { \"law\": \"SFS 2099:1 1:1\" }")]
    [InlineData("/systems/crm/dataSets/statistics/fields/remark/disposal = { \"action\": \"anonymise\" }")]
    public void One_mistake_is_refused_by_the_schema_and_by_the_reader(string edits)
    {
        var text = LintPolicy.Spoilt(edits);

        IsValid(text).ShouldBeFalse();
        PolicyReader.Read(text).IsUsable.ShouldBeFalse();
    }

    [Theory]
    [InlineData("/activities/service/retention/after = \"contract-end\"")]
    [InlineData("/recipients/printer/agreement = \"no-such\"")]
    [InlineData("/controllers/example/timeZone = \"Europe/Stokholm\"")]
    [InlineData("/activities/service/minimum/keep = \"P31Y\"")]
    [InlineData("- /activities/books/basis")]
    public void What_depends_on_several_places_is_refused_by_the_reader_alone(string edits)
    {
        var text = LintPolicy.Spoilt(edits);

        IsValid(text).ShouldBeTrue();
        PolicyReader.Read(text).IsUsable.ShouldBeFalse();
    }

    [Fact]
    public void After_any_one_change_what_the_schema_allows_is_read_and_what_it_refuses_is_found() =>
        Check.One(PropertyCases.Of(300), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var (text, known) = Known[random.Next(Known.Length)];
            var document = JsonNode.Parse(text, documentOptions: AsRead)!;
            var place = Pick(random, [.. Places(document)]);
            var change = JsonSchemaChanges.All[random.Next(JsonSchemaChanges.All.Count)];
            var changed = change(document, place);
            if (changed is not null)
            {
                ShouldAgree(known, changed, place);
            }
        }));

    private static void ShouldAgree(HashSet<(string Code, string Path)> known, string after, string place)
    {
        var findings = PolicyReader.Read(after).Findings;
        if (IsValid(after))
        {
            findings.Where(finding => finding.Code.StartsWith("E-JSON", StringComparison.Ordinal))
                .Select(finding => finding.ToString()).ShouldBeEmpty(place);
        }
        else
        {
            findings.Where(finding => !known.Contains((finding.Code, finding.Path))).ShouldNotBeEmpty($"{place} of {after}");
        }
    }

    private static bool IsValid(string text)
    {
        using var document = JsonDocument.Parse(text, AsRead);
        return Schema.Accepts(document.RootElement);
    }

    /// <summary>The pointers of everything in a document, but for the document itself and the name of its schema, which is no part of the policy.</summary>
    private static IEnumerable<string> Places(JsonNode? node, string pointer = "") => (node switch
    {
        JsonObject members => members.SelectMany(member => Places(member.Value, $"{pointer}/{member.Key}")),
        JsonArray items => items.SelectMany((item, index) => Places(item, $"{pointer}/{index}")),
        _ => [],
    }).Concat(pointer is "" or "/$schema" ? [] : [pointer]);

    private static string Pick(Random random, string[] places) => places[random.Next(places.Length)];

    private static IEnumerable<string> FilesIn(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(RepositoryRoot(), folder), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "../../..");
}
