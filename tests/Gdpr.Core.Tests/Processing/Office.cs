using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Extensions;

namespace Gdpr.Core.Tests.Processing;

/// <summary>An office with a gate, in the real container: stores in memory that can fail.</summary>
internal sealed class Office : IAsyncDisposable
{
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 12, 0);

    private readonly ServiceProvider _provider;

    private Office(ServiceProvider provider, OfficeStores stores) => (_provider, Stores) = (provider, stores);

    public OfficeStores Stores { get; }

    public SettableClock Clock => Stores.Clock;

    public IProcessingGate Gate => Get<IProcessingGate>();

    public HumanTasks Tasks => Get<HumanTasks>();

    /// <summary>The activities of the policy, as a member of each other's neighbourhood: one of each basis, and what the law asks more of.</summary>
    public const string Activities = """
        "service": { "purpose": "service-provision", "basis": { "contract": { "necessity": "The service." } }, "data": ["crm.customers.name", "crm.customers.email"], "retention": { "keep": "P3M", "after": "ended" } },
        "newsletter": { "purpose": "direct-marketing", "basis": { "consent": { "text": "newsletter-2026" } }, "data": ["crm.customers.email", "crm.customers.interests"], "retention": { "while": "consent" } },
        "improvement": { "purpose": "service-improvement", "basis": { "legitimateInterest": { "interest": { "en": "Better services" }, "assessment": "balance" } }, "data": ["crm.customers.name"], "retention": { "keep": "P1Y", "after": "ended" } },
        "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.customers.name"], "retention": { "keep": "P7Y", "after": "ended" } },
        "visits": { "purpose": "web-analytics", "basis": { "legitimateInterest": { "interest": { "en": "To count" }, "assessment": "balance" } }, "data": ["crm.visits"], "retention": { "keep": "P6M", "after": "at" }, "aggregateUses": true }
        """;

    public static string PolicyJson(string activities = Activities, string version = "1", string more = "", string fields = "") => $$"""
        { "policy": "office", "version": "{{version}}", "effective": "2020-01-01",
          "controllers": { "office": { "name": "Office AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@office.example" } },
          "systems": { "crm": { "dataSets": {
              "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "unknown" } },
                "fields": { "name": "identity.name", "email": "contact.email", "interests": { "category": "online.profile", "optional": true } {{fields}} } },
              "visits": { "subject": "visitor", "triggers": { "at": { "whenNull": "unknown" } }, "fields": { "page": "online.visits" } } } } },
          "activities": { {{activities}} },
          "assessments": { "balance": { "kind": "legitimateInterest", "on": "2026-01-01", "nextReview": "2027-01-01", "necessity": { "en": "Needed." }, "balance": { "en": "Fair." } } },
          "documents": { "newsletter-2026": { "title": { "en": "Newsletter" }, "kind": "consentText", "version": "1", "text": { "en": "Yes." } } },
          "roles": {
            "staff": { "title": { "en": "Staff" }, "may": [{ "purpose": "service-provision" }, { "purpose": "direct-marketing" }, { "purpose": "service-improvement" }, { "purpose": "bookkeeping" }, { "purpose": "web-analytics" }] },
            "sender": { "title": { "en": "The sender of letters" }, "service": true, "may": [{ "purpose": "direct-marketing", "categories": ["contact.email"] }] },
            "administrator": { "title": { "en": "Administrator at the customer" }, "delegated": true, "may": [{ "purpose": "service-provision" }] } } {{more}} }
        """;

    public static GdprPolicy Policy(string activities = Activities, string version = "1", string more = "", string fields = "")
    {
        var read = PolicyReader.Read(PolicyJson(activities, version, more, fields));
        return read.Policy ?? throw new InvalidOperationException(string.Join('\n', read.Findings));
    }

    public static Office Open(
        OfficeStores? stores = null, GdprPolicy? policy = null, Action<ProcessingOptions>? configure = null, Action<IServiceCollection>? before = null, ProcessingActor? actor = null)
    {
        stores ??= new OfficeStores();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(stores.Clock);
        services.AddSingleton<IProcessingActorSource>(new OfficeActor(actor ?? ProcessingActor.Person("staff", "anna")));
        before?.Invoke(services);
        services.AddGdpr(gdpr => gdpr.UsePolicy(policy ?? Policy())
            .UseJournalStore("office", _ => stores.Faults.Around(stores.Journal)).UseStateStore("office", _ => stores.StateFaults.Around((IStateStore)stores.States))
            .UseSubjectVault("office", _ => stores.Vault).UseKeyRing("office", _ => stores.Keys).UseWitness("office", _ => stores.Witness));
        services.Configure(configure ?? (_ => { }));
        return new Office(services.BuildServiceProvider(validateScopes: true), stores);
    }

    public IEnumerable<ITimedStep> Steps => _provider.GetServices<ITimedStep>();

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    public Task<DataSubject> PersonAsync(string id = "customer-1") => Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost(id)));

    public Task<ProcessingDecision> AskAsync(DataSubject person, string purpose, params string[] data) =>
        Gate.DecideAsync(new ProcessingRequest(person, purpose) { Data = data });

    /// <summary>Records something of a person, as the services of the floors above do.</summary>
    public async Task RecordAsync(DataSubject person, string type, string data, Instant? at = null)
    {
        var commands = Get<SubjectCommands>();
        await commands.RecordAsync(person, _ => [new PersonalEntry(commands.EntryOf(person, type, data, at))], null, CancellationToken.None);
    }

    /// <summary>Appends to a person's stream as another node does that has not folded it yet.</summary>
    public async Task AppendElsewhereAsync(DataSubject person, string type, string data)
    {
        var state = await Get<SubjectDirectory>().ReadStateAsync(person);
        var now = Clock.GetUtcNow().ToInstant();
        await Stores.Journal.AppendAsync(
            $"subject/{person.Controller}/{person.Key}", state.Version, now, [new NewJournalEntry(type, now, data) { Controller = person.Controller, Subject = person.Key }], null,
            CancellationToken.None);
    }

    public Task ConsentAsync(DataSubject person, string purpose = "direct-marketing", string text = "newsletter-2026", string more = "") =>
        RecordAsync(person, SubjectEntries.ConsentGiven, $$"""{ "purpose": "{{purpose}}", "text": "{{text}}" {{more}} }""");

    public Task ObjectAsync(DataSubject person, string purpose, bool isMarketing = false, string more = "") =>
        RecordAsync(person, SubjectEntries.ObjectionRaised, $$"""{ "id": "o-{{purpose}}", "purposes": ["{{purpose}}"], "isMarketing": {{(isMarketing ? "true" : "false")}} {{more}} }""");

    public Task RestrictAsync(DataSubject person, string ground = "AccuracyContested", string dataSets = "") =>
        RecordAsync(person, SubjectEntries.RestrictionPlaced, $$"""{ "id": "r-1", "ground": "{{ground}}", "dataSets": [{{dataSets}}] }""");

    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync(string type)
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in Stores.Journal.ReadAllAsync(0, CancellationToken.None))
        {
            if (entry.Content.Type == type)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private sealed record OfficeActor(ProcessingActor? Current) : IProcessingActorSource;
}

/// <summary>What outlives a process of the office.</summary>
internal sealed class OfficeStores(InMemoryJournalWitness? witness = null, InMemoryKeyRing? keys = null)
{
    public SettableClock Clock { get; } = new(Office.Now);

    public FaultPoints Faults { get; } = new();

    public FaultPoints StateFaults { get; } = new();

    public InMemoryJournalStore Journal { get; } = new();

    public InMemoryStateStore States { get; } = new();

    public InMemorySubjectVault Vault { get; } = new();

    public InMemoryKeyRing Keys { get; } = keys ?? InMemoryKeyRing.WithRandomKey();

    public InMemoryJournalWitness Witness { get; } = witness ?? new();
}
