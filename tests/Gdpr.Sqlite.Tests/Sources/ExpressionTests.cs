using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Triggers that the host writes as expressions of SQL.</summary>
public sealed class ExpressionTests
{
    private const string Table = "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, closed_at TEXT, cancelled_at TEXT)";

    private static readonly JoinStep Contracts = new() { Table = "contracts", On = new Dictionary<string, string> { ["customer"] = "id" } };

    [Fact]
    public async Task An_expression_over_the_records_own_row_decides()
    {
        using var database = new Database(Table,
            "INSERT INTO customers VALUES (1, 'A', NULL, '2020-01-01'), (2, 'B', '2026-06-01', '2020-01-01'), (3, 'C', NULL, NULL)",
            "INSERT INTO customers VALUES (4, 'D', '', '2020-01-01'), (5, 'E', '2020-01-01', NULL)");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .TriggerExpression("contract-ended", "coalesce(closed_at, r.cancelled_at)", StorageForm.Iso)));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);

        var survey = await source.SurveyAsync(Shop.Evaluator(), Shop.Customers, 5, CancellationToken.None);
        survey.Lines.Select(line => $"{line.Fate} {string.Join(',', line.Examples.Select(example => example.NativeKey))}").Order()
            .ShouldBe(["Erase 1,5", "Keep 2,3", "Undetermined 4"]);
        await source.SweepAsync(Shop.Evaluator(), Shop.Customers, limit: 1);

        database.Rows("SELECT id FROM customers").ShouldBe(["2", "3", "4"]);
    }

    [Fact]
    public async Task An_expression_over_joined_rows_decides()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, notice INTEGER)",
            "CREATE TABLE contracts (id INTEGER PRIMARY KEY, customer INTEGER, ended INTEGER, fixed INTEGER)",
            "INSERT INTO customers VALUES (1, 'A', 0), (2, 'B', 1000000000), (3, 'C', 0), (4, 'D', 0)",
            "INSERT INTO contracts VALUES (11, 1, 1000000000, 0), (12, 1, NULL, 1100000000), (13, 2, 1000000000, 0), (14, 3, 1000000000, 0), (15, 3, 1800000000, 0)");
        var ended = new TriggerMapping
        {
            Expression = "coalesce(j0.ended, fixed) + r.notice",
            Form = StorageForm.UnixSeconds,
            Through = [Contracts],
            Aggregate = TriggerAggregate.Max,
        };
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Trigger("contract-ended", ended)));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);

        await source.SweepAsync(Shop.Evaluator(), Shop.Customers);

        database.Rows("SELECT id FROM customers").ShouldBe(["2", "3", "4"]);
    }

    [Theory]
    [InlineData("coalesce(closd_at, cancelled_at)", "no such column: closd_at")]
    [InlineData("\"closd_at\"", "no such column")]
    [InlineData("x.closed_at", "no such column: x.closed_at")]
    [InlineData("gone(closed_at)", "no such function: gone")]
    [InlineData("max(closed_at)", "misuse of aggregate")]
    [InlineData("lag(closed_at) OVER (ORDER BY id)", "misuse of window function")]
    [InlineData("closed_at, cancelled_at", "row value misused")]
    [InlineData("SELECT closed_at, cancelled_at FROM customers", "2 columns")]
    [InlineData("DELETE FROM customers", "syntax error")]
    [InlineData("closed_at closed_at", "syntax error")]
    [InlineData("", "is empty")]
    [InlineData("closed_at; DELETE FROM customers", "semicolon")]
    [InlineData("(SELECT closed_at;)", "semicolon")]
    [InlineData("closed_at) IS NULL OR (1", "closes a parenthesis that it has not opened")]
    [InlineData("coalesce(closed_at, cancelled_at", "opens a parenthesis that it does not close")]
    [InlineData("closed_at -- the end", "comment")]
    [InlineData("closed_at /* the end", "comment")]
    [InlineData("'closed_at", "quote ' that is not closed")]
    [InlineData("[closed_at", "quote [ that is not closed")]
    [InlineData("coalesce(closed_at, ?)", "parameter")]
    [InlineData("coalesce(closed_at, @v0)", "parameter")]
    [InlineData("coalesce(closed_at, :v0)", "parameter")]
    [InlineData("coalesce(closed_at, $v0)", "parameter")]
    [InlineData("coalesce(closed_at, current_timestamp)", "CURRENT_TIMESTAMP")]
    [InlineData("datetime(' NOW')", "clock")]
    [InlineData("random()", "RANDOM")]
    public async Task What_is_not_one_expression_over_the_record_is_refused_when_the_source_is_prepared(string expression, string words)
    {
        using var database = new Database(Table);
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.TriggerExpression("contract-ended", expression, StorageForm.Iso)));

        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None));

        refused.Problems.ShouldHaveSingleItem().ShouldContain(words);
        refused.Problems[0].ShouldContain("trigger 'contract-ended'");
    }

    [Theory]
    [InlineData("CASE WHEN name = 'A; -- ? @x '' now' THEN \"closed_at\" ELSE [cancelled_at] END")]
    [InlineData("(SELECT max(o.closed_at) FROM customers AS o WHERE o.name = r.name)")]
    [InlineData("SELECT `closed_at`")]
    [InlineData("max(closed_at, cancelled_at)")]
    [InlineData("closed_at - -1 / 2 ->> 3")]
    public async Task Whatever_is_one_expression_is_taken(string expression)
    {
        using var database = new Database(Table, "INSERT INTO customers VALUES (1, 'A', '2020-01-01', NULL), (2, 'B', NULL, NULL)");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.TriggerExpression("contract-ended", expression, StorageForm.Iso)));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);

        (await source.SurveyAsync(Shop.Evaluator(), Shop.Customers, 0, CancellationToken.None)).Records.ShouldBe(2);
    }

    [Fact]
    public async Task Problems_of_every_expression_come_with_all_others()
    {
        using var database = new Database(Table, "CREATE TABLE contracts (customer INTEGER, ended TEXT)");
        var both = new TriggerMapping { Column = "closed_at", Expression = "j0.endded", Through = [Contracts] };
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .Trigger("contract-ended", both).Field("name", "nmae").Excuse("email", " ")));

        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(
            Shop.Evaluator(""" "name": "identity.name", "email": "contact.email" """).Schedule, CancellationToken.None));

        foreach (var words in new[] { "a column and an expression", "may meet several rows", "no such column: j0.endded", "nmae", "excused without a reason" })
        {
            refused.Problems.ShouldContain(problem => problem.Contains(words, StringComparison.Ordinal), words + " in " + string.Join('\n', refused.Problems));
        }

        refused.Problems.Count.ShouldBe(5, string.Join('\n', refused.Problems));
    }

    [Fact]
    public async Task A_changed_expression_is_another_mapping()
    {
        using var database = new Database(Table);
        var digests = new HashSet<Gdpr.Journals.Digest>();
        foreach (var expression in new[] { "closed_at", "r.closed_at", "coalesce(closed_at, cancelled_at)", "closed_at" })
        {
            var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.TriggerExpression("contract-ended", expression, StorageForm.Iso)));
            await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);
            digests.Add(source.MappingOf(Shop.Customers));
        }

        digests.Count.ShouldBe(3);
    }

    [Fact]
    public void An_expression_is_read_from_json_and_written_again()
    {
        var mapping = SqlMapping.Parse("""
            { "dataSets": { "crm.customers": { "triggers": { "contract-ended": { "expression": "coalesce(closed_at, cancelled_at)", "form": "iso" } } } } }
            """);

        mapping.DataSets[Shop.Customers].Triggers["contract-ended"].Expression.ShouldBe("coalesce(closed_at, cancelled_at)");
        SqlMapping.Parse(mapping.ToJson()).DataSets[Shop.Customers].Triggers["contract-ended"].Expression.ShouldBe("coalesce(closed_at, cancelled_at)");
    }
}
