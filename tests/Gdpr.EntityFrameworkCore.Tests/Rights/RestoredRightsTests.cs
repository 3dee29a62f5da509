using Gdpr.Consents;
using Gdpr.Disposal;
using Gdpr.EntityFrameworkCore.Tests.Visibility;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Rights;

/// <summary>The database comes back from a backup; what people took back, objected to and had restricted since holds in it before anything is used.</summary>
public sealed class RestoredRightsTests : IDisposable
{
    private const string Officer = "data-protection-officer";
    private const string News = "direct-marketing";
    private const string Relations = "customer-relations";
    private const string Service = "service-provision";

    private static readonly string Policy = ShopHost.Policy
        .Replace(
            "\"delivery\": {", """
            "relations": { "purpose": "customer-relations", "basis": { "legitimateInterest": { "interest": { "en": "Good relations" }, "assessment": "lia" } },
              "data": ["crm.customers"], "retention": { "keep": "P1Y", "after": "contract-ended", "fallback": { "keep": "P24M", "after": "last-contact" } } },
            "delivery": {
            """, StringComparison.Ordinal)
        .Replace(
            "\"documents\": {", """
            "assessments": { "lia": { "kind": "legitimateInterest", "on": "2026-01-01", "nextReview": "2027-06-01", "necessity": "Needed", "balance": "Weighed" } },
            "roles": { "mailer": { "title": { "en": "What sends letters" }, "service": true,
              "may": [ { "purpose": "direct-marketing" }, { "purpose": "customer-relations" }, { "purpose": "service-provision" } ] } },
            "documents": {
            """, StringComparison.Ordinal);

    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-restored-").FullName;
    private readonly SettableClock _clock = new(Instant.FromUtc(2026, 6, 15, 12, 0));
    private readonly InMemoryKeyRing _keys = InMemoryKeyRing.WithRandomKey();

    private string Data => Path.Combine(_folder, "shop.db");

    [Fact]
    public async Task A_withdrawal_an_objection_and_a_restriction_from_after_the_backup_hold_in_what_has_come_back()
    {
        DataSubject[] people;
        await using (var host = Open())
        {
            people = await BeginAsync(host);
            await BackUpAsync();
            _clock.Advance(Duration.FromHours(1));

            await host.GetRequiredService<ConsentService>().WithdrawAsync(people[0], News);
            await ReceiveAsync(host, DataSubjectRight.Objection, people[1], intake => intake with { Scope = new RequestScope { Purposes = [Relations] } });
            await ReceiveAsync(host, DataSubjectRight.Restriction, people[2], intake => intake with { Ground = RestrictionGround.AccuracyContested });
            await PumpAsync(host);
            await ShouldHoldAsync(host, people);
        }

        Restore();
        (await FactsAsync()).ShouldBe(0, "the backup knows nothing of what came after it");
        _clock.Advance(Duration.FromHours(1));
        await using var later = Open();
        await later.GetRequiredService<GdprWork>().PrepareAsync();

        foreach (var person in people)
        {
            (await DecideAsync(later, person, Service)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.ReplayPending);
        }

        await PumpAsync(later);

        (await later.GetRequiredService<SourceReplay>().ListAsync()).ShouldBeEmpty();
        (await FactsAsync()).ShouldBeGreaterThan(0);
        await ShouldHoldAsync(later, people);
        (await later.GetRequiredService<JournalVerifier>().VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Four customers; the first and the last have consented to news, and nobody has objected to anything.</summary>
    private async Task<DataSubject[]> BeginAsync(ServiceProvider host)
    {
        await using (var context = await ContextAsync(host))
        {
            await context.Database.EnsureCreatedAsync();
            await host.GetRequiredService<GdprWork>().PrepareAsync();
            context.AddRange(Enumerable.Range(1, 4).Select(id => new Customer { Id = id, Person = $"p{id}", Name = $"Name {id}" }));
            await context.SaveChangesAsync();
        }

        var people = new List<DataSubject>();
        foreach (var id in Enumerable.Range(1, 4))
        {
            people.Add(await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost($"p{id}"))));
        }

        foreach (var person in new[] { people[0], people[3] })
        {
            await host.GetRequiredService<ConsentService>().GiveAsync(
                new ConsentGrant(person, News, new ShownText("news", "1", "en"), new ConsentAct(ConsentActKind.TickedBox, "web")));
        }

        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), Officer);
        await PumpAsync(host);
        (await SeenAsync(host, News)).ShouldBe([1, 4]);
        (await SeenAsync(host, Relations)).ShouldBe([1, 2, 3, 4]);
        (await DecideAsync(host, people[0], News)).ToString().ShouldBe("Allowed");
        return [.. people];
    }

    /// <summary>Nothing of what was stopped is used or sent, and the rest is.</summary>
    private async Task ShouldHoldAsync(ServiceProvider host, DataSubject[] people)
    {
        (await SeenAsync(host, News)).ShouldBe([4]);
        (await SeenAsync(host, Relations)).ShouldBe([1, 4]);
        (await SeenAsync(host, Service)).ShouldBe([1, 2, 4]);
        foreach (var (purpose, allowed) in new[] { (News, "4"), (Relations, "1,4"), (Service, "1,2,4") })
        {
            var answers = new List<int>();
            foreach (var (index, person) in people.Index())
            {
                answers.AddRange((await DecideAsync(host, person, purpose)).IsAllowed ? [index + 1] : []);
            }

            string.Join(',', answers).ShouldBe(allowed, purpose);
        }
    }

    private ServiceProvider Open()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddDbContextFactory<Shop>((provider, options) => options.Unwarned().UseSqlite($"Data Source={Data}").UseGdpr(provider));
        services.AddGdpr(gdpr => gdpr.UsePolicyJson(Policy).UseSqlite($"Data Source={Path.Combine(_folder, "stores.db")}").UseKeyRing("test", _ => _keys)
            .AddDbContextSource<Shop>("shop", source => source.StartUncovered("a model of tests")));
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static Task<Shop> ContextAsync(ServiceProvider host) => host.GetRequiredService<IDbContextFactory<Shop>>().CreateDbContextAsync();

    private static async Task<IReadOnlyList<int>> SeenAsync(ServiceProvider host, string purpose)
    {
        await using var context = await ContextAsync(host);
        return await context.ForPurpose(purpose).Set<Customer>().OrderBy(customer => customer.Id).Select(customer => customer.Id).ToListAsync();
    }

    private static Task<ProcessingDecision> DecideAsync(ServiceProvider host, DataSubject person, string purpose) =>
        host.GetRequiredService<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Service("mailer", "m1"), Data = ["crm.customers.name"] });

    private async Task ReceiveAsync(ServiceProvider host, DataSubjectRight right, DataSubject person, Func<RequestIntake, RequestIntake> with) =>
        await host.GetRequiredService<DataSubjectRequests>().ReceiveAsync(
            with(new RequestIntake(right, person) { ReceivedAt = _clock.GetCurrentInstant(), Identity = IdentityMethod.SignedIn }));

    private async Task PumpAsync(ServiceProvider host) =>
        (await host.GetRequiredService<GdprWork>().RunDueAsync(_clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps
            .Where(step => step.Reason is not null).Select(step => $"{step.Name} {step.Reason} {step.Detail}").ShouldBeEmpty();

    /// <summary>How much stands beside the data that keeps or stops something: a restriction, an objection, a withdrawal.</summary>
    private async Task<long> FactsAsync() => (long)(await RunAsync("SELECT (SELECT count(*) FROM gdpr_block) + (SELECT count(*) FROM gdpr_mark WHERE kind <> 'consent-given')"))!;

    private Task<object?> BackUpAsync() => RunAsync($"VACUUM INTO '{Data}.backup'");

    private async Task<object?> RunAsync(string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={Data};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        return await command.ExecuteScalarAsync();
    }

    private void Restore()
    {
        SqliteConnection.ClearAllPools();
        File.Delete(Data + "-wal");
        File.Delete(Data + "-shm");
        File.Copy(Data + ".backup", Data, overwrite: true);
    }
}
