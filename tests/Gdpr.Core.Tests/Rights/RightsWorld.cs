using System.Text.Json.Nodes;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>An organisation with every basis, three sources, one archive that only people can look into, and people in it; in the real container.</summary>
internal sealed class RightsWorld : IAsyncDisposable
{
    public const string Officer = "data-protection-officer";

    public static readonly DateTimeZone Stockholm = DateTimeZoneProviders.Tzdb["Europe/Stockholm"];

    private readonly ServiceProvider _provider;

    private RightsWorld(ServiceProvider provider, SettableClock clock, RightsData data, RightsStores stores) =>
        (_provider, Clock, Data, Stores) = (provider, clock, data, stores);

    public SettableClock Clock { get; }

    public RightsData Data { get; }

    public RightsStores Stores { get; }

    public DataSubjectRequests Requests => Get<DataSubjectRequests>();

    public SubjectDirectory Directory => Get<SubjectDirectory>();

    public HumanTasks Tasks => Get<HumanTasks>();

    public Instant Now => Clock.GetCurrentInstant();

    public static GdprPolicy Policy(string version = "1") => PolicyReader.Read($$"""
        { "policy": "rights", "version": "{{version}}", "effective": "2020-01-01",
          "controllers": { "acme": { "name": "Acme AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@acme.example",
            "fiscalYears": [ { "from": "2015-01-01", "yearly": true } ] } },
          "documents": { "consent": { "kind": "consentText", "title": { "en": "Consent" }, "version": "1" } },
          "agreements": { "client-17": { "title": { "en": "Hosting" }, "kind": "withController", "from": "2020-01-01",
            "terms": { "subject": { "en": "Hosting" }, "duration": { "en": "As long as it lasts" }, "byInstruction": true },
            "clauses": { "instructions": "1", "confidentiality": "2", "security": "3", "subProcessors": "4", "requests": "5", "assistance": "6", "end": "7",
                         "audits": "8" } } },
          "assessments": { "lia": { "kind": "legitimateInterest", "title": { "en": "Support" }, "on": "2026-01-01", "nextReview": "2027-06-01", "necessity": "x",
          "balance": "y" } },
          "origins": { "self": { "title": { "en": "You" }, "from": "person" }, "register": { "title": { "en": "A bought register" }, "from": "purchasedRegister" } },
          "recipients": {
            "printer": { "name": { "en": "Printer AB" }, "kind": "controller", "country": "SE", "law": "contract" },
            "cloud": { "name": { "en": "Cloud Inc" }, "kind": "controller", "country": "JP", "law": "contract",
                       "transfer": { "mechanism": "adequacy", "reference": "DPF" } } },
          "systems": {
            "crm": { "backup": { "keep": "P35D" }, "dataSets": {
              "customers": { "subject": "customer", "origins": "self", "triggers": { "ended": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } },
                "fields": { "name": "identity.name", "email": "contact.email", "pnr": "identity.national-number", "password": "account.password",
                            "score": { "category": "commerce.credit-rating", "provenance": "inferred" },
                            "picture": { "category": "identity.picture", "optional": true } } },
              "orders": { "subject": "customer", "origins": "self", "triggers": { "sent": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } },
              "fields": { "address": "contact.postal-address" } } } },
            "erp": { "dataSets": { "invoices": { "subject": "customer", "triggers": { "booked": { "whenNull": "unknown" } },
                "fields": { "payer": "identity.name", "amount": "commerce.invoice" } } } },
            "desk": { "dataSets": { "tickets": { "subject": "customer", "mentions": "employee",
            "triggers": { "closed": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } },
                "fields": { "text": "communication.message", "agent": "identity.name" } } } },
            "paper": { "dataSets": { "letters": { "subject": "customer", "triggers": { "filed": { "whenNull": "unknown" } }, "fields": { "letter": "free-text" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "consequence": { "en": "The account is closed." },
                         "data": ["crm.customers.name", "crm.customers.email", "crm.customers.pnr", "crm.customers.password", "crm.customers.score"],
                         "identityNumbers": { "ground": "secureIdentification", "because": "credit" },
                         "recipients": [ { "recipient": "cloud", "data": ["crm.customers.email"] } ],
                         "retention": { "keep": "P3M", "after": "ended", "fallback": { "keep": "P20Y", "after": "created" } } },
            "faces": { "purpose": "personalisation", "basis": { "consent": { "text": "consent" } }, "data": ["crm.customers.picture"],
            "retention": { "while": "consent" } },
            "newsletter": { "purpose": "direct-marketing", "basis": { "consent": { "text": "consent" } }, "data": ["crm.customers.email"],
            "retention": { "while": "consent" } },
            "credit": { "purpose": "credit-assessment", "basis": { "contract": {} }, "data": ["crm.customers.score"],
                        "profiling": { "logic": { "en": "Income over debts." }, "requires": "contractNecessity", "solelyAutomated": true,
                        "humanReview": "credit-manager" },
                        "retention": { "keep": "P3M", "after": "ended", "fallback": { "keep": "P20Y", "after": "created" } } },
            "delivery": { "purpose": "order-handling", "basis": { "contract": {} }, "data": ["crm.orders"],
            "recipients": [ { "recipient": "printer", "data": ["crm.orders.address"] } ],
                          "retention": { "keep": "P3M", "after": "sent", "fallback": { "keep": "P20Y", "after": "created" } } },
            "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["erp.invoices"],
                       "retention": { "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" }, "law": "SFS 1999:1078 7:2" } },
            "support": { "purpose": "customer-support", "basis": { "legitimateInterest": { "interest": { "en": "Good help" }, "assessment": "lia" } },
                         "data": ["desk.tickets"], "retention": { "keep": "P24M", "after": "closed", "fallback": { "keep": "P20Y", "after": "created" } } },
            "archive": { "purpose": "customer-relations", "basis": { "legitimateInterest": { "interest": { "en": "Memory" }, "assessment": "lia" } },
                         "data": ["paper.letters"], "retention": { "keep": "P2Y", "after": "filed" } } } }
        """).Policy!;

    /// <summary>The policy with something changed.</summary>
    public static GdprPolicy PolicyWith(Action<JsonNode> edit)
    {
        var json = JsonNode.Parse(PolicyWriter.ToJson(Policy()))!;
        edit(json);
        return PolicyReader.Read(json.ToJsonString()).Policy!;
    }

    public static RightsWorld Open(
        LocalDateTime now, RightsData? data = null, RightsStores? stores = null, Action<IServiceCollection>? services = null, Action<SweepOptions>? sweep = null,
        GdprPolicy? policy = null, FaultPoints? faults = null, FaultPoints? everywhere = null, IJournalStore? journal = null)
    {
        var clock = new SettableClock(now.InZoneLeniently(Stockholm).ToInstant());
        data ??= new RightsData();
        stores ??= new RightsStores();
        journal ??= stores.Journal;
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(clock);
        services?.Invoke(collection);
        collection.AddGdpr(gdpr =>
        {
            gdpr.UsePolicy(policy ?? Policy()).ConfigureSweep(sweep ?? (_ => { }))
                .UseJournalStore("world", _ => (faults ?? everywhere)?.Around(journal) ?? journal)
                .UseStateStore("world", _ => everywhere?.Around(stores.States) ?? stores.States)
                .UseSubjectVault("world", _ => everywhere?.Around(stores.Vault) ?? stores.Vault)
                .UseWitness("world", _ => stores.Witness).UseKeyRing("world", _ => stores.Keys);
            foreach (var source in data.Sources)
            {
                gdpr.AddSource(source);
            }
        });
        return new RightsWorld(collection.BuildServiceProvider(validateScopes: true), clock, data, stores);
    }

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    public void Set(int year, int month, int day, int hour = 12) => Clock.Set(At(year, month, day, hour));

    public static Instant At(int year, int month, int day, int hour = 12, int minute = 0) =>
        new LocalDateTime(year, month, day, hour, minute).InZoneLeniently(Stockholm).ToInstant();

    public Task<DataSubject> PersonAsync(string id = "c1") => Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost(id)));

    public async Task<DataSubjectRequest> ReceiveAsync(DataSubjectRight right, DataSubject subject, Func<RequestIntake, RequestIntake>? with = null)
    {
        var intake = new RequestIntake(right, subject) { ReceivedAt = Now, Channel = "mail", Identity = IdentityMethod.KnownAddress };
        return await Requests.ReceiveAsync(with?.Invoke(intake) ?? intake);
    }

    /// <summary>Receives, assesses, decides and executes.</summary>
    public async Task<DataSubjectRequest> HandleAsync(DataSubjectRight right, DataSubject subject, Func<RequestIntake, RequestIntake>? with = null)
    {
        var request = await ReceiveAsync(right, subject, with);
        await Requests.AssessAsync(request.Id);
        await Requests.DecideAsync(request.Id, Officer);
        return await Requests.ExecuteAsync(request.Id);
    }

    /// <summary>Weighs every line that a human has to.</summary>
    public async Task ResolveAllAsync(DataSubjectRequest request, bool isGranted, string reason)
    {
        foreach (var line in request.Lines.Where(line => line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 }))
        {
            await Requests.ResolveAsync(request.Id, line.Id, isGranted, reason, Officer);
        }
    }

    /// <summary>Ends the open task of a kind.</summary>
    public async Task CompleteAsync(string kind, string outcome) =>
        await Tasks.CompleteAsync((await Tasks.ListOpenAsync()).Single(task => task.Kind == kind).Id, outcome, Officer);

    public async Task<DataSubjectRequest> AnswerAndCloseAsync(DataSubjectRequest request)
    {
        await Requests.GiveAnswerAsync(await Requests.ComposeAnswerAsync(request.Id), Officer);
        return await Requests.CloseAsync(request.Id, Officer);
    }

    public Task<SubjectState> StateAsync(DataSubject subject) => Directory.ReadStateAsync(subject);

    public async Task RecordAsync(DataSubject subject, string type, string data, Instant? at = null)
    {
        var commands = Get<SubjectCommands>();
        await commands.RecordAsync(subject, _ => [new PersonalEntry(commands.EntryOf(subject, type, data, at))], null, CancellationToken.None);
    }

    public Task ConsentAsync(DataSubject subject, string purpose, Instant? at = null) =>
        RecordAsync(subject, SubjectEntries.ConsentGiven, $$"""{"purpose":"{{purpose}}","text":"consent","textVersion":"1"}""", at);

    /// <summary>Approves the rules, so that the pump sweeps, and lets the pump run.</summary>
    public async Task<GdprWorkReport> PumpAsync(bool approve = true)
    {
        if (approve)
        {
            await Get<Sweep>().ApproveAsync(await Get<Sweep>().PreviewAsync(), Officer);
        }

        var report = await Get<GdprWork>().RunDueAsync(Now, TimeSpan.FromMinutes(1));
        report.Steps.Where(step => step.Reason is not null).Select(step => $"{step.Name}: {step.Reason} {step.Detail}").ShouldBeEmpty();
        return report;
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}

/// <summary>What outlives a process.</summary>
internal sealed class RightsStores
{
    public InMemoryJournalStore Journal { get; } = new();

    public InMemoryStateStore States { get; set; } = new();

    public InMemorySubjectVault Vault { get; } = new();

    public InMemoryJournalWitness Witness { get; } = new();

    public InMemoryKeyRing Keys { get; } = InMemoryKeyRing.WithRandomKey();

    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync()
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in Journal.ReadAllAsync(0, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }
}

/// <summary>The records, in three sources; one of them can be switched off.</summary>
internal sealed class RightsData
{
    public RightsData()
    {
        Customers = Crm.Add<Person>("crm.customers", one => one.Id, set => set
            .Subject(one => one.Id)
            .Trigger("ended", one => ValueOf(one.Ended))
            .Trigger("created", _ => TriggerValue.On(new LocalDate(2024, 1, 1)))
            .Field("name", one => one with { Name = null }, one => one.Name)
            .Field("email", one => one with { Email = null }, one => one.Email)
            .Field("pnr", one => one with { Pnr = null }, one => one.Pnr)
            .Field("password", one => one with { Password = null }, one => one.Password)
            .Field("score", one => one with { Score = null }, one => one.Score)
            .Field("picture", one => one with { Picture = null }, one => one.Picture)
            .Rectify("name", (one, value) => one with { Name = value.GetString() })
            .Rectify("email", (one, value) => one with { Email = value.GetString() }));
        Orders = Crm.Add<Purchase>("crm.orders", one => one.Id, set => set
            .Subject(one => one.Person)
            .Trigger("sent", one => ValueOf(one.Sent))
            .Trigger("created", _ => TriggerValue.On(new LocalDate(2024, 1, 1)))
            .Field("address", one => one with { Address = null }, one => one.Address));
        Invoices = Erp.Add<Invoice>("erp.invoices", one => one.Id, set => set
            .Subject(one => one.Person)
            .Trigger("booked", one => ValueOf(one.Booked))
            .Field("payer", one => one with { Payer = null }, one => one.Payer)
            .Field("amount", one => one with { Amount = null }, one => one.Amount)
            .Rectify("payer", (one, value) => one with { Payer = value.GetString() }));
        Tickets = Desk.Add<Ticket>("desk.tickets", one => one.Id, set => set
            .Party("customer", PartyKind.Owner, one => one.Person, one => one with { Person = null }, "text")
            .Party("agent", PartyKind.Mentioned, one => one.AgentId, one => one with { AgentId = null }, "agent")
            .Trigger("closed", one => ValueOf(one.Closed))
            .Trigger("created", _ => TriggerValue.On(new LocalDate(2024, 1, 1)))
            .Field("text", one => one with { Text = null }, one => one.Text)
            .Field("agent", one => one with { Agent = null }, one => one.Agent));
        ErpSwitch = new SwitchedSource(Erp);
    }

    public InMemorySource Crm { get; } = new("crm");

    public InMemorySource Erp { get; } = new("erp");

    public InMemorySource Desk { get; } = new("desk");

    public SwitchedSource ErpSwitch { get; }

    public IReadOnlyList<IPersonalDataSource>? Instead { get; init; }

    public IReadOnlyList<IPersonalDataSource> Sources => Instead ?? [Crm, ErpSwitch, Desk];

    public InMemoryRecords<Person> Customers { get; }

    public InMemoryRecords<Purchase> Orders { get; }

    public InMemoryRecords<Invoice> Invoices { get; }

    public InMemoryRecords<Ticket> Tickets { get; }

    /// <summary>A customer with everything filled in.</summary>
    public RightsData Customer(string id = "c1", LocalDate? ended = null)
    {
        Customers.Put(new Person(id, $"Marker-Name-{id}", $"{id}@marker.example", "19900101-1239", "Marker-Hash", "Marker-Score", "Marker-Picture", ended));
        return this;
    }

    private static TriggerValue ValueOf(LocalDate? date) => date is { } known ? TriggerValue.On(known) : TriggerValue.Missing;
}

internal sealed record Person(string Id, string? Name, string? Email, string? Pnr, string? Password, string? Score, string? Picture, LocalDate? Ended);

internal sealed record Purchase(string Id, string Person, string? Address, LocalDate? Sent);

internal sealed record Invoice(string Id, string Person, string? Payer, string? Amount, LocalDate? Booked);

internal sealed record Ticket(string Id, string? Person, string? AgentId, string? Text, string? Agent, LocalDate? Closed);

/// <summary>A source that can be switched off.</summary>
internal sealed class SwitchedSource(InMemorySource inner) : IDisposalSource, IExportSource
{
    public bool IsDown { get; set; }

    public string Name => inner.Name;

    public IReadOnlyList<string> DataSets => inner.DataSets;

    public SourceCapabilities Capabilities => inner.Capabilities;

    private InMemorySource Up => IsDown ? throw new SourceUnavailableException(Name, "it is switched off.") : inner;

    public ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken) => Up.PrepareAsync(schedule, cancellationToken);

    public bool Exports(string dataSet) => inner.Exports(dataSet);

    public IAsyncEnumerable<ExportedRecord> ExportAsync(string dataSet, IReadOnlyList<string> nativeIds, CancellationToken cancellationToken) =>
        Up.ExportAsync(dataSet, nativeIds, cancellationToken);

    public Digest MappingOf(string dataSet) => inner.MappingOf(dataSet);

    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken) =>
        Up.SurveyAsync(evaluator, dataSet, examples, cancellationToken);

    public ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken) => Up.DisposeAsync(batch, cancellationToken);

    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken) => Up.CountUndisposedAsync(batch, cancellationToken);

    public IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, CancellationToken cancellationToken) =>
        Up.ReadEvidenceAsync(plan, afterBatch, cancellationToken);

    public ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken) => Up.EndPlanAsync(plan, dataSet, at, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken) =>
        Up.ChangeFactsAsync(changes, position, cancellationToken);

    public ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken) => Up.ReadFactsPositionAsync(cancellationToken);
}
