using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Ordinary tables that refer twice, with the trigger that keeps the time of a row's last change.</summary>
public sealed class FollowingTwiceTests
{
    private const string Touch = "CREATE TRIGGER touched AFTER UPDATE ON messages BEGIN UPDATE messages SET updated_at = '2026-06-15' WHERE id = new.id; END";

    // Messages of the person go, those to the person lose their addressee; or both lose it.
    [Theory]
    [InlineData(ChildAction.Delete, true, false)]
    [InlineData(ChildAction.Delete, true, true)]
    [InlineData(ChildAction.Sever, true, true)]
    [InlineData(ChildAction.Sever, false, true)]
    public async Task Messages_with_a_sender_and_a_recipient_may_note_when_they_were_changed(ChildAction sent, bool isTwice, bool hasTrigger)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
            "CREATE TABLE messages (id INTEGER PRIMARY KEY, sender INTEGER REFERENCES customers (id), "
                + $"recipient INTEGER{(isTwice ? " REFERENCES customers (id)" : "")}, body TEXT, updated_at TEXT)",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01'), (2, 'B', NULL)",
            "INSERT INTO messages VALUES (1, 1, 2, 'x', NULL), (2, 2, 1, 'y', NULL), (3, 2, 2, 'z', NULL)");
        database.Run(hasTrigger ? [Touch] : []);
        var source = database.Source(map => map.DataSet(Shop.Customers, customers =>
        {
            customers.Child("messages", "sender", "id", sent);
            _ = isTwice ? customers.Child("messages", "recipient", "id", ChildAction.Sever) : customers;
        }));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, Shop.Customers);
        database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
    }

    // Neither is anything else done to other rows than those that refer, nor does a row come in the place of one that goes.
    [Theory]
    [InlineData("AFTER DELETE ON messages BEGIN UPDATE messages SET body = '' WHERE id = 3; END")]
    [InlineData("AFTER UPDATE ON messages BEGIN UPDATE messages SET body = '' WHERE id = 3; END")]
    [InlineData("AFTER DELETE ON messages BEGIN INSERT INTO messages VALUES (old.id, 2, 2, 'x', NULL); END")]
    public async Task Other_messages_are_left_alone(string trigger)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
            "CREATE TABLE messages (id INTEGER PRIMARY KEY, sender INTEGER REFERENCES customers (id), recipient INTEGER REFERENCES customers (id), body TEXT, updated_at TEXT)",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01'), (2, 'B', NULL)",
            "INSERT INTO messages VALUES (1, 1, 1, 'x', NULL), (2, 2, 1, 'y', NULL), (3, 2, 2, 'z', NULL)",
            $"CREATE TRIGGER acts {trigger}");
        var source = database.Source(map => map.DataSet(
            Shop.Customers, customers => customers.Child("messages", "sender", "id").Child("messages", "recipient", "id", ChildAction.Sever)));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        (await Should.ThrowAsync<SourceUnavailableException>(async () => await source.SweepAsync(evaluator, Shop.Customers))).Message.ShouldContain("table 'messages'");

        database.Rows("SELECT id, body FROM messages ORDER BY id").ShouldBe(["1|x", "2|y", "3|z"]);
    }

    // Comments of the person go, answers to them stay and answer nothing any more.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Comments_that_answer_comments_may_note_when_they_were_changed(bool hasTrigger)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
            "CREATE TABLE messages (id INTEGER PRIMARY KEY, author INTEGER REFERENCES customers (id), "
                + "answers INTEGER REFERENCES messages (id), body TEXT, updated_at TEXT)",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01'), (2, 'B', NULL)",
            "INSERT INTO messages VALUES (1, 1, NULL, 'x', NULL), (2, 2, 1, 'y', NULL), (3, 2, 2, 'z', NULL)");
        database.Run(hasTrigger ? [Touch] : []);
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Child("messages", "author", "id", ChildAction.Delete,
            new ChildMapping { Table = "messages", On = new Dictionary<string, string> { ["answers"] = "id" }, Action = ChildAction.Sever })));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, Shop.Customers);
        database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
        database.Rows("SELECT id FROM messages ORDER BY id").ShouldBe(["2", "3"]);
    }
}
