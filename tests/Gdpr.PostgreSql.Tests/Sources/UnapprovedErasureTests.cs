using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>What a person asks for goes without an approval of the rules, and takes nothing along that is due by other rules.</summary>
public sealed class UnapprovedErasureTests
{
    private const string Officer = "data-protection-officer";

    [PostgresFact]
    public async Task What_was_not_asked_for_and_is_due_by_rules_that_nobody_has_approved_stays_until_somebody_has()
    {
        await using var database = await SourceDatabase.CreateAsync(
            "CREATE TABLE customers (id integer PRIMARY KEY, person text, name text, picture text, ended date, created timestamptz)",
            "CREATE INDEX ON customers (ended)",
            "INSERT INTO customers VALUES (1, 'p1', 'Marker-1', 'Marker-Picture', '2020-01-01', '2018-01-01'), (2, 'p1', 'Marker-2', NULL, '2019-01-01', NULL)");
        var clock = new SettableClock(Instant.FromUtc(2026, 2, 2, 9, 0));
        await using var provider = Host(database, clock);
        var (requests, sweep) = (provider.GetRequiredService<DataSubjectRequests>(), provider.GetRequiredService<Sweep>());
        await provider.GetRequiredService<GdprWork>().PrepareAsync();
        var person = await provider.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1")));

        var request = await requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Erasure, person)
        {
            ReceivedAt = clock.GetCurrentInstant(),
            Identity = IdentityMethod.SignedIn,
            Scope = new RequestScope { Purposes = ["personalisation"] },
        });
        await requests.AssessAsync(request.Id);
        await requests.DecideAsync(request.Id, Officer);
        await requests.ExecuteAsync(request.Id);
        (await database.RowsAsync("SELECT id || coalesce(name, '-') || coalesce(picture, '-') FROM customers ORDER BY id")).ShouldBe(["1Marker-1-", "2Marker-2-"]);

        await sweep.ApproveAsync(await sweep.PreviewAsync(), Officer);
        await provider.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        (await database.RowsAsync("SELECT id FROM customers WHERE name IS NOT NULL AND id = 1")).ShouldBeEmpty();
    }

    private static ServiceProvider Host(SourceDatabase database, SettableClock clock)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddGdpr(gdpr => gdpr
            .UsePolicyJson("""
            { "policy": "shop", "version": "1", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "documents": { "consent": { "kind": "consentText", "title": { "en": "Consent" }, "version": "1" } },
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } },
                               "fields": { "name": "identity.name", "picture": "identity.picture" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers.name"],
                             "retention": { "keep": "P3M", "after": "ended", "fallback": { "keep": "P20Y", "after": "created" } } },
                "faces": { "purpose": "personalisation", "basis": { "consent": { "text": "consent" } }, "data": ["crm.customers.picture"],
                           "retention": { "while": "consent" } } } }
            """)
            .UsePostgreSql(database.ConnectionString).UseKeyRing("test", _ => SourceDatabase.Keys)
            .AddPostgreSqlSource("crm", database.ConnectionString, map => map.DataSet("crm.customers", set => set.Subject("person"))));
        return services.BuildServiceProvider(validateScopes: true);
    }
}
