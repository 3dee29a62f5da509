using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Consents;

/// <summary>The shop, with a newsletter and advice that rest on consent.</summary>
internal static class ConsentShop
{
    public const string Newsletter = "direct-marketing";
    public const string Advice = "health-advice";
    public const string Club = "children-club";
    public const string Email = "crm.customers.email";

    public static readonly ShownText Shown = new("newsletter-text", "2026.1", "sv");
    public static readonly ConsentAct Act = new(ConsentActKind.TickedBox, "web");

    public static GdprPolicy Policy(string version = "1", string text = "2026.1", string adviceData = "crm.orders.address") => UsableOf(PolicyReader.Read($$"""
        { "policy": "shop", "version": "{{version}}", "effective": "2020-01-01",
          "controllers": { "shop": { "name": "Shop AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@shop.example", "address": "Street 1" } },
          "subjects": { "young": { "title": "Young customers", "children": true } },
          "purposes": { "health-advice": { "title": { "en": "Advice", "sv": "Råd" } }, "children-club": { "title": { "en": "The club", "sv": "Klubben" } } },
          "systems": {
            "crm": { "location": "SE", "dataSets": {
              "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "unknown" } },
                             "fields": { "name": "identity.name", "email": { "category": "contact.email", "optional": true } } },
              "orders": { "subject": "customer", "triggers": { "sent": { "whenNull": "unknown" } }, "fields": { "address": "contact.postal-address" } } } },
            "web": { "dataSets": { "visits": { "subject": "young", "triggers": { "at": { "whenNull": "unknown" } }, "fields": { "page": "free-text" } } } } },
          "recipients": { "sender": { "name": "Sender AB", "kind": "authority", "country": "SE", "law": "SFS 2008:486" } },
          "documents": {
            "newsletter-text": { "title": "Newsletter", "kind": "consentText", "version": "{{text}}", "text": { "en": "Yes, send me news.", "sv": "Ja, skicka mig nyheter." } },
            "advice-text": { "title": "Advice", "kind": "consentText", "version": "1", "text": { "en": "I expressly consent to advice.", "sv": "Jag samtycker uttryckligen till råd." } },
            "club-text": { "title": "Club", "kind": "consentText", "version": "1", "text": { "en": "I join the club.", "sv": "Jag är med i klubben." } },
            "terms": { "title": "Terms", "kind": "terms", "version": "1", "text": { "en": "Terms.", "sv": "Villkor." } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers.name"], "retention": { "keep": "P3M", "after": "ended" },
                         "consequence": { "en": "No service.", "sv": "Ingen tjänst." } },
            "newsletter": { "purpose": "direct-marketing", "data": ["crm.customers.email"], "retention": { "while": "consent" }, "recipients": [{ "recipient": "sender", "data": ["crm.customers.email"] }],
                            "basis": { "consent": { "text": "newsletter-text", "askAgainAfter": "P24M", "consequence": { "en": "You get no news.", "sv": "Du får inga nyheter." } } } },
            "advice": { "purpose": "health-advice", "data": ["{{adviceData}}"], "retention": { "while": "consent" }, "basis": { "consent": { "text": "advice-text", "explicit": true } } },
            "delivery": { "purpose": "delivery", "basis": { "contract": {} }, "data": ["crm.orders"], "retention": { "keep": "P1M", "after": "sent" } },
            "club": { "purpose": "children-club", "data": ["web.visits"], "retention": { "while": "consent" }, "basis": { "consent": { "text": "club-text" } } } } }
        """));

    public static Shop Open(ShopWorld? world = null, GdprPolicy? policy = null, params IReadOnlyList<IScheduledWork> works) => Shop.Open(
        world, policy ?? Policy(),
        before: services =>
        {
            foreach (var work in works)
            {
                services.AddSingleton(work);
            }
        });

    public static Task<DataSubject> SubjectAsync(this Shop shop, string id = "kept-1") =>
        shop.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost(id), SubjectIdentifier.OfEmail($"{id}@person.example")));

    public static ConsentService Consents(this Shop shop) => shop.Get<ConsentService>();

    public static Task<ConsentResult> GiveAsync(this Shop shop, DataSubject subject, Instant? at = null) =>
        shop.Consents().GiveAsync(new ConsentGrant(subject, Newsletter, Shown, Act) { OccurredAt = at });

    private static GdprPolicy UsableOf(PolicyReadResult read) =>
        read.GetUsable();
}
