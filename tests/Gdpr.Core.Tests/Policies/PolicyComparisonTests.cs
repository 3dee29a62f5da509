using System.Text.Json.Nodes;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

/// <summary>What changed for people between two versions, and how much it matters.</summary>
public sealed class PolicyComparisonTests
{
    private const string Text = """
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "shop": { "name": "Shop AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@shop.example" } },
          "origins": { "person": { "title": { "en": "You" }, "from": "person" }, "bought": { "title": { "en": "A register" }, "from": "purchasedRegister" } },
          "systems": { "crm": { "dataSets": { "customers": { "subject": "customer", "origins": "person", "triggers": { "ended": { "whenNull": "unknown" } },
            "fields": { "name": "identity.name", "email": "contact.email" } } } } },
          "recipients": { "post": { "name": { "en": "The post" }, "kind": "controller", "country": "SE" } },
          "documents": { "terms": { "title": { "en": "Consent" }, "kind": "consentText", "version": "1" } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers.name"], "retention": { "keep": "P3M", "after": "ended" },
                         "recipients": [ { "recipient": "post", "data": ["crm.customers.name"] } ] },
            "news": { "purpose": "direct-marketing", "basis": { "consent": { "text": "terms" } }, "data": ["crm.customers.email"], "retention": { "while": "consent" } } } }
        """;

    [Fact]
    public void A_version_that_says_the_same_changes_nothing_however_it_is_written() =>
        Changes(policy =>
        {
            policy["version"] = "2";
            policy["activities"]!["service"]!["title"] = new JsonObject { ["en"] = "Service" };
            policy["activities"]!["service"]!["retention"]!["after"] = new JsonObject { ["trigger"] = "ended" };
        }).ShouldBeEmpty();

    [Theory]
    [InlineData("/activities/service/purpose", "\"delivery\"", PolicyChangeKind.PurposeAdded, ChangeWeight.Weighty)]
    [InlineData("/activities/service/basis", """{ "legalObligation": { "law": "SFS 1" } }""", PolicyChangeKind.Basis, ChangeWeight.Weighty)]
    [InlineData("/activities/service/basis", """{ "contract": { "necessity": "Needed" } }""", PolicyChangeKind.Basis, ChangeWeight.Minor)]
    [InlineData("/activities/service/data", """["crm.customers.name", "crm.customers.email"]""", PolicyChangeKind.DataAdded, ChangeWeight.Weighty)]
    [InlineData("/activities/service/retention/keep", "\"P4M\"", PolicyChangeKind.Retention, ChangeWeight.Weighty)]
    [InlineData("/activities/service/recipients", """[ { "recipient": "post", "data": ["crm.customers.name", "crm.customers.email"] } ]""", PolicyChangeKind.RecipientAdded, ChangeWeight.Weighty)]
    [InlineData("/activities/service/recipients", "[]", PolicyChangeKind.RecipientRemoved, ChangeWeight.Minor)]
    [InlineData("/recipients/post/country", "\"US\"", PolicyChangeKind.Transfer, ChangeWeight.Weighty)]
    [InlineData("/controllers/shop/name", "\"Store AB\"", PolicyChangeKind.Controller, ChangeWeight.Weighty)]
    [InlineData("/controllers/shop/contact", "\"dpo@shop.example\"", PolicyChangeKind.Controller, ChangeWeight.Minor)]
    [InlineData("/systems/crm/dataSets/customers/origins", """["person", "bought"]""", PolicyChangeKind.Origin, ChangeWeight.Weighty)]
    [InlineData("/documents/terms/version", "\"2\"", PolicyChangeKind.ConsentText, ChangeWeight.Weighty)]
    [InlineData("/activities/service/profiling", """{ "logic": { "en": "Score" }, "requires": "basis" }""", PolicyChangeKind.Profiling, ChangeWeight.Weighty)]
    public void A_change_is_told_with_its_weight(string at, string value, PolicyChangeKind kind, ChangeWeight weight)
    {
        var change = Changes(policy =>
        {
            var parts = at.Split('/')[1..];
            parts[..^1].Aggregate((JsonNode)policy, (node, part) => node[part]!)[parts[^1]] = JsonNode.Parse(value);
        }).ShouldHaveSingleItem();
        change.Kind.ShouldBe(kind);
        change.Weight.ShouldBe(weight);
    }

    [Fact]
    public void An_activity_that_came_and_one_that_went_are_told_the_weighty_first()
    {
        var changes = Changes(policy =>
        {
            var activities = policy["activities"]!.AsObject();
            activities.Remove("service");
            activities["statistics"] = JsonNode.Parse("""
                { "purpose": "statistics", "basis": { "contract": {} }, "data": ["crm.customers.name"], "retention": { "keep": "P3M", "after": "ended" } }
                """);
        });

        changes.Select(change => (change.Kind, change.Subject)).ShouldBe([(PolicyChangeKind.PurposeAdded, "statistics"), (PolicyChangeKind.PurposeRemoved, "service")]);
    }

    private static IReadOnlyList<PolicyChange> Changes(Action<JsonObject> change)
    {
        var later = JsonNode.Parse(Text)!.AsObject();
        change(later);
        return PolicyComparison.Between(Read(Text), Read(later.ToJsonString()));
    }

    private static GdprPolicy Read(string text) => PolicyReader.Read(text).Policy ?? throw new InvalidOperationException(
        string.Join("; ", PolicyReader.Read(text).Findings.Select(finding => $"{finding.Code} {finding.Path} {finding.Message}")));
}
