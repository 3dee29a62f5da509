using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>The mapping against the policy and the live database: everything that is wrong at once.</summary>
public sealed class MappingTests
{
    private const string Fields = """ "name": "identity.name", "email": "contact.email", "ip": { "category": "device.ip-address", "disposal": { "action": "anonymise", "strategy": "ip-prefix" } } """;
    private const string NewsletterKeepsTheAddress = """
        , "newsletter": { "purpose": "direct-marketing", "basis": { "contract": {} }, "data": ["crm.customers.email"], "retention": { "keep": "P10Y", "after": "contract-ended" } }
        """;

    [Fact]
    public async Task All_problems_come_at_once_each_with_its_mend()
    {
        using var database = new Database(
            "CREATE TABLE people (id INTEGER, e_mail TEXT NOT NULL, ip TEXT, ended TEXT)",
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, person INTEGER REFERENCES people(id) ON DELETE CASCADE)");
        var source = database.Source(map => map
            .DataSet(Shop.Customers, customers => customers
                .Table("people")
                .Subject("person_no")
                .Trigger("contract-ended", "endded", StorageForm.Iso, "Europe/Stokholm")
                .Trigger("born", "id", StorageForm.Iso)
                .Field("email", "e_mail")
                .Excuse("ip", " "))
            .DataSet("crm.suppliers"));

        var refused = await Should.ThrowAsync<SourceMappingException>(async () =>
            await source.PrepareAsync(Shop.Evaluator(Fields, NewsletterKeepsTheAddress).Schedule, CancellationToken.None));

        string[] expected =
        [
            "no primary key", "no trigger 'born'", "zone 'Europe/Stokholm'", "column 'endded'", "column 'person_no'", "field 'name' is not mapped",
            "'e_mail', which may not be NULL", "excused without a reason", "table 'orders' refers to 'people' (person) and is not mapped: its rows would be deleted without a trace",
            "crm.suppliers: the policy has no such data set",
        ];
        foreach (var words in expected)
        {
            refused.Problems.ShouldContain(problem => problem.Contains(words, StringComparison.Ordinal), words + " in " + string.Join('\n', refused.Problems));
        }

        refused.Problems.Count.ShouldBe(expected.Length, string.Join('\n', refused.Problems));
        refused.Problems.ShouldAllBe(problem => problem.Contains("; ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CREATE VIEW customers AS SELECT 1 AS id, 'A' AS name, NULL AS contract_ended", "is a view")]
    [InlineData("CREATE TABLE customers (name TEXT, contract_ended TEXT)", "has no primary key")]
    [InlineData("CREATE TABLE clients (id INTEGER PRIMARY KEY)", "no table is named as the data set")]
    public async Task A_table_that_cannot_serve_is_refused(string table, string words)
    {
        using var database = new Database(table);
        var source = database.Source(map => map.DataSet(Shop.Customers));

        (await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None)))
            .Message.ShouldContain(words);
    }

    [Fact]
    public async Task A_path_that_may_meet_several_rows_needs_to_say_which_counts()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE contracts (id INTEGER PRIMARY KEY, customer INTEGER, ended TEXT)");
        var path = new TriggerMapping { Column = "ended", Through = [new JoinStep { Table = "contracts", On = new Dictionary<string, string> { ["customer"] = "id" } }] };
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Trigger("contract-ended", path)));

        (await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None)))
            .Message.ShouldContain("may meet several rows of table 'contracts'");
    }

    [Fact]
    public async Task Records_of_another_data_set_are_never_deleted_as_children()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT, mentor INTEGER REFERENCES customers(id))");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Child("customers", "mentor", "id")));

        (await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None)))
            .Message.ShouldContain("sever them: only their own rules may end them");
    }

    [Fact]
    public async Task The_digest_of_a_mapping_changes_with_what_convention_finds_and_with_nothing_else()
    {
        using var database = new Database("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT, ended TEXT)");
        var byConvention = database.Source(map => map.DataSet(Shop.Customers));
        var stated = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .Table("customers", "id").Trigger("contract-ended", "contract_ended", StorageForm.Iso).Field("name", "name")));
        var other = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Trigger("contract-ended", "ended", StorageForm.Iso)));
        Should.Throw<InvalidOperationException>(() => other.MappingOf(Shop.Customers));
        foreach (var source in new[] { byConvention, stated, other })
        {
            await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);
        }

        stated.MappingOf(Shop.Customers).ShouldBe(byConvention.MappingOf(Shop.Customers));
        other.MappingOf(Shop.Customers).ShouldNotBe(byConvention.MappingOf(Shop.Customers));
    }

    [Fact]
    public void A_mapping_reads_from_json_what_it_writes()
    {
        var mapping = SqlMapping.Parse("""
            {
              // The customers of the shop.
              "dataSets": {
                "crm.customers": {
                  "table": "people",
                  "key": ["country", "no"],
                  "subject": "no",
                  "triggers": {
                    "contract-ended": { "column": "ended", "form": "unix-seconds" },
                    "last-invoice": { "column": "booked", "form": "iso", "zone": "Europe/Stockholm", "aggregate": "max", "through": [{ "table": "invoices", "on": { "customer": "no" } }] },
                    "last-contact": "seen"
                  },
                  "fields": { "name": "name", "notes": { "columns": ["n1", "n2"], "erased": "-" }, "photo": { "excused": "kept in the file store" } },
                  "children": [{ "table": "calls", "on": { "customer": "no" }, "action": "sever" }]
                }
              }
            }
            """);
        var customers = mapping.DataSets[Shop.Customers];

        customers.Triggers["last-contact"].Column.ShouldBe("seen");
        customers.Triggers["last-invoice"].Aggregate.ShouldBe(TriggerAggregate.Max);
        customers.Fields["name"].Columns.ShouldBe(["name"]);
        customers.Children.Single().Action.ShouldBe(ChildAction.Sever);
        SqlMapping.Parse(mapping.ToJson()).ToJson().ShouldBe(mapping.ToJson());
    }

    [Theory]
    [InlineData("""{ "dataSets": { "crm.customers": { "tabel": "x" } } }""", "tabel")]
    [InlineData("""{ "dataSets": { "crm.customers": { "triggers": { "a": { "form": "epoch" } } } } }""", "form")]
    [InlineData("""{ "dataSets": """, "$.dataSets")]
    [InlineData("null", "empty")]
    public void What_is_no_mapping_is_refused_with_its_place(string json, string words) =>
        Should.Throw<FormatException>(() => SqlMapping.Parse(json)).Message.ShouldContain(words);
}
