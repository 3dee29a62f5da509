using System.Text.Json.Nodes;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>What stands beside the data when a later version of the policy declares other data sets.</summary>
public sealed class LaterPolicyTests
{
    [Theory]
    [InlineData("restriction-placed", """{"id":"r1","ground":"Claims","dataSets":[]}""")]
    [InlineData("request-opened", """{"id":"q1","right":"Access","dataSets":[]}""")]
    public async Task What_stands_for_all_of_a_persons_data_stands_also_for_a_data_set_that_a_later_version_adds(string type, string data)
    {
        var world = WithOrder();
        await using (var shop = Shop.Open(world, WithoutOrders()))
        {
            await RecordAsync(shop, type, data);
            await shop.SweepAsync();
        }

        await using var next = Shop.Open(world, Shop.Policy("2"));
        await next.SweepAsync();

        world.Data.Orders.Find("o1").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("crm.buyers")]
    [InlineData("shop.orders")]
    public async Task A_restriction_of_a_data_set_that_the_policy_does_not_know_keeps_whatever_it_may_mean(string named)
    {
        var world = WithOrder();
        await using var shop = Shop.Open(world);
        await RecordAsync(shop, "restriction-placed", $$"""{"id":"r1","ground":"Claims","dataSets":["{{named}}"]}""");

        await shop.SweepAsync();
        world.Data.Orders.Find("o1").ShouldNotBeNull();

        await RecordAsync(shop, "restriction-lifted", """{"id":"r1"}""");
        await shop.SweepAsync();
        world.Data.Orders.Find("o1").ShouldBeNull();
    }

    private static ShopWorld WithOrder()
    {
        var world = new ShopWorld(new ShopData());
        world.Data.Orders.Put(new Order("o1", "a", "Street", new LocalDate(2020, 1, 1)));
        return world;
    }

    private static GdprPolicy WithoutOrders()
    {
        var json = JsonNode.Parse(PolicyWriter.ToJson(Shop.Policy()))!;
        ((JsonObject)json["systems"]!["crm"]!["dataSets"]!).Remove("orders");
        ((JsonObject)json["activities"]!).Remove("delivery");
        json["version"] = "0";
        return PolicyReader.Read(json.ToJsonString()).GetUsable();
    }

    private static async Task RecordAsync(Shop shop, string type, string data)
    {
        var person = await shop.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("a")));
        var commands = shop.Get<SubjectCommands>();
        await commands.RecordAsync(person, _ => [new PersonalEntry(commands.EntryOf(person, type, data))], null, CancellationToken.None);
    }
}
