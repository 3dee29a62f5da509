using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Model;

/// <summary>Two traders who share their systems and their customers, and nothing that they know of them: every kind of basis, and field groups that end apart.</summary>
internal static class TradersPolicy
{
    public const string Service = "service-provision";
    public const string Newsletter = "direct-marketing";
    public const string Delivery = "order-handling";
    public const string Books = "bookkeeping";
    public const string Billing = "billing";
    public const string Improvement = "service-improvement";

    public const string Customers = "customers";
    public const string Orders = "orders";
    public const string Invoices = "invoices";
    public const string Visits = "visits";

    public static readonly string[] Purposes = [Service, Newsletter, Delivery, Books, Billing, Improvement];
    public static readonly string[] Controllers = ["north", "south"];
    public static readonly string[] Tables = [Customers, Orders, Invoices, Visits];

    public static readonly GdprPolicy Policy = PolicyReader.Read($$"""
        { "policy": "traders", "version": "1", "effective": "2020-01-01",
          "controllers": {
            "north": { "name": "North AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY",
              "contact": "privacy@north.example" },
            "south": { "name": "South Lda", "country": "PT", "timeZone": "Atlantic/Azores", "authority": "CNPD",
              "contact": "privacy@south.example" } },
          "documents": { "news": { "title": "News", "kind": "consentText", "version": "1", "text": { "en": "Yes, send me news.", "sv": "Ja, skicka mig nyheter." } } },
          "assessments": { "lia": { "kind": "legitimateInterest", "title": { "en": "Better services" }, "on": "2025-12-01", "nextReview": "2027-06-01",
            "necessity": "x", "balance": "y" } },
          "roles": { "clerk": { "title": { "en": "Clerk" }, "may": [{{string.Join(',', Purposes.Select(purpose => $$"""{ "purpose": "{{purpose}}" }"""))}}] } },
          "systems": { {{SystemsOf("north")}}, {{SystemsOf("south")}} },
          "activities": { {{ActivitiesOf("north")}}, {{ActivitiesOf("south")}} } }
        """).Policy!;

    /// <summary>The path of a controller's table.</summary>
    public static string PathOf(string controller, string table) => table == Visits ? $"{controller}-web.{table}" : $"{controller}.{table}";

    public static DateTimeZone ZoneOf(string controller) => DateTimeZoneProviders.Tzdb[controller == "north" ? "Europe/Stockholm" : "Atlantic/Azores"];

    /// <summary>The table that a purpose covers, or a part of which it covers.</summary>
    public static string TableOf(string purpose) => purpose switch
    {
        Service or Newsletter => Customers,
        Delivery => Orders,
        Books or Billing => Invoices,
        _ => Visits,
    };

    /// <summary>Every purpose that a table has.</summary>
    public static IEnumerable<string> PurposesOf(string path) => Purposes.Where(purpose => TableOf(purpose) == path[(path.IndexOf('.') + 1)..]);

    /// <summary>The ids of a table's fields.</summary>
    public static string[] FieldsOf(string path) => path[(path.IndexOf('.') + 1)..] switch
    {
        Customers => ["name", "email"],
        Orders => ["address"],
        Invoices => ["payer", "note"],
        _ => ["page"],
    };

    /// <summary>A row's triggers, in the order in which the table declares them.</summary>
    public static TriggerValue[] TriggersOf(string path, Row row) => path[(path.IndexOf('.') + 1)..] is Customers or Orders
        ? [BackedUpSource.ValueOf(row.First), BackedUpSource.ValueOf(row.Second)] : [BackedUpSource.ValueOf(row.First)];

    private static string SystemsOf(string controller) => $$"""
        "{{controller}}": { "backup": { "keep": "P400D" }, "dataSets": {
          "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "notHappened" }, "seen": { "whenNull": "unknown" } },
                         "fields": { "name": "identity.name", "email": "contact.email" } },
          "orders": { "subject": "customer", "triggers": { "sent": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } },
                      "fields": { "address": "contact.postal-address" } },
          "invoices": { "subject": "customer", "triggers": { "booked": { "whenNull": "unknown" } }, "fields": { "payer": "identity.name", "note": "free-text" } } } },
        "{{controller}}-web": { "backup": { "keep": "P400D" }, "dataSets": {
          "visits": { "subject": "customer", "triggers": { "at": { "whenNull": "unknown" } }, "fields": { "page": "free-text" } } } }
        """;

    private static string ActivitiesOf(string controller) => $$"""
        "{{controller}}-service": { "controller": "{{controller}}", "purpose": "{{Service}}", "basis": { "contract": {} }, "data": ["{{controller}}.customers"],
          "retention": { "keep": "P2M", "after": "ended", "fallback": { "keep": "P1Y", "after": "seen" } } },
        "{{controller}}-newsletter": { "controller": "{{controller}}", "purpose": "{{Newsletter}}", "basis": { "consent": { "text": "news" } },
          "data": ["{{controller}}.customers.email"], "retention": { "while": "consent" } },
        "{{controller}}-delivery": { "controller": "{{controller}}", "purpose": "{{Delivery}}", "basis": { "contract": {} }, "data": ["{{controller}}.orders"],
          "retention": { "keep": "P1M", "after": "sent", "fallback": { "keep": "P1Y", "after": "created" } } },
        "{{controller}}-books": { "controller": "{{controller}}", "purpose": "{{Books}}", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } },
          "data": ["{{controller}}.invoices.payer"], "retention": { "keep": "P6M", "after": "booked", "law": "SFS 1999:1078 7:2" } },
        "{{controller}}-billing": { "controller": "{{controller}}", "purpose": "{{Billing}}", "basis": { "contract": {} }, "data": ["{{controller}}.invoices"],
          "retention": { "keep": "P1M", "after": "booked" } },
        "{{controller}}-improvement": { "controller": "{{controller}}", "purpose": "{{Improvement}}",
          "basis": { "legitimateInterest": { "interest": { "en": "Better services" }, "assessment": "lia" } }, "data": ["{{controller}}-web.visits"],
          "retention": { "keep": "P2M", "after": "at" } }
        """;
}
