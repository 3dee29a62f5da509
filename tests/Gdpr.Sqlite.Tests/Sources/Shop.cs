using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A small policy over customers: a name, an address that a newsletter may use longer, notes.</summary>
internal static class Shop
{
    public const string Customers = "crm.customers";

    private const string AfterTheContract = """{ "keep": "P3M", "after": "contract-ended" }""";

    public static Instant Now { get; } = Instant.FromUtc(2026, 6, 15, 12, 0);

    /// <summary>Customers are kept for three months after their contract has ended.</summary>
    public static RetentionEvaluator Evaluator(string fields = """ "name": "identity.name" """, string more = "", string whenNull = "notHappened", string retention = AfterTheContract) =>
        RetentionSchedule.Compile(Policy(fields, more, whenNull, retention)).At(Now);

    public static GdprPolicy Policy(string fields = """ "name": "identity.name" """, string more = "", string whenNull = "notHappened", string retention = AfterTheContract) => PolicyReader.Read($$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": { "customers": { "subject": "customer",
            "triggers": { "contract-ended": { "whenNull": "{{whenNull}}" } }, "fields": { {{fields}} } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": {{retention}} }
            {{more}} } }
        """).Policy!;
}
