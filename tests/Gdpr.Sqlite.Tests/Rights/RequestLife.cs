using System.Data.Common;
using System.Text;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>A person's requests from receipt to end, over a shop's customers and invoices in whatever database, and whatever reads them.</summary>
/// <param name="provider">The host, from <see cref="Host"/>.</param>
/// <param name="clock">Its clock.</param>
/// <param name="run">Runs a statement.</param>
/// <param name="rows">The rows of a query.</param>
internal sealed class RequestLife(IServiceProvider provider, SettableClock clock, Func<string, Task> run, Func<string, Task<IReadOnlyList<string>>> rows)
{
    public const string Officer = "data-protection-officer";

    public const string Policy = """
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example",
            "fiscalYears": [ { "from": "2015-01-01", "yearly": true } ] } },
          "documents": { "consent": { "kind": "consentText", "title": { "en": "Consent" }, "version": "1" } },
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } },
                           "fields": { "name": "identity.name", "picture": "identity.picture" } },
            "invoices": { "subject": "customer", "triggers": { "booked": { "whenNull": "unknown" } }, "fields": { "payer": "identity.name" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers.name"],
                         "retention": { "keep": "P3M", "after": "ended", "fallback": { "keep": "P20Y", "after": "created" } } },
            "faces": { "purpose": "personalisation", "basis": { "consent": { "text": "consent" } }, "data": ["crm.customers.picture"],
                       "retention": { "while": "consent" } },
            "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.invoices"],
                       "retention": { "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" }, "law": "SFS 1999:1078 7:2" } } } }
        """;

    private readonly DataSubjectRequests _requests = provider.GetRequiredService<DataSubjectRequests>();

    /// <summary>When a life begins.</summary>
    public static Instant Begin { get; } = Instant.FromUtc(2026, 2, 2, 9, 0);

    /// <summary>The tables, where no model creates them.</summary>
    /// <param name="date">The type of a date.</param>
    public static IReadOnlyList<string> Tables(string date) =>
    [
        $"CREATE TABLE customers (id INTEGER PRIMARY KEY, person TEXT, name TEXT, picture TEXT, ended {date}, created {date} DEFAULT '2024-01-01')",
        $"CREATE TABLE invoices (id INTEGER PRIMARY KEY, person TEXT, payer TEXT, booked {date})",
    ];

    /// <summary>A host of the shop.</summary>
    /// <param name="clock">Its clock.</param>
    /// <param name="configure">Adds stores, and a source of <c>crm.customers</c> and <c>crm.invoices</c>.</param>
    /// <param name="more">Adds what else the host has.</param>
    /// <param name="policy">Its policy.</param>
    public static ServiceProvider Host(SettableClock clock, Action<GdprBuilder> configure, Action<IServiceCollection>? more = null, string policy = Policy)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        more?.Invoke(services);
        services.AddGdpr(gdpr => configure(gdpr.UsePolicyJson(policy)));
        return services.BuildServiceProvider(validateScopes: true);
    }

    /// <summary>A copy first, then erasure, of somebody whose contract ends later, and whose invoice the law keeps for years.</summary>
    public async Task AccessThenErasureAsync()
    {
        await run("INSERT INTO customers (id, person, name, picture, ended, created) VALUES (1, 'p1', 'Marker-1', 'Marker-Picture', NULL, '2024-01-01')");
        await run("INSERT INTO customers (id, person, name, picture, ended, created) VALUES (2, 'p2', 'Marker-2', 'Marker-Picture', '2020-01-01', '2024-01-01')");
        await run("INSERT INTO invoices (id, person, payer, booked) VALUES (1, 'p1', 'Marker-1', '2025-04-02'), (2, 'p2', 'Marker-2', '2025-04-02')");
        await provider.GetRequiredService<GdprWork>().PrepareAsync();
        var person = await RegisterAsync("p1");

        var access = await ReceiveAsync(DataSubjectRight.Access, person);
        var answer = await _requests.ComposeAccessAsync(access.Id);
        answer.Missing.ShouldBeEmpty();
        answer.Content.Purposes.Single(purpose => purpose.Activity == "books").Until.ShouldBe(new LocalDate(2032, 12, 31));
        var copy = Encoding.UTF8.GetString(answer.ToJson());
        copy.ShouldContain("Marker-Picture");
        copy.ShouldNotContain("Marker-2");
        await _requests.GiveAnswerAsync(answer, Officer);
        await _requests.CloseAsync(access.Id, Officer);

        var erasure = await ReceiveAsync(DataSubjectRight.Erasure, person);
        (await _requests.AssessAsync(erasure.Id)).Lines.Select(line => $"{line.Activity} {line.Verdict} {line.Until:uuuu-MM-dd}".TrimEnd()).Order(StringComparer.Ordinal)
            .ShouldBe(["books Refused 2032-12-31", "faces Granted", "service Deferred"]);
        await _requests.DecideAsync(erasure.Id, Officer);
        var done = await _requests.ExecuteAsync(erasure.Id);
        done.Phase.ShouldBe(RequestPhase.RecipientsNotified);
        var received = done.Results.Single(result => result.DataSet == "crm.customers");
        received.Level.ShouldBe(ReceiptLevel.Reread);
        received.Items.Select(item => $"{string.Join(' ', item.Fields)} {item.Code} {item.Records}").Order(StringComparer.Ordinal).ShouldBe(["name Refused 1", "picture Erased 1"]);
        (await rows("SELECT id || coalesce(name, '-') || coalesce(picture, '-') FROM customers ORDER BY id")).ShouldBe(["1Marker-1-", "2Marker-2Marker-Picture"]);
        await _requests.GiveAnswerAsync(await _requests.ComposeAnswerAsync(erasure.Id), Officer);
        await _requests.CloseAsync(erasure.Id, Officer);

        await run("UPDATE customers SET ended = '2026-05-04' WHERE id = 1");
        clock.Set(Instant.FromUtc(2026, 5, 4, 20, 0));
        await PumpAsync();
        (await rows("SELECT id FROM customers")).ShouldBe(["2"], "Nobody approved the rules for others, and this person's contract ended today.");

        clock.Set(Instant.FromUtc(2032, 12, 31, 22, 0));
        await PumpAsync();
        (await rows("SELECT id FROM invoices ORDER BY id")).ShouldBe(["1", "2"]);
        clock.Set(Instant.FromUtc(2033, 1, 1, 1, 0));
        await PumpAsync();
        (await rows("SELECT id FROM invoices")).ShouldBe(["2"]);
        (await _requests.FindAsync(erasure.Id))!.IsStanding.ShouldBeFalse();
        (await CountOfAsync("p1")).ShouldBe(0);
    }

    /// <summary>Erasure of somebody one of whose rows another transaction has: it waits for that row and takes it, while a batch of everybody's leaves it out.</summary>
    /// <param name="open">Opens a connection to the database, which locks rows.</param>
    public async Task ErasureOfARowInUseAsync(Func<Task<DbConnection>> open)
    {
        await run(
            "INSERT INTO customers (id, person, name, picture, ended, created) VALUES (1, 'p1', 'A', NULL, '2020-01-01', '2019-01-01'), "
            + "(2, 'p1', 'B', NULL, '2020-01-01', '2019-01-01'), (3, 'p2', 'C', NULL, '2020-01-01', '2019-01-01'), (4, 'p2', 'D', NULL, NULL, '2024-01-01')");
        await provider.GetRequiredService<GdprWork>().PrepareAsync();
        var erasure = await ReceiveAsync(DataSubjectRight.Erasure, await RegisterAsync("p1"));
        await _requests.AssessAsync(erasure.Id);
        await _requests.DecideAsync(erasure.Id, Officer);
        (await CountOfAsync("p1")).ShouldBe(2);

        await using var other = await open();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var change = other.CreateCommand())
        {
            (change.CommandText, change.Transaction) = ("UPDATE customers SET name = 'changed' WHERE id = 2", transaction);
            await change.ExecuteNonQueryAsync();
        }

        var erasing = Task.Run(() => _requests.ExecuteAsync(erasure.Id));
        while (!erasing.IsCompleted
            && (await rows("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event IN ('transactionid', 'tuple')")).Count == 0)
        {
            await Task.Delay(10);
        }

        erasing.IsCompleted.ShouldBeFalse("it waits for the row that another transaction has");
        (await LeftAsync()).ShouldBe(["2B", "3C", "4D"], "what was free is gone, and nobody else's");
        (await SweepOnceAsync()).ShouldBe(["3"], "a sweep does not wait while there is something else to do");
        (await LeftAsync()).ShouldBe(["2B", "3-", "4D"], "of a picture nobody knows whether there is a consent");
        erasing.IsCompleted.ShouldBeFalse();

        await transaction.CommitAsync();
        var done = await erasing;
        (await LeftAsync()).ShouldBe(["3-", "4D"]);
        var received = done.Results.Single(result => result.DataSet == "crm.customers");
        received.Level.ShouldBe(ReceiptLevel.Reread);
        received.Items.Where(item => item.Fields.Contains("name")).Select(item => $"{item.Code} {item.Records}").ShouldBe(["Erased 2"]);
        (await CountOfAsync("p1")).ShouldBe(0);
        (await provider.GetRequiredService<JournalVerifier>().VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty();

        Task<IReadOnlyList<string>> LeftAsync() => rows("SELECT id || coalesce(name, '-') FROM customers ORDER BY id");
    }

    private async Task<DataSubject> RegisterAsync(string id) =>
        await provider.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost(id)));

    private async Task<DataSubjectRequest> ReceiveAsync(DataSubjectRight right, DataSubject person) => await _requests.ReceiveAsync(
        new RequestIntake(right, person) { ReceivedAt = clock.GetCurrentInstant(), Identity = IdentityMethod.SignedIn });

    private async Task PumpAsync() => (await provider.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps
        .Where(step => step.Reason is not null).Select(step => $"{step.Name} {step.Reason} {step.Detail}").ShouldBeEmpty();

    /// <summary>How many records the sources find of a person.</summary>
    private async Task<int> CountOfAsync(string id)
    {
        var count = 0;
        foreach (var dataSet in (string[])["crm.customers", "crm.invoices"])
        {
            await foreach (var _ in provider.GetRequiredService<SourceInventory>().FindExporting(dataSet).ShouldNotBeNull().ExportAsync(dataSet, [id], CancellationToken.None))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>One batch of everybody's customers.</summary>
    private async Task<IReadOnlyList<string>> SweepOnceAsync()
    {
        var source = provider.GetRequiredService<SourceInventory>().FindDisposing("crm.customers").ShouldNotBeNull();
        var evaluator = provider.GetRequiredService<GdprPolicies>().EvaluateNow();
        var position = await source.ReadFactsPositionAsync(CancellationToken.None);
        var batch = new DisposalBatch("sweep of all", 1, evaluator, "crm.customers", 100, position, provider.GetRequiredService<IKeyRing>());
        return (await source.DisposeAsync(batch, CancellationToken.None)).NativeKeys;
    }
}
