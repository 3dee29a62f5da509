using Gdpr.Core.Tests.Policies;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>An organisation with recipients of every kind, in the real container.</summary>
internal sealed class Office : IAsyncDisposable
{
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 12, 0);

    private readonly ServiceProvider _provider;

    private Office(ServiceProvider provider, OfficeWorld world)
    {
        _provider = provider;
        World = world;
    }

    public OfficeWorld World { get; }

    public SettableClock Clock => World.Clock;

    public DisclosureService Disclosures => Get<DisclosureService>();

    public DisclosureLog Log => Get<DisclosureLog>();

    /// <summary>The policy after edits, one a line: <c>/pointer = json</c> sets, <c>- /pointer</c> removes, <c>+ /pointer = json</c> appends.</summary>
    public static GdprPolicy Policy(string edits = "") => PolicyReader.Read(LintPolicy.Edited(Json, edits)).Policy!;

    public static Office Open(OfficeWorld? world = null, GdprPolicy? policy = null, Action<DisclosureOptions>? options = null, Action<IServiceCollection>? before = null)
    {
        world ??= new OfficeWorld();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(world.Clock);
        before?.Invoke(services);
        services.AddGdpr(gdpr => gdpr.UsePolicy(policy ?? Policy())
            .UseJournalStore("office", _ => world.AroundJournal(world.Journal))
            .UseSubjectVault("office", _ => world.AroundVault(world.Vault))
            .UseStateStore("office", _ => world.States)
            .UseKeyRing("office", _ => world.Keys));
        services.Configure(options ?? (_ => { }));
        return new Office(services.BuildServiceProvider(validateScopes: true), world);
    }

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    public Task<DataSubject> PersonAsync(string id = "1") => Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost(id)));

    public async Task<IReadOnlyList<DataSubject>> PeopleAsync(int count)
    {
        var people = new List<DataSubject>();
        for (var i = 1; i <= count; i++)
        {
            people.Add(await PersonAsync($"p{i}"));
        }

        return people;
    }

    /// <summary>Records something of a person as the floors that do so would.</summary>
    public Task RecordAsync<T>(DataSubject subject, string type, T data, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json)
    {
        var commands = Get<SubjectCommands>();
        var entry = commands.EntryOf(subject, type, System.Text.Json.JsonSerializer.Serialize(data, json));
        return commands.RecordAsync(subject, _ => [new PersonalEntry(entry)], null, CancellationToken.None).AsTask();
    }

    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync()
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in World.Journal.ReadAllAsync(0, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private const string Clauses = """
        { "instructions": "3", "confidentiality": "4", "security": "5", "subProcessors": "6", "requests": "7", "assistance": "8", "end": "9", "audits": "10" }
        """;

    public static string Json { get; } = $$"""
        { "policy": "office", "version": "1", "effective": "2026-01-01",
          "controllers": { "office": { "name": "Office AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@office.example" } },
          "origins": {
            "form": { "title": "The form on the web site", "from": "person" },
            "register": { "title": "A bought register", "from": "purchasedRegister" },
            "telephone": { "title": "By telephone", "from": "person", "manual": true } },
          "documents": {
            "notice": { "title": "Notice", "kind": "notice", "version": "1" },
            "text": { "title": "Consent text", "kind": "consentText", "version": "1", "text": "Yes" } },
          "assessments": { "transfer": { "kind": "transfer", "on": "2026-01-01", "nextReview": "2027-01-01" } },
          "controls": { "encryption": { "title": "Encryption", "family": "transmission", "owner": "it" }, "training": { "title": "Training", "family": "staff", "owner": "hr" } },
          "systems": { "crm": { "dataSets": {
              "customers": { "subject": "customer", "origins": ["form", "register", "telephone"], "triggers": { "ended": { "whenNull": "unknown" } },
                             "fields": { "name": "identity.name", "email": "contact.email", "phone": "contact.phone", "note": "free-text" } },
              "orders": { "subject": "customer", "origins": "form", "triggers": { "sent": { "whenNull": "unknown" } },
                          "fields": { "address": "contact.postal-address", "phone": "contact.phone", "goods": "free-text" } } } } },
          "recipients": {
            "sms": { "name": "Sms AB", "kind": "processor", "country": "SE", "agreement": "sms", "requiredControls": ["encryption", "training"], "endpoint": "https://sms.example/in" },
            "operator": { "name": "Operator AB", "kind": "subProcessor", "country": "SE", "agreement": "operator", "engagedBy": "sms", "requiredControls": ["encryption"] },
            "mailer": { "name": "Mailer Inc", "kind": "processor", "country": "US", "agreement": "mailer", "requiredControls": ["encryption"],
                        "transfer": { "mechanism": "adequacy", "reference": "DPF 1234" } },
            "partner": { "name": "Partner AB", "kind": "controller", "country": "NO", "agreement": "partner" },
            "carrier": { "name": "Carrier AB", "kind": "controller", "country": "SE", "law": "SFS 2010:1045" },
            "police": { "name": "Police", "kind": "authority", "country": "SE", "law": "SFS 1942:740" } },
          "agreements": {
            "sms": { "title": "Sms", "kind": "withProcessor", "from": "2026-01-01", "until": "2027-12-31", "clauses": {{Clauses}},
                     "terms": { "subject": "Messages", "duration": "Until ended", "categories": ["contact.phone"], "subjects": ["customer"] } },
            "operator": { "title": "Operator", "kind": "withProcessor", "from": "2026-01-01", "clauses": {{Clauses}},
                     "terms": { "subject": "Messages", "duration": "Until ended", "categories": ["contact.phone"], "subjects": ["customer"] } },
            "mailer": { "title": "Mailer", "kind": "withProcessor", "from": "2026-01-01", "clauses": {{Clauses}},
                     "terms": { "subject": "Mail", "duration": "Until ended", "byInstruction": true } },
            "partner": { "title": "Partner", "kind": "withController", "from": "2026-01-01", "until": "2026-12-31", "clauses": {{Clauses}},
                     "terms": { "subject": "Repair", "duration": "Until ended", "categories": ["contact.phone", "contact.postal-address", "identity.name"], "subjects": ["customer"] } } },
          "activities": {
            "messages": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "ended" },
                          "recipients": [ { "recipient": "sms", "data": ["crm.customers.phone"] }, { "recipient": "operator", "data": ["crm.customers.phone"] } ] },
            "newsletter": { "purpose": "direct-marketing", "basis": { "consent": { "text": "text" } }, "data": ["crm.customers.email", "crm.customers.name"],
                            "retention": { "while": "consent" }, "recipients": [ { "recipient": "mailer", "data": ["crm.customers.email", "crm.customers.name"] } ] },
            "delivery": { "purpose": "delivery", "basis": { "contract": {} }, "data": ["crm.orders"], "retention": { "keep": "P1M", "after": "sent" },
                          "recipients": [ { "recipient": "partner", "data": ["crm.orders"] },
                                          { "recipient": "carrier", "data": ["crm.orders.address"] } ] },
            "crime": { "purpose": "crime-reports", "basis": { "legalObligation": { "law": "SFS 1942:740" } }, "data": ["crm.customers"],
                       "retention": { "keep": "P3M", "after": "ended" }, "recipients": [ { "recipient": "police", "data": ["crm.customers"] } ] } } }
        """;
}

/// <summary>What outlives a process.</summary>
internal sealed class OfficeWorld
{
    public SettableClock Clock { get; } = new(Office.Now);

    public InMemoryJournalStore Journal { get; } = new();

    /// <summary>The type of entry at whose appending the process dies: nothing is written.</summary>
    public string? CrashAt { get; set; }

    public IJournalStore AroundJournal(IJournalStore journal) => new CrashingJournal(journal, this);

    public InMemoryStateStore States { get; set; } = new();

    public InMemorySubjectVault Vault { get; } = new();

    /// <summary>What stands before the vault.</summary>
    public Func<ISubjectVault, ISubjectVault> AroundVault { get; init; } = vault => vault;

    public InMemoryKeyRing Keys { get; } = InMemoryKeyRing.WithRandomKey();
}

/// <summary>The process died.</summary>
internal sealed class InjectedCrashException : Exception;

/// <summary>A journal whose process dies when it is to append some entry.</summary>
internal sealed class CrashingJournal(IJournalStore inner, OfficeWorld world) : IJournalStore
{
    public bool CanEnlist => inner.CanEnlist;

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => inner.PrepareAsync(cancellationToken);

    public ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
        string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, System.Data.Common.DbTransaction? transaction, CancellationToken cancellationToken) =>
        entries.Any(entry => entry.Type == world.CrashAt) ? throw new InjectedCrashException()
            : inner.AppendAsync(stream, expectedVersion, recordedAt, entries, transaction, cancellationToken);

    public IAsyncEnumerable<JournalEntry> ReadStreamAsync(string stream, long afterVersion, CancellationToken cancellationToken) =>
        inner.ReadStreamAsync(stream, afterVersion, cancellationToken);

    public IAsyncEnumerable<JournalEntry> ReadAllAsync(long afterPosition, CancellationToken cancellationToken) => inner.ReadAllAsync(afterPosition, cancellationToken);

    public ValueTask<StreamHead?> ReadHeadAsync(string stream, CancellationToken cancellationToken) => inner.ReadHeadAsync(stream, cancellationToken);

    public ValueTask AddCheckpointAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken) => inner.AddCheckpointAsync(checkpoint, cancellationToken);

    public IAsyncEnumerable<JournalCheckpoint> ReadCheckpointsAsync(CancellationToken cancellationToken) => inner.ReadCheckpointsAsync(cancellationToken);

    public ValueTask<JournalBase> ReadBaseAsync(CancellationToken cancellationToken) => inner.ReadBaseAsync(cancellationToken);

    public ValueTask ExpireAsync(JournalBase expired, CancellationToken cancellationToken) => inner.ExpireAsync(expired, cancellationToken);
}
