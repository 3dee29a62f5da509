namespace Gdpr.Tool.Tests.Support;

/// <summary>A policy of the shop in which news rest on consent.</summary>
internal static class ConsentPolicy
{
    public const string Header = "id,email,purpose,occurredAt,text,textVersion,language,channel,source,evidence";

    public static Shop WithConsent(this Shop shop)
    {
        File.WriteAllText(shop.Policy, """
            { "policy": "shop", "version": "1", "effective": "2026-01-01",
              "controllers": { "shop": { "name": "Shop AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@shop.example" } },
              "systems": { "shop": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "account-closed": { "whenNull": "notHappened" }, "last-login": { "whenNull": "unknown" } },
                  "fields": { "name": "identity.name", "email": "contact.email" } } } } },
              "documents": { "news": { "title": "News", "kind": "consentText", "version": "2026.1", "text": { "en": "Yes, news.", "sv": "Ja, nyheter." } } },
              "activities": {
                "shopping": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["shop.customers.name"], "retention": { "keep": "P3M", "after": "account-closed", "fallback": { "keep": "P24M", "after": "last-login" } } },
                "news": { "purpose": "direct-marketing", "basis": { "consent": { "text": "news" } }, "data": ["shop.customers.email"], "retention": { "while": "consent" } } } }
            """);
        return shop;
    }

    /// <summary>A line about one of many people.</summary>
    public static string Line(int number) => $"c{number},p{number}@person.example,direct-marketing,2025-06-01T10:00:00+02:00,news,unknown,sv,web,old-crm,form {number}";

    /// <summary>Writes a file beside the shop's.</summary>
    public static string Write(this Shop shop, string name, params IEnumerable<string> lines)
    {
        File.WriteAllLines(shop.PathOf(name), lines);
        return shop.PathOf(name);
    }
}
