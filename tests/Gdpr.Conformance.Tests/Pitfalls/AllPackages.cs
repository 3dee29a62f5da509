using Gdpr.Consents;
using Gdpr.Disposal;
using Gdpr.Files.Keys;
using Gdpr.Files.Sources;
using Gdpr.Http.Tests;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Conformance.Tests.Pitfalls;

/// <summary>A host with every package at once: stores and tables on SQLite, an EF Core model, files, witness and keys in files, recipients and other controllers over
/// HTTP. Nothing is mocked but the time.</summary>
public sealed class AllPackages : IAsyncDisposable
{
    public const string Service = "service-provision";
    public const string Newsletter = "direct-marketing";
    public const string Support = "customer-support";
    public const string Officer = "data-protection-officer";

    private readonly string _folder;
    private readonly ServiceProvider _provider;
    private readonly RecipientServer _server;

    private AllPackages(string folder, SettableClock clock, ServiceProvider provider, RecipientServer server) =>
        (_folder, Clock, _provider, _server) = (folder, clock, provider, server);

    public SettableClock Clock { get; }

    public Instant Now => Clock.GetCurrentInstant();

    /// <summary>The database of the journal, the vault and the states.</summary>
    public string Journal => Path.Combine(_folder, "gdpr-journal.db");

    /// <summary>Where everything is kept that is no application's own.</summary>
    public string Folder => _folder;

    public Uri OtherController => new(_server.Address, "/take");

    public DataSubjectRequests Requests => Get<DataSubjectRequests>();

    public static async Task<AllPackages> StartAsync(Action<IServiceCollection>? before = null, Action<IServiceCollection>? after = null)
    {
        var (folder, server) = (Directory.CreateTempSubdirectory("gdpr-pitfalls-").FullName, await RecipientServer.StartAsync());
        var clock = new SettableClock(Instant.FromUtc(2026, 11, 23, 11, 0));
        string Of(string name) => $"Data Source={Path.Combine(folder, name)}";
        await ExecuteAsync(Of("crm.db"), "CREATE TABLE customers (id TEXT PRIMARY KEY, person TEXT, name TEXT, email TEXT, ended TEXT, created TEXT)");
        await ExecuteAsync(Of("desk.db"), "CREATE TABLE tickets (id TEXT PRIMARY KEY, author TEXT, agent_id TEXT, text TEXT, agent TEXT, closed TEXT, created TEXT)");
        await ExecuteAsync(Of("shop.db"), "CREATE TABLE orders (Id TEXT PRIMARY KEY, Person TEXT, Address TEXT, Sent TEXT, Created TEXT)");
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        Directory.CreateDirectory(Path.Combine(folder, "outside"));
        FileKeyRing.Create(Path.Combine(folder, "outside", "keys"));
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        before?.Invoke(services);
        services.AddDbContextFactory<Shop>((provider, options) => options.UseSqlite(Of("shop.db")).UseGdpr(provider, _ => { }));
        services.AddGdpr(gdpr => gdpr
            .UsePolicyJson(Policy(new Uri(server.Address, "/opendsr")))
            .UseSqlite(Of("gdpr-journal.db"))
            .UseKeyRingFile(Path.Combine(folder, "outside", "keys"))
            .UseWitnessFile(Path.Combine(folder, "outside", "witness"))
            .AddSqlSource("crm", Of("crm.db"), map => map.DataSet("crm.customers", set => set
                .Table("customers", "id").Subject("person").Trigger("ended", "ended", StorageForm.Iso).Trigger("created", "created", StorageForm.Iso)
                .Field("name", "name").Field("email", "email")))
            .AddSqlSource("desk", Of("desk.db"), map => map.DataSet("desk.tickets", set => set
                .Table("tickets", "id").Owner("author", "author").Mentions("agent", "agent_id", "agent")
                .Trigger("closed", "closed", StorageForm.Iso).Trigger("created", "created", StorageForm.Iso)
                .Field("text", "text").Field("agent", "agent")))
            .AddDbContextSource<Shop>("shop")
            .AddFileSource("logs", Path.Combine(folder, "logs"), new FileDataSetMapping
            {
                DataSet = "logs.days",
                Pattern = "day-*.log",
                Triggers = new Dictionary<string, FileTrigger> { ["written"] = new FileTrigger.InName(@"day-(?<date>\d{4}-\d{2}-\d{2})\.log", "uuuu-MM-dd") },
            })
            .UseHttpNotifications()
            .AddHttpTransfer());
        after?.Invoke(services);
        var host = new AllPackages(folder, clock, services.BuildServiceProvider(validateScopes: true), server);
        try
        {
            await host.Get<GdprWork>().PrepareAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    /// <summary>A customer with a name, an address, an order, a ticket and a name in the log of a day.</summary>
    public async Task<DataSubject> CustomerAsync(string id = "c1", string mark = "marker")
    {
        await RunAsync("crm.db", $"INSERT INTO customers VALUES ('r-{id}', '{id}', '{mark}-name', '{mark}@shop.example', NULL, '2026-01-01')");
        await RunAsync("shop.db", $"INSERT INTO orders VALUES ('o-{id}', '{id}', '{mark}-address', NULL, '2026-01-01')");
        await RunAsync("desk.db", $"INSERT INTO tickets VALUES ('t-{id}', '{id}', 'agent-7', '{mark}-text', 'agent-name', NULL, '2026-01-01')");
        return await Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost(id), SubjectIdentifier.OfEmail($"{mark}@shop.example")));
    }

    /// <summary>What a statement gives: the first column of each row.</summary>
    public async Task<IReadOnlyList<string?>> ReadAsync(string database, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, database)}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string?>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        }

        return values;
    }

    public Task RunAsync(string database, string sql) => ExecuteAsync($"Data Source={Path.Combine(_folder, database)}", sql);

    public Task<ConsentResult> GiveAsync(DataSubject person, string channel = "web") => Get<ConsentService>().GiveAsync(new ConsentGrant(
        person, Newsletter, Get<ConsentService>().Ask(Newsletter, "sv").Shown, new ConsentAct(ConsentActKind.TickedBox, channel)));

    public Task<ProcessingDecision> AskAsync(DataSubject person, string purpose) => Get<IProcessingGate>().DecideAsync(
        new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Person("clerk", "account-1"), Channel = "email" });

    public Task<DataSubjectRequest> ReceiveAsync(DataSubjectRight right, DataSubject person, Func<RequestIntake, RequestIntake>? with = null)
    {
        var intake = new RequestIntake(right, person) { ReceivedAt = Now, Channel = "mail", Identity = IdentityMethod.KnownAddress };
        return Requests.ReceiveAsync(with is null ? intake : with(intake));
    }

    /// <summary>Assesses a request, grants what is to be weighed, decides and carries it out.</summary>
    public async Task<DataSubjectRequest> CarryOutAsync(DataSubjectRequest request)
    {
        foreach (var line in (await Requests.AssessAsync(request.Id)).Lines.Where(line => line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 }))
        {
            await Requests.ResolveAsync(request.Id, line.Id, isGranted: true, line.Reason, Officer);
        }

        await Requests.DecideAsync(request.Id, Officer);
        return await Requests.ExecuteAsync(request.Id);
    }

    /// <summary>Takes up what could not be assessed before.</summary>
    public async Task<DataSubjectRequest> CarryOutRestAsync(DataSubjectRequest request)
    {
        foreach (var line in (await Requests.AssessAsync(request.Id)).Lines.Where(line => line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 }))
        {
            await Requests.ResolveAsync(request.Id, line.Id, isGranted: true, line.Reason, Officer);
        }

        return await Requests.ExecuteAsync(request.Id);
    }

    public Task<GdprWorkReport> PumpAsync() => Get<GdprWork>().RunDueAsync(Now, TimeSpan.FromMinutes(5));

    public async Task ApproveAsync() => await Get<Sweep>().ApproveAsync(await Get<Sweep>().PreviewAsync(), Officer);

    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync()
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in Get<IJournalStore>().ReadAllAsync(0, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    public async Task<JournalReport> VerifyAsync() => await Get<JournalVerifier>().VerifyAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _server.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task ExecuteAsync(string connectionString, string sql) => Task.Run(() =>
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    });

    private static string Policy(Uri endpoint) => $$"""
        { "policy": "everything", "version": "1", "effective": "2026-01-01",
          "controllers": { "shop": { "name": "Shop AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@shop.example" } },
          "documents": { "news": { "kind": "consentText", "title": { "en": "News", "sv": "Nyheter" }, "version": "1", "text": { "en": "Yes, send me news.", "sv": "Ja, skicka nyheter." } } },
          "assessments": { "lia": { "kind": "legitimateInterest", "title": { "en": "Support" }, "on": "2026-01-01", "nextReview": "2027-06-01", "necessity": "x", "balance": "y" } },
          "roles": { "clerk": { "title": { "en": "Clerk" }, "may": [ { "purpose": "{{Service}}" }, { "purpose": "{{Newsletter}}" }, { "purpose": "{{Support}}" } ] } },
          "recipients": { "mailer": { "name": "Mailer AB", "kind": "processor", "country": "SE", "agreement": "mailer", "endpoint": "{{endpoint}}" } },
          "agreements": { "mailer": { "title": "Mailer", "kind": "withProcessor", "from": "2026-01-01",
            "clauses": { "instructions": "3", "confidentiality": "4", "security": "5", "subProcessors": "6", "requests": "7", "assistance": "8", "end": "9", "audits": "10" },
            "terms": { "subject": "Mail", "duration": "Until ended", "categories": ["contact.email"], "subjects": ["customer"] } } },
          "systems": {
            "crm": { "dataSets": { "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } },
              "fields": { "name": "identity.name", "email": "contact.email" } } } },
            "shop": { "dataSets": { "orders": { "subject": "customer", "triggers": { "sent": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } },
              "fields": { "address": "contact.postal-address" } } } },
            "desk": { "dataSets": { "tickets": { "subject": "customer", "mentions": "employee",
              "triggers": { "closed": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } },
              "fields": { "text": "communication.message", "agent": "identity.name" } } } },
            "logs": { "dataSets": { "days": { "subject": "customer", "triggers": { "written": { "whenNull": "unknown" } }, "fields": { "content": "log.event" } } } } },
          "activities": {
            "service": { "purpose": "{{Service}}", "basis": { "contract": {} }, "data": ["crm.customers", "shop.orders"],
              "recipients": [ { "recipient": "mailer", "data": ["crm.customers.email"] } ],
              "retention": { "keep": "P20Y", "after": "created" } },
            "newsletter": { "purpose": "{{Newsletter}}", "basis": { "consent": { "text": "news" } }, "data": ["crm.customers.email"], "retention": { "while": "consent" } },
            "support": { "purpose": "{{Support}}", "basis": { "legitimateInterest": { "interest": { "en": "Good help" }, "assessment": "lia" } }, "data": ["desk.tickets"],
              "retention": { "keep": "P24M", "after": "closed", "fallback": { "keep": "P20Y", "after": "created" } } },
            "logging": { "purpose": "security", "basis": { "legitimateInterest": { "interest": { "en": "Safety" }, "assessment": "lia" } }, "data": ["logs.days"],
              "retention": { "keep": "P30D", "after": "written" } } } }
        """;

    public sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Order>().ToTable("orders").HasDataSet("shop.orders", map => map.Subject(order => order.Person));
    }

    public sealed class Order
    {
        public string Id { get; set; } = "";

        public string? Person { get; set; }

        public string? Address { get; set; }

        public DateOnly? Sent { get; set; }

        public DateOnly? Created { get; set; }
    }
}
