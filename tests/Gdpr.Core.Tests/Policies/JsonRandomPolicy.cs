using System.Text.Json.Nodes;
using Gdpr.Policies;
using Gdpr.Policies.Json;

namespace Gdpr.Core.Tests.Policies;

/// <summary>Makes random documents that have the shape of a policy, whatever they may mean.</summary>
internal sealed class JsonRandomPolicy(int seed)
{
    private static readonly string[] Words = ["a", "B2", "crm", "contact-ended", "last_contact", "x1", "Z"];
    private static readonly string[] Texts = ["p", "åäö", "a \"quoted\" text", "back\\slash", "two\nlines", "😀", "/activities/a", "a.b", "a.b.c"];
    private static readonly string[] Periods = ["P1D", "P2W", "P3M", "P24M", "P7Y", "P1Y2M3W4D", "P1000Y"];
    private static readonly string[] Dates = ["2026-01-01", "0001-01-02", "9999-12-31", "2024-02-29"];

    private const int DeepEnough = 6;

    private readonly Random _random = new(seed);

    public string Make() => Of(PolicyShapes.Policy, 0).ToJsonString();

    /// <summary>The same document with the members of every object in another order, except where the order has a meaning.</summary>
    public JsonNode? Shuffle(JsonNode? node, string name = "") => node switch
    {
        JsonObject members when name is "activities" or "triggers" => new JsonObject(Shuffled(members)),
        JsonObject members => new JsonObject(Shuffled(members).OrderBy(_ => _random.Next())),
        JsonArray items => new JsonArray([.. items.Select(item => Shuffle(item))]),
        _ => node?.DeepClone(),
    };

    private List<KeyValuePair<string, JsonNode?>> Shuffled(JsonObject members) =>
        [.. members.Select(member => KeyValuePair.Create(member.Key, Shuffle(member.Value, member.Key)))];

    private JsonNode Of(Shape shape, int depth) => shape switch
    {
        ObjectShape { Shorthand: { } shorthand } when depth > DeepEnough || _random.Next(3) == 0 => Of(shorthand.Shape, depth + 1),
        ObjectShape known => OfObject(known, depth),
        MapShape map => OfMap(map, depth),
        ListShape { AcceptsOne: true } when _random.Next(2) == 0 => Pick(Words),
        ListShape list => new JsonArray([.. Enumerable.Range(0, _random.Next(depth > DeepEnough ? 1 : 3)).Select(_ => Of(list.Element, depth + 1))]),
        ScalarShape { Kind: ScalarKind.Flag } => _random.Next(2) == 0,
        ScalarShape { Kind: ScalarKind.Number } => _random.Next(),
        ScalarShape { Form: { Words.Count: > 0 } form } => Pick(form.Words),
        ScalarShape { Form: PeriodText } => Pick(Periods),
        ScalarShape { Form: DateText } => Pick(Dates),
        _ => Pick(Texts),
    };

    private JsonObject OfMap(MapShape map, int depth)
    {
        var ids = Words.OrderBy(_ => _random.Next()).Take(_random.Next(depth > DeepEnough ? 1 : 3));
        return new JsonObject(ids.Select(id => KeyValuePair.Create(id, (JsonNode?)Of(map.Element, depth + 1))));
    }

    private JsonObject OfObject(ObjectShape shape, int depth)
    {
        var written = new JsonObject();
        foreach (var member in shape.Members.Where(member => member.Required || _random.Next(depth > DeepEnough ? 100 : 3) == 0))
        {
            written.Add(member.Name, Of(member.Shape, depth + 1));
        }

        return written;
    }

    private string Pick(IReadOnlyList<string> among) => among[_random.Next(among.Count)];
}
