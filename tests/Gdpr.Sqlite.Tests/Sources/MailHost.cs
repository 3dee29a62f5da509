using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>An application whose rows concern several people, in the real container: messages between a sender and a recipient, who own them together, and
/// tickets of an author, answered by an agent, who is mentioned and found through another table. Both are kept for three months after they were closed.</summary>
internal sealed class MailHost : IAsyncDisposable
{
    public const string Messages = "mail.messages";
    public const string Tickets = "mail.tickets";
    public const string Closed = "'2020-01-01'";
    public const string Open = "'2026-06-01'";

    private readonly Database _database;
    private readonly ServiceProvider _provider;

    private MailHost(Database database, ServiceProvider provider) => (_database, _provider) = (database, provider);

    public static SqlMapping Mapping { get; } = SqlMapping.Build(mail => mail
        .DataSet(Messages, messages => messages
            .Owner("sender", "sender_id", "sender-name")
            .Owner("recipient", "recipient_id", "recipient-name"))
        .DataSet(Tickets, tickets => tickets
            .Owner("author", "author_id")
            .Party("agent", new PartyMapping
            {
                Kind = PartyKind.Mentioned,
                Subject = new ColumnPath { Column = "person", Through = [new JoinStep { Table = "agents", On = new Dictionary<string, string> { ["no"] = "agent_no" } }] },
                Fields = ["agent-note"],
            })
            .Shared("topic")));

    public static GdprPolicy Policy { get; } = PolicyReader.Parse(
        """
        { "policy": "mail", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "mail": { "dataSets": {
            "messages": { "subject": "customer", "triggers": { "closed": { "whenNull": "unknown" } },
              "fields": { "body": "free-text", "sender-name": "identity.name", "recipient-name": "identity.name" } },
            "tickets": { "subject": "customer", "triggers": { "closed": { "whenNull": "unknown" } },
              "fields": { "topic": "free-text", "question": "free-text", "agent-note": "free-text" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["mail.messages", "mail.tickets"],
                         "retention": { "keep": "P3M", "after": "closed" } } } }
        """);

    public SqlSource Source => (SqlSource)_provider.GetRequiredService<SourceInventory>().Find(Messages)!;

    public static async Task<MailHost> StartAsync(params IReadOnlyList<string> rows)
    {
        var database = new Database(
        [
            "CREATE TABLE messages (id INTEGER PRIMARY KEY, sender_id TEXT, recipient_id TEXT, sender_name TEXT, recipient_name TEXT, body TEXT, closed TEXT)",
            "CREATE TABLE agents (no INTEGER PRIMARY KEY, person TEXT)",
            "INSERT INTO agents VALUES (7, 'agent'), (8, 'anna')",
            "CREATE TABLE tickets (id INTEGER PRIMARY KEY, author_id TEXT, agent_no INTEGER, topic TEXT, question TEXT, agent_note TEXT, closed TEXT)",
            .. rows,
        ]);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Policy).UseInMemoryStores()
            .ConfigureSweep(sweep => sweep.RequireApproval = false)
            .AddSqlSource("mail", database.ConnectionString, Mapping));
        var host = new MailHost(database, services.BuildServiceProvider(validateScopes: true));
        await host._provider.GetRequiredService<GdprWork>().PrepareAsync();
        return host;
    }

    /// <summary>Puts a fact on a person.</summary>
    public Task PutAsync(string dataSet, string person, RecordFact fact) => ChangeAsync(new FactChange($"{person} {fact}", dataSet, new FactTarget.Subjects([person]), fact));

    public Task GrantErasureAsync(string dataSet, string person) => PutAsync(dataSet, person, RecordFact.Of(RecordFlags.ErasureGranted));

    /// <summary>Places a hold on a person.</summary>
    /// <returns>The hold's id.</returns>
    public async Task<string> HoldAsync(string person)
    {
        var hold = await _provider.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms(
            "Matter", "Reason", "Approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1), new HoldScope { Subjects = new HashSet<string> { person } }));
        hold.Phase.ShouldBe(Gdpr.Subjects.HoldPhase.Placed);
        return hold.Id;
    }

    public Task ReleaseAsync(string hold) => _provider.GetRequiredService<LegalHolds>().ReleaseAsync(hold, "legal");

    /// <summary>Sweeps until nothing is due: the run reads again what it did.</summary>
    public async Task<DisposalCounts> SweepAsync(string dataSet)
    {
        var result = await _provider.GetRequiredService<Sweep>().RunAsync(dataSets: [dataSet]);
        result.IsComplete.ShouldBeTrue(string.Join(' ', result.DataSets.Select(found => $"{found.Reason} {found.Detail}")));
        return result.DataSets.Single().Done;
    }

    public async Task<IReadOnlyList<ExportedRecord>> ExportAsync(string dataSet, string person)
    {
        var source = _provider.GetRequiredService<SourceInventory>().FindExporting(dataSet).ShouldNotBeNull();
        return await source.ExportAsync(dataSet, [person], CancellationToken.None).ToListAsync();
    }

    public IReadOnlyList<string> Rows(string table) => _database.Rows($"SELECT * FROM {table} ORDER BY 1");

    public void Run(string statement) => _database.Run(statement);

    /// <summary>What the evidence says was done.</summary>
    public IReadOnlyList<string> EvidenceOf(string dataSet) => _database.Rows($"SELECT action, fields, rule, reason FROM gdpr_evidence WHERE data_set = '{dataSet}'");

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        _database.Dispose();
    }

    private async Task ChangeAsync(FactChange change) =>
        (await Source.ChangeFactsAsync([change], await Source.ReadFactsPositionAsync(CancellationToken.None), CancellationToken.None)).ShouldBeEmpty();
}
