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

    [Theory]
    [InlineData("name TEXT NOT NULL UNIQUE", "no two rows may hold the same")]
    [InlineData("name TEXT UNIQUE", null)]
    [InlineData("name TEXT NOT NULL, UNIQUE (id, name)", null)]
    public async Task A_text_that_stands_for_erased_cannot_stand_where_no_two_rows_hold_the_same(string name, string? words)
    {
        using var database = new Database(
            $"CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, contract_ended TEXT, {name})",
            "INSERT INTO customers (id, email, name, contract_ended) VALUES (1, 'a@shop.example', 'A', '2020-01-01'), (2, 'b@shop.example', 'B', '2020-01-01')");
        var source = database.Source(map => map.DataSet(
            Shop.Customers, customers => customers.Field("name", new FieldMapping { Columns = ["name"], Erased = "-" })));
        var evaluator = Shop.Evaluator(""" "name": "identity.name", "email": "contact.email" """, NewsletterKeepsTheAddress);
        if (words is not null)
        {
            (await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(evaluator.Schedule, CancellationToken.None))).Message.ShouldContain(words);
            return;
        }

        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        (await source.SweepAsync(evaluator, Shop.Customers)).Sum(batch => batch.Rows.Count).ShouldBe(2);
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
    [InlineData("""{ "dataSets": { "crm.customers": null } }""", "$.dataSets.crm.customers")]
    [InlineData("""{ "dataSets": { "crm.customers": { "triggers": { "a": null } } } }""", "$.dataSets.crm.customers.triggers.a")]
    [InlineData("""{ "dataSets": { "crm.customers": { "fields": { "a": null } } } }""", ".fields.a")]
    [InlineData("""{ "dataSets": { "crm.customers": { "children": [null] } } }""", ".children[0]")]
    [InlineData("""{ "dataSets": { "crm.customers": { "key": [null] } } }""", ".key[0]")]
    [InlineData("""{ "dataSets": { "crm.customers": { "only": { "kind": null } } } }""", ".only.kind")]
    public void What_is_no_mapping_is_refused_with_its_place(string json, string words) =>
        Should.Throw<FormatException>(() => SqlMapping.Parse(json)).Message.ShouldContain(words);

    [Fact]
    public void A_member_of_a_mapping_that_is_null_is_left_out() =>
        SqlMapping.Parse("""{ "dataSets": { "triggers": { "triggers": null, "fields": { "a": { "columns": ["a"], "erased": null } }, } } }""").DataSets["triggers"].Triggers.ShouldBeEmpty();

    [Fact]
    public async Task Rows_of_one_table_may_be_the_records_of_several_data_sets()
    {
        using var database = new Database(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, kind TEXT COLLATE NOCASE, name TEXT, contract_ended TEXT, left TEXT)",
            "INSERT INTO people VALUES (1, 'it''s c', 'A', '2020-01-01', NULL), (2, 'staff', 'B', '2020-01-01', NULL), (3, 'STAFF', 'C', NULL, '2020-01-01'), (4, NULL, 'D', '2020-01-01', '2020-01-01')");
        var source = database.Source(map => map.DataSet(Shop.Customers, records => records.Table("people").Only("kind", "it's c"))
            .DataSet("crm.staff", records => records.Table("people").Only("kind", "staff")));
        var evaluator = RetentionSchedule.Compile(WithStaff()).At(Shop.Now);
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        (await source.SweepAsync(evaluator, Shop.Customers)).SelectMany(batch => batch.NativeKeys).ShouldBe(["1"]);
        (await source.SweepAsync(evaluator, "crm.staff", plan: "another")).ShouldBeEmpty();

        database.Rows("SELECT id FROM people ORDER BY id").ShouldBe(["2", "3", "4"]);
        (await source.SurveyAsync(evaluator, "crm.staff", 0, CancellationToken.None)).Records.ShouldBe(1);
    }

    [Fact]
    public async Task What_tells_records_apart_is_a_column_of_texts_or_numbers_and_excludes_the_others()
    {
        using var database = new Database("CREATE TABLE people (id INTEGER PRIMARY KEY, kind TEXT, number INTEGER, weight REAL, name TEXT, contract_ended TEXT, left TEXT)");
        var source = database.Source(map => map
            .DataSet(Shop.Customers, records => records.Table("people").Only("kind", "c", "s").Only("sort", "1").Only("weight", "heavy").Only("number", "one"))
            .DataSet("crm.staff", records => records.Table("people").Only("kind", "s")));

        (await Should.ThrowAsync<SourceMappingException>(() => source.PrepareAsync(RetentionSchedule.Compile(WithStaff()), CancellationToken.None).AsTask())).Problems.ShouldBe(
        [
            "crm.staff: table 'people' holds 'crm.customers' already; give each data set a table of its own, or say under \"only\" which rows are whose.",
            "crm.customers: its records are told by column 'number' of table 'people', whose values no text tells apart or are of another type; use a column of text, of numbers, of truth values or of an enum, with values that it can have.",
            "crm.customers: its records are told by column 'sort', which table 'people' does not have; name a column that is there.",
            "crm.customers: its records are told by column 'weight' of table 'people', whose values no text tells apart or are of another type; use a column of text, of numbers, of truth values or of an enum, with values that it can have.",
        ]);
    }

    [Theory]
    [InlineData("number", "1", "01", true)]
    [InlineData("weight", "1.5", "1.50", true)]
    [InlineData("weight", "1.5", "15", false)]
    [InlineData("number", "1", "+1", true)]
    [InlineData("NUMBER", "1", "10", false)]
    [InlineData("kind", "1", "01", false)]
    public async Task Two_ways_to_write_a_number_do_not_tell_records_apart(string column, string one, string other, bool isRefused)
    {
        using var database = new Database("CREATE TABLE people (id INTEGER PRIMARY KEY, kind TEXT, number INTEGER, weight REAL, name TEXT, contract_ended TEXT, left TEXT)");
        var source = database.Source(map => map.DataSet(Shop.Customers, records => records.Table("people").Only(column.ToLowerInvariant(), one))
            .DataSet("crm.staff", records => records.Table("people").Only(column, other)));
        var prepare = () => source.PrepareAsync(RetentionSchedule.Compile(WithStaff()), CancellationToken.None).AsTask();

        if (isRefused)
        {
            (await Should.ThrowAsync<SourceMappingException>(prepare)).Message.ShouldContain("table 'people' holds");
        }
        else
        {
            await prepare();
        }
    }

    /// <summary>The shop's policy with a data set of its staff.</summary>
    private static GdprPolicy WithStaff() => PolicyReader.Read("""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } },
            "staff": { "subject": "employee", "triggers": { "left": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
            "work": { "purpose": "customer-service", "basis": { "contract": {} }, "data": ["crm.staff"], "retention": { "keep": "P2Y", "after": "left" } } } }
        """).Policy!;
}
