using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

public sealed class JsonPropertyTests
{
    private static readonly string[] Fragments =
        ["{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1e999", "\"P0D\"", "\"\\ud800\"", "{}", "[[]]", "//", "/*", "\u0000", "å", "\"crm.customers\"", "\"data\":"];

    [Fact]
    public void Any_document_of_the_right_shape_survives_writing_and_reading() => ForAnySeed(seed =>
    {
        var read = PolicyReader.Read(new JsonRandomPolicy(seed).Make());
        read.Findings.Where(finding => finding.Code.StartsWith("E-JSON", StringComparison.Ordinal) && finding.Code != FindingCodes.MissingMember).ShouldBeEmpty();

        var text = PolicyWriter.ToJson(read.Policy!);
        var again = PolicyReader.Read(text);

        again.Policy.ShouldBe(read.Policy);
        PolicyWriter.ToJson(again.Policy!).ShouldBe(text);
        PolicyReader.Read(PolicyWriter.ToCanonicalJson(read.Policy!)).Policy.ShouldBe(read.Policy);
        again.Findings.Select(finding => (finding.Code, finding.Path)).ShouldBe(read.Findings.Select(finding => (finding.Code, finding.Path)), ignoreOrder: true);
    });

    [Fact]
    public void The_order_of_members_is_no_part_of_a_policy() => ForAnySeed(seed =>
    {
        var random = new JsonRandomPolicy(seed);
        var text = random.Make();

        PolicyReader.Read(random.Shuffle(JsonNode.Parse(text))!.ToJsonString()).Policy.ShouldBe(PolicyReader.Read(text).Policy);
    });

    [Fact]
    public void A_policy_put_together_in_code_is_checked_as_one_that_is_read() => ForAnySeed(seed =>
    {
        var read = PolicyReader.Read(new JsonRandomPolicy(seed).Make());

        var check = PolicyReader.Check(read.Policy!, []);

        check.Policy.ShouldBe(read.Policy);
        check.Findings.Select(finding => (finding.Code, finding.Path)).ShouldBe(read.Findings.Select(finding => (finding.Code, finding.Path)), ignoreOrder: true);
    });

    [Fact]
    public void No_text_makes_reading_throw() => ForAnySeed(seed =>
    {
        var random = new Random(seed);
        var text = new StringBuilder(seed % 2 == 0 ? JsonSamples.Example : new JsonRandomPolicy(seed).Make());
        for (var change = random.Next(1, 6); change > 0; change--)
        {
            var at = random.Next(text.Length);
            var inserted = random.Next(2) == 0 ? Fragments[random.Next(Fragments.Length)] : ((char)random.Next(128)).ToString();
            text.Remove(at, Math.Min(random.Next(4), text.Length - at)).Insert(at, inserted);
        }

        AreInOrder(PolicyReader.Read(text.ToString()));
    });

    [Fact]
    public void No_bytes_make_reading_throw() => ForAnySeed(seed =>
    {
        var random = new Random(seed);
        var bytes = Encoding.UTF8.GetBytes(JsonSamples.Example);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        AreInOrder(PolicyReader.Read(bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)));
    });

    [Fact]
    public void No_exchange_of_values_makes_reading_throw() => ForAnySeed(seed =>
    {
        // Values of the wrong kind in all places, in documents that are otherwise whole.
        var random = new Random(seed);
        var document = JsonNode.Parse(new JsonRandomPolicy(seed).Make())!;
        var nodes = Descendants(document).ToArray();
        for (var change = Math.Min(nodes.Length, 3); change > 0; change--)
        {
            nodes[random.Next(nodes.Length)].ReplaceWith(nodes[random.Next(nodes.Length)].DeepClone());
        }

        var result = PolicyReader.Read(document.ToJsonString());

        AreInOrder(result);
        result.Policy.ShouldNotBeNull();
        PolicyReader.Read(PolicyWriter.ToJson(result.Policy)).Policy.ShouldNotBeNull();
    });

    private static IEnumerable<JsonNode> Descendants(JsonNode node)
    {
        var children = node switch
        {
            JsonObject members => members.Select(member => member.Value).OfType<JsonNode>(),
            JsonArray items => items.OfType<JsonNode>(),
            _ => [],
        };
        return children.SelectMany(child => Descendants(child).Prepend(child));
    }

    private static void AreInOrder(PolicyReadResult result)
    {
        result.Findings.ShouldBe(result.Findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Line).ThenBy(finding => finding.Column));
        result.Findings.ShouldAllBe(finding => finding.Line > 0 && finding.Column > 0);
    }

    private static void ForAnySeed(Action<int> check) =>
        Check.One(PropertyCases.Of(200), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), check));
}
