using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Rows that ordinary applications keep beside their records, and by which those are due.</summary>
public sealed class OrdinaryRowTests
{
    // A forum with the counter of its threads; somewhere in the source an expression multiplies, or counts.
    [Theory]
    [InlineData("r.joined")]
    [InlineData("datetime(r.joined_at * 86400, 'unixepoch')")]
    [InlineData("CASE WHEN (SELECT count(*) FROM badges b WHERE b.member = r.id) > 0 THEN r.joined END")]
    public async Task A_count_that_a_trigger_keeps_in_a_row_that_decides_stops_nothing_whatever_else_is_mapped(string expression)
    {
        using var database = new Database(
            "CREATE TABLE threads (id INTEGER PRIMARY KEY, title TEXT, closed TEXT, posts INTEGER)",
            "CREATE TABLE members (id INTEGER PRIMARY KEY, nick TEXT, joined TEXT, joined_at INTEGER)",
            "CREATE TABLE badges (id INTEGER PRIMARY KEY, member INTEGER)",
            "CREATE TABLE posts (id INTEGER PRIMARY KEY, thread INTEGER, author TEXT, body TEXT)",
            "CREATE TRIGGER posts_gone AFTER DELETE ON posts BEGIN UPDATE threads SET posts = posts - 1 WHERE id = old.thread; END",
            "INSERT INTO threads VALUES (1, 'T', '2020-01-01', 2), (2, 'U', NULL, 1)",
            "INSERT INTO posts VALUES (1, 1, 'a', 'x'), (2, 1, 'b', 'y'), (3, 2, 'a', 'z')");
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "forum", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "forum": { "dataSets": {
                "members": { "subject": "member", "triggers": { "joined": { "whenNull": "notHappened" } }, "fields": { "nick": "identity.name" } },
                "posts": { "subject": "member", "triggers": { "closed": { "whenNull": "notHappened" } }, "fields": { "body": "free-text" } } } } },
              "activities": {
                "talk": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["forum.posts"], "retention": { "keep": "P1Y", "after": "closed" } },
                "who": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["forum.members"], "retention": { "keep": "P10Y", "after": "joined" } } } }
            """);
        var source = database.Source(map => map
            .DataSet("forum.members", members => members.TriggerExpression("joined", expression, StorageForm.Iso))
            .DataSet("forum.posts", posts => posts.Subject("author").Trigger("closed", new TriggerMapping
            {
                Column = "closed",
                Form = StorageForm.Iso,
                Through = [new JoinStep { Table = "threads", On = new Dictionary<string, string> { ["id"] = "thread" } }],
            })));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, "forum.posts");
        database.Rows("SELECT id FROM posts").ShouldBe(["3"]);
    }

    // A CRM that has its leads and its customers in one table, and notes beneath both.
    [Theory]
    [InlineData("column")]
    [InlineData("through")]
    [InlineData("expression")]
    public async Task Leads_and_customers_in_one_table_are_each_dated_by_their_own_notes(string how)
    {
        using var database = new Database(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, kind TEXT, name TEXT, ended TEXT, last_note TEXT)",
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, person INTEGER REFERENCES people (id), at TEXT)",
            "INSERT INTO people VALUES (1, 'customer', 'A', '2020-01-01', NULL), (2, 'lead', 'B', NULL, '2026-06-01'), (3, 'lead', 'C', NULL, '2020-01-01')",
            "INSERT INTO notes VALUES (1, 1, '2020-01-01'), (2, 2, '2026-06-01'), (3, 3, '2020-01-01')");
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "crm", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } },
                "leads": { "subject": "customer", "triggers": { "last-note": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "ended" } },
                "sales": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.leads"], "retention": { "keep": "P1Y", "after": "last-note" } } } }
            """);
        var source = database.Source(map => map
            .DataSet("crm.customers", set => set.Table("people").Only("kind", "customer").Child("notes", "person", "id"))
            .DataSet("crm.leads", set =>
            {
                set.Table("people").Only("kind", "lead").Child("notes", "person", "id");
                _ = how switch
                {
                    "column" => set.Trigger("last-note", "last_note", StorageForm.Iso),
                    "through" => set.Trigger("last-note", new TriggerMapping
                    {
                        Column = "at",
                        Form = StorageForm.Iso,
                        Aggregate = TriggerAggregate.Max,
                        Through = [new JoinStep { Table = "notes", On = new Dictionary<string, string> { ["person"] = "id" } }],
                    }),
                    _ => set.TriggerExpression("last-note", "(SELECT max(n.at) FROM notes n WHERE n.person = r.id)", StorageForm.Iso),
                };
            }));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, "crm.customers", plan: "p1");
        await source.SweepAsync(evaluator, "crm.leads", plan: "p2");
        database.Rows("SELECT id FROM people").ShouldBe(["2"]);
    }

    // A library: who borrows something is kept; who has brought everything back goes a year later.
    [Theory]
    [InlineData("(SELECT max(l.back) FROM loans l WHERE l.member = r.id)")]
    [InlineData("(SELECT max(l.back) FROM loans l WHERE (l.member = r.id))")]
    [InlineData("(SELECT max(l.back) FROM loans l LEFT JOIN books b ON b.id = l.book WHERE l.member = r.id)")]
    [InlineData("(SELECT max(l.back) FROM books b, loans l WHERE b.id = l.book AND l.member = r.id)")]
    [InlineData("(SELECT max(l.back) FROM loans l WHERE l.member = r.id GROUP BY l.member)")]
    [InlineData("(SELECT l.back FROM loans AS l INDEXED BY by_member WHERE l.member = r.id ORDER BY l.back DESC LIMIT 1)")]
    [InlineData("CASE WHEN EXISTS (SELECT 1 FROM loans l WHERE l.member = r.id AND l.back IS NULL) THEN NULL ELSE (SELECT max(l.back) FROM loans l WHERE l.member = r.id) END")]
    [InlineData("CASE WHEN r.id IN (SELECT l.member FROM loans l WHERE l.back IS NULL) THEN NULL ELSE (SELECT max(l.back) FROM loans l WHERE l.member = r.id) END")]
    public async Task A_borrower_is_dated_by_loans_however_they_are_asked_for(string expression)
    {
        using var database = new Database(
            "CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT)",
            "CREATE TABLE loans (id INTEGER PRIMARY KEY, member INTEGER REFERENCES members (id), book INTEGER, back TEXT)",
            "CREATE INDEX by_member ON loans (member)",
            "INSERT INTO members VALUES (1, 'A'), (2, 'B')",
            "INSERT INTO books VALUES (1, 'T')",
            "INSERT INTO loans VALUES (1, 1, 1, '2020-01-01'), (2, 2, 1, '2026-06-01')");
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "library", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "lib": { "dataSets": {
                "members": { "subject": "member", "triggers": { "back": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } } } } },
              "activities": {
                "lend": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["lib.members"], "retention": { "keep": "P1Y", "after": "back" } } } }
            """);
        var source = database.Source(map => map.DataSet("lib.members", set => set.Child("loans", "member", "id").TriggerExpression("back", expression, StorageForm.Iso)));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, "lib.members");
        database.Rows("SELECT id FROM members").ShouldBe(["2"]);
    }

    // A forum: members have a column "posts", and there is a table of that name.
    [Theory]
    [InlineData("posts")]
    [InlineData("post_count")]
    public async Task A_column_may_be_called_like_a_table_that_goes_with_the_record(string column)
    {
        using var database = new Database(
            $"CREATE TABLE members (id INTEGER PRIMARY KEY, nick TEXT, joined TEXT, {column} INTEGER)",
            "CREATE TABLE posts (id INTEGER PRIMARY KEY, member INTEGER REFERENCES members (id), body TEXT)",
            "CREATE TABLE visits (id INTEGER PRIMARY KEY, member INTEGER REFERENCES members (id), at TEXT)",
            "INSERT INTO members VALUES (1, 'A', '2020-01-01', 0), (2, 'B', '2020-01-01', 1)",
            "INSERT INTO visits VALUES (1, 2, '2026-06-01')");
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "forum", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "forum": { "dataSets": {
                "members": { "subject": "member", "triggers": { "active": { "whenNull": "notHappened" } }, "fields": { "nick": "identity.name" } } } } },
              "activities": {
                "talk": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["forum.members"], "retention": { "keep": "P1Y", "after": "active" } } } }
            """);
        var source = database.Source(map => map.DataSet("forum.members", set => set.Child("posts", "member", "id").Child("visits", "member", "id")
            .TriggerExpression("active", $"CASE WHEN r.{column} = 0 THEN r.joined ELSE (SELECT max(v.at) FROM visits v WHERE v.member = r.id) END", StorageForm.Iso)));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, "forum.members");
        database.Rows("SELECT id FROM members").ShouldBe(["2"]);
    }

    // A shop: triggers keep the total of an order and the time of its last change, and write what has gone.
    [Theory]
    [InlineData(ChildAction.Delete)]
    [InlineData(ChildAction.Sever)]
    public async Task A_trigger_may_change_rows_that_go_with_the_record_or_lose_it(ChildAction action)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id), total INTEGER, changed TEXT)",
            "CREATE TABLE lines (id INTEGER PRIMARY KEY, orders INTEGER REFERENCES orders (id), price INTEGER)",
            "CREATE TRIGGER priced AFTER DELETE ON lines BEGIN UPDATE orders SET total = total - old.price WHERE id = old.orders; END",
            "CREATE TRIGGER changed AFTER UPDATE OF customer ON orders BEGIN UPDATE orders SET changed = '2026-06-15' WHERE id = new.id; END",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01'), (2, 'B', NULL)",
            "INSERT INTO orders VALUES (1, 1, 30, NULL), (2, 2, 5, NULL)",
            "INSERT INTO lines VALUES (1, 1, 10), (2, 1, 20), (3, 2, 5)");
        ChildMapping[] lines = action == ChildAction.Sever ? [] : [new ChildMapping { Table = "lines", On = new Dictionary<string, string> { ["orders"] = "id" } }];
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Child("orders", "customer", "id", action, lines)));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, Shop.Customers);
        database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
        database.Rows("SELECT id FROM orders WHERE customer = 2 OR changed = '2026-06-15' ORDER BY id").ShouldBe(action == ChildAction.Sever ? ["1", "2"] : ["2"]);
    }
}
