using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Ordinary applications, ordinarily mapped.</summary>
public sealed class OrdinaryMappingTests
{
    private static RetentionEvaluator Customers() => StatedPolicy.Read($$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "closed": { "whenNull": "notHappened" }, "last-contact": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"],
              "retention": { "keep": "P1M", "after": "closed", "fallback": { "keep": "P24M", "after": "created", "unless": { "within": "P13M", "of": "last-contact" } } } } } }
        """);

    private static readonly string[] Crm =
    [
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, closed TEXT, created TEXT)",
        "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id), at TEXT, draft INTEGER DEFAULT 0)",
        "CREATE TABLE mails (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id), at TEXT)",
        "INSERT INTO customers VALUES (1, 'A', NULL, '2019-01-01'), (2, 'B', NULL, '2019-01-01'), (3, 'C', NULL, '2019-01-01')",
        "INSERT INTO calls (id, customer, at) VALUES (1, 2, '2026-06-01')",
        "INSERT INTO mails VALUES (1, 3, '2026-06-01')",
    ];

    // CRM: the last contact is the latest of a customer's calls and mails, which go with the customer.
    [Fact]
    public async Task The_last_contact_may_be_the_latest_of_two_tables_of_the_customers_own_rows()
    {
        const string expression = "max(coalesce((SELECT max(c.at) FROM calls c WHERE c.customer = r.id), ''), "
            + "coalesce((SELECT max(m.at) FROM mails m WHERE m.customer = r.id), ''), r.created)";
        using var database = new Database(Crm);
        var source = database.Source(map => map.DataSet("crm.customers", customers => customers
            .Child("calls", "customer", "id").Child("mails", "customer", "id").TriggerExpression("last-contact", expression, StorageForm.Iso)));
        await ShouldTakeTheFirstAsync(database, source);
    }

    [Theory]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id AND NOT c.draft)")]
    [InlineData("(SELECT max(CASE WHEN c.draft THEN NULL ELSE c.at END) FROM calls c WHERE c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE r.id = c.customer AND (c.draft = 0 OR c.draft IS NULL))")]
    [InlineData("(SELECT max(c.at) FILTER (WHERE c.draft = 0) FROM calls c WHERE c.customer = r.id)")]
    [InlineData("(SELECT c.at FROM calls c WHERE c.customer = r.id ORDER BY c.at DESC LIMIT 1)")]
    [InlineData("(SELECT max(c.at) FROM main.calls c WHERE c.customer = r.id)")]
    public async Task A_customers_own_rows_may_be_asked_for_with_more_conditions(string expression)
    {
        using var database = new Database([.. Crm, "DELETE FROM mails", "DELETE FROM customers WHERE id = 3"]);
        var source = database.Source(map => map.DataSet("crm.customers", customers => customers
            .Child("calls", "customer", "id").Child("mails", "customer", "id").TriggerExpression("last-contact", expression, StorageForm.Iso)));
        await ShouldTakeTheFirstAsync(database, source, "2");
    }

    // Ticketing, forum: a trigger of the database keeps a count beside what says when the rows are due.
    [Fact]
    public async Task A_count_that_a_trigger_keeps_in_a_row_that_decides_stops_nothing()
    {
        using var database = new Database(
            "CREATE TABLE threads (id INTEGER PRIMARY KEY, title TEXT, closed TEXT, posts INTEGER)",
            "CREATE TABLE posts (id INTEGER PRIMARY KEY, thread INTEGER, author TEXT, body TEXT)",
            "CREATE TRIGGER posts_gone AFTER DELETE ON posts BEGIN UPDATE threads SET posts = posts - 1 WHERE id = old.thread; END",
            "INSERT INTO threads VALUES (1, 'T', '2020-01-01', 2), (2, 'U', NULL, 1)",
            "INSERT INTO posts VALUES (1, 1, 'a', 'x'), (2, 1, 'b', 'y'), (3, 2, 'a', 'z')");
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "forum", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "forum": { "dataSets": {
                "posts": { "subject": "member", "triggers": { "closed": { "whenNull": "notHappened" } }, "fields": { "body": "free-text" } } } } },
              "activities": {
                "talk": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["forum.posts"], "retention": { "keep": "P1Y", "after": "closed" } } } }
            """);
        var source = database.Source(map => map.DataSet("forum.posts", posts => posts.Subject("author").Trigger("closed", new TriggerMapping
        {
            Column = "closed",
            Form = StorageForm.Iso,
            Through = [new JoinStep { Table = "threads", On = new Dictionary<string, string> { ["id"] = "thread" } }],
        })));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, "forum.posts");
        database.Rows("SELECT id FROM posts").ShouldBe(["3"]);
    }

    private static async Task ShouldTakeTheFirstAsync(Database database, IDisposalSource source, params string[] left)
    {
        var evaluator = Customers();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, "crm.customers");
        database.Rows("SELECT id FROM customers ORDER BY id").ShouldBe(left.Length > 0 ? left : ["2", "3"]);
    }
}
