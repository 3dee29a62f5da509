using Gdpr.PostgresServer;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>Ordinary tables that refer twice, with the trigger that keeps the time of a row's last change.</summary>
public sealed class FollowingTwiceTests
{
    private const string Touch = "AFTER UPDATE OF sender, recipient ON messages|UPDATE messages SET updated_at = '2026-06-15' WHERE id = NEW.id";

    private static readonly RetentionEvaluator Evaluator = StatedPolicy.Read($$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } } } }
        """);

    private static string[] Tables(string trigger, string key = "PRIMARY KEY") =>
    [
        "CREATE TABLE customers (id integer PRIMARY KEY, name text, contract_ended date)",
        $"CREATE TABLE messages (id integer {key}, sender integer REFERENCES customers, recipient integer REFERENCES customers, body text, updated_at date)",
        "INSERT INTO customers VALUES (1, 'A', '2020-01-01'), (2, 'B', NULL)",
        "INSERT INTO messages VALUES (1, 1, 2, 'x', NULL), (2, 2, 1, 'y', NULL), (3, 2, 2, 'z', NULL), (4, 1, 1, 'w', NULL)",
        $"""
        CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {trigger.Split('|')[1]}; RETURN NULL; END $$;
        CREATE TRIGGER act {trigger.Split('|')[0]} FOR EACH ROW EXECUTE FUNCTION act()
        """,
    ];

    // Messages of the person go, those to the person lose their addressee; or both lose it.
    [PostgresTheory]
    [InlineData(ChildAction.Delete, "PRIMARY KEY")]
    [InlineData(ChildAction.Sever, "PRIMARY KEY")]
    [InlineData(ChildAction.Sever, "NOT NULL UNIQUE")]
    public async Task Messages_with_a_sender_and_a_recipient_may_note_when_they_were_changed(ChildAction sent, string key)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables(Touch, key));
        var source = await PreparedAsync(database, sent);

        await source.SweepAsync(Evaluator, "crm.customers");

        (await database.RowsAsync("SELECT id FROM customers")).ShouldBe(["2"]);
        (await database.RowsAsync("SELECT id, sender, recipient, updated_at::text FROM messages ORDER BY id")).ShouldBe(sent == ChildAction.Delete
            ? ["2|2|NULL|2026-06-15", "3|2|2|NULL"] : ["1|NULL|2|2026-06-15", "2|2|NULL|2026-06-15", "3|2|2|NULL", "4|NULL|NULL|2026-06-15"]);
    }

    // Neither is anything else done to other rows than those that refer, nor made to refer, nor does a row come in the place of one that goes.
    [PostgresTheory]
    [InlineData(ChildAction.Delete, "AFTER DELETE ON messages|UPDATE messages SET body = '' WHERE id = 3")]
    [InlineData(ChildAction.Delete, "AFTER UPDATE OF recipient ON messages|UPDATE messages SET body = '' WHERE id = 3")]
    [InlineData(ChildAction.Sever, "AFTER UPDATE OF sender ON messages|UPDATE messages SET body = '' WHERE id = 3")]
    [InlineData(ChildAction.Sever, "AFTER UPDATE OF sender ON messages|UPDATE messages SET recipient = OLD.sender WHERE id = 3 AND OLD.sender IS NOT NULL")]
    [InlineData(ChildAction.Delete, "AFTER DELETE ON messages|INSERT INTO messages VALUES (OLD.id, 2, 2, 'x', NULL)")]
    [InlineData(ChildAction.Sever, "AFTER UPDATE OF recipient ON messages|DELETE FROM messages WHERE id = 3")]
    public async Task Other_messages_are_left_alone(ChildAction sent, string trigger)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables(trigger));
        var source = await PreparedAsync(database, sent);

        (await Should.ThrowAsync<SourceUnavailableException>(async () => await source.SweepAsync(Evaluator, "crm.customers"))).Message.ShouldContain("table 'messages'");

        (await database.RowsAsync("SELECT id, sender, recipient, body FROM messages ORDER BY id")).ShouldBe(["1|1|2|x", "2|2|1|y", "3|2|2|z", "4|1|1|w"]);
    }

    // Comments of the person go, answers to them stay and answer nothing any more.
    [PostgresFact]
    public async Task Comments_that_answer_comments_may_note_when_they_were_changed()
    {
        await using var database = await SourceDatabase.CreateAsync(
            "CREATE TABLE customers (id integer PRIMARY KEY, name text, contract_ended date)",
            "CREATE TABLE messages (id integer PRIMARY KEY, author integer REFERENCES customers, answers integer REFERENCES messages, body text, updated_at date)",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01'), (2, 'B', NULL)",
            "INSERT INTO messages VALUES (1, 1, NULL, 'x', NULL), (2, 2, 1, 'y', NULL), (3, 2, 2, 'z', NULL)",
            """
            CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE messages SET updated_at = '2026-06-15' WHERE id = NEW.id; RETURN NULL; END $$;
            CREATE TRIGGER act AFTER UPDATE OF answers ON messages FOR EACH ROW EXECUTE FUNCTION act()
            """);
        var source = database.Source(map => map.DataSet("crm.customers", customers => customers.Child("messages", "author", "id", ChildAction.Delete,
            new ChildMapping { Table = "messages", On = new Dictionary<string, string> { ["answers"] = "id" }, Action = ChildAction.Sever })));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);

        await source.SweepAsync(Evaluator, "crm.customers");

        (await database.RowsAsync("SELECT id FROM customers")).ShouldBe(["2"]);
        (await database.RowsAsync("SELECT id, answers, updated_at::text FROM messages ORDER BY id")).ShouldBe(["2|NULL|2026-06-15", "3|2|NULL"]);
    }

    private static async Task<IDisposalSource> PreparedAsync(SourceDatabase database, ChildAction sent)
    {
        var source = database.Source(map => map.DataSet(
            "crm.customers", customers => customers.Child("messages", "sender", "id", sent).Child("messages", "recipient", "id", ChildAction.Sever)));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        return source;
    }
}
