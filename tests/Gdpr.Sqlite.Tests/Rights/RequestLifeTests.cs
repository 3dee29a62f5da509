using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Sqlite.Tests.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>A person's requests from receipt to end, over tables and stores of SQLite.</summary>
public sealed class RequestLifeTests
{
    private const string Officer = RequestLife.Officer;

    [Fact]
    public async Task Access_then_erasure_with_a_contract_that_ends_and_an_invoice_that_the_law_keeps()
    {
        using var database = new Database(RequestLife.Tables("TEXT"));
        var clock = new SettableClock(RequestLife.Begin);
        await using var provider = Host(database, clock);

        await new RequestLife(
            provider,
            clock,
            statement =>
            {
                database.Run(statement);
                return Task.CompletedTask;
            },
            query => Task.FromResult(database.Rows(query))).AccessThenErasureAsync();
    }

    [Fact]
    public async Task What_was_not_asked_for_and_is_due_by_rules_that_nobody_has_approved_stays_until_somebody_has()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, person TEXT, name TEXT, picture TEXT, ended TEXT, created TEXT DEFAULT '2024-01-01')",
            "CREATE TABLE invoices (id INTEGER PRIMARY KEY, person TEXT, payer TEXT, booked TEXT)",
            "INSERT INTO customers (id, person, name, picture, ended) VALUES (1, 'p1', 'Marker-1', 'Marker-Picture', '2020-01-01'), (2, 'p1', 'Marker-2', NULL, '2019-01-01')");
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
        database.Rows("SELECT id || coalesce(name, '-') || coalesce(picture, '-') FROM customers ORDER BY id").ShouldBe(["1Marker-1-", "2Marker-2-"]);

        await sweep.ApproveAsync(await sweep.PreviewAsync(), Officer);
        await provider.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        database.Rows("SELECT id FROM customers").ShouldBeEmpty();
    }

    [Fact]
    public async Task When_the_last_invoice_and_the_last_proof_have_gone_nobody_can_tell_any_more_who_it_was()
    {
        using var database = new Database(
            [.. RequestLife.Tables("TEXT"), "INSERT INTO customers (id, person, name) VALUES (2, 'p2', 'Marker-2')",
            "INSERT INTO invoices VALUES (1, 'p1', 'Marker-1', '2025-04-02')"]);
        var clock = new SettableClock(Instant.FromUtc(2026, 2, 2, 9, 0));
        await using var provider = Host(database, clock);
        var (directory, sweep) = (provider.GetRequiredService<SubjectDirectory>(), provider.GetRequiredService<Sweep>());
        await provider.GetRequiredService<GdprWork>().PrepareAsync();
        var (identifier, other) = (SubjectIdentifier.OfHost("p1"), SubjectIdentifier.OfHost("p2"));
        var person = await directory.RegisterAsync(new SubjectRegistration(identifier, SubjectIdentifier.OfEmail("p1@marker.example")));
        var customer = await directory.RegisterAsync(new SubjectRegistration(other));
        await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
        await PumpAsync(2026, 3, 10);

        // The proofs end with 2031. The invoice stays until the end of 2032, and with it the link.
        await PumpAsync(2031, 4, 1);
        await PumpAsync(2031, 6, 1);
        database.Rows("SELECT id FROM invoices").ShouldBe(["1"]);
        (await directory.FindAsync(identifier)).ShouldBe(person);

        await PumpAsync(2033, 1, 2);
        database.Rows("SELECT id FROM invoices").ShouldBeEmpty();
        await PumpAsync(2033, 3, 1);
        await PumpAsync(2033, 5, 1);

        (await directory.FindAsync(identifier)).ShouldBeNull();
        (await directory.FindAsync(other)).ShouldBe(customer);
        (await directory.RegisterAsync(new SubjectRegistration(identifier))).ShouldNotBe(person);
        (await provider.GetRequiredService<JournalVerifier>().VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty();

        async Task PumpAsync(int year, int month, int day)
        {
            clock.Set(Instant.FromUtc(year, month, day, 9, 0));
            (await provider.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps
                .Where(step => step.Reason is not null).Select(step => $"{step.Name} {step.Reason} {step.Detail}").ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Registrations_of_one_person_on_two_nodes_at_the_same_time_lose_none_of_the_ids_that_they_add()
    {
        using var database = new Database(RequestLife.Tables("TEXT"));
        var clock = new SettableClock(Instant.FromUtc(2026, 2, 2, 9, 0));
        await using ServiceProvider first = Host(database, clock), second = Host(database, clock);
        await first.GetRequiredService<GdprWork>().PrepareAsync();
        await second.GetRequiredService<GdprWork>().PrepareAsync();
        string[] ids = [.. Enumerable.Range(0, 10).Select(number => $"id{number}")];

        var known = await Task.WhenAll(ids.Select((id, number) => Task.Run(() => (number % 2 == 0 ? first : second).GetRequiredService<SubjectDirectory>().RegisterAsync(
            new SubjectRegistration(SubjectIdentifier.OfEmail("p1@marker.example"))
            {
                NativeIds = new Dictionary<string, IReadOnlyList<string>> { ["crm.customers"] = [id] },
            }))));

        var person = known.Distinct().ShouldHaveSingleItem();
        (await first.GetRequiredService<SubjectDirectory>().NativeIdsAsync(person, "crm.customers")).Order(StringComparer.Ordinal).ShouldBe(ids);
    }

    private static ServiceProvider Host(Database database, SettableClock clock) => RequestLife.Host(clock, gdpr => gdpr
        .UseSqlite(database.ConnectionString).UseKeyRing("test", _ => Database.Keys)
        .AddSource(database.Source(map => map
            .DataSet("crm.customers", set => set.Subject("person"))
            .DataSet("crm.invoices", set => set.Subject("person")))));
}
