using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Sqlite.Tests.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>An objection to all direct marketing, and a purpose that is none any more.</summary>
public sealed class ObjectionTermsTests
{
    private static string Policy(int version, bool isMarketing) => $$"""
        { "policy": "shop", "version": "{{version}}", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "purposes": { "offers": { "title": { "en": "Offers of the contract" }, "directMarketing": {{(isMarketing ? "true" : "false")}} } },
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "created": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
          "activities": {
            "offers": { "purpose": "offers", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P20Y", "after": "created" } } } }
        """;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_an_objection_is_not_about_any_more_is_kept(bool wasMarketing, bool isPumped)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, person TEXT, name TEXT, created TEXT)",
            "INSERT INTO customers VALUES (1, 'p1', 'A', '2025-01-01')");
        var clock = new SettableClock(RequestLife.Begin);
        ServiceProvider Open(string policy) => RequestLife.Host(clock, gdpr => gdpr
            .UseSqlite($"{database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", database.ConnectionString, map => map.DataSet("crm.customers", set => set.Subject("person"))), policy: policy);

        DataSubject person;
        await using (var host = Open(Policy(1, wasMarketing)))
        {
            await host.GetRequiredService<GdprWork>().PrepareAsync();
            person = await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1")));
            await host.GetRequiredService<DataSubjectRequests>().ReceiveAsync(new RequestIntake(DataSubjectRight.Objection, person)
            {
                ReceivedAt = clock.GetCurrentInstant(),
                Identity = IdentityMethod.SignedIn,
                IsMarketing = true,
            });
            if (isPumped)
            {
                // Not approved: nothing goes.
                await host.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
            }
        }

        clock.Advance(Duration.FromDays(1));
        await using var later = Open(Policy(2, isMarketing: false));
        await later.GetRequiredService<GdprWork>().PrepareAsync();
        var decision = await later.GetRequiredService<IProcessingGate>().DecideAsync(person, "offers", CancellationToken.None);
        var sweep = later.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
        await sweep.RunAsync();
        database.Rows("SELECT id FROM customers").ShouldBe(["1"], $"gate: {decision}; marks: {string.Join("; ", database.Rows("SELECT * FROM gdpr_mark"))}");
    }
}
