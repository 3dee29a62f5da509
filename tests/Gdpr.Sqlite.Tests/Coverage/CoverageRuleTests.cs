using Gdpr.Relational.Coverage;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Schemas;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;
using Gdpr.Sqlite.Tests.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.Sqlite.Tests.Coverage;

public sealed class CoverageRuleTests
{
    private const string Customers = "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)";

    [Fact]
    public async Task A_mapping_by_convention_can_be_complete() => (await FindAsync([Customers])).ShouldBeEmpty();

    [Fact]
    public async Task An_excuse_of_a_table_covers_what_is_in_it_but_for_names_that_give_personal_data_away()
    {
        const string Calls = "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER, phone TEXT, minutes INTEGER)";

        (await FindAsync([Customers, Calls])).ShouldBe(["C-COV-01 calls", "C-COV-04 calls.phone"]);
        (await FindAsync([Customers, Calls], more: crm => crm.Excuse("calls", "Test calls."))).ShouldBe(["C-COV-04 calls.phone"]);
        (await FindAsync([Customers, Calls], more: crm => crm.Excuse("Calls", "Test calls.").Excuse("CALLS.PHONE", "Our own number."))).ShouldBeEmpty();
        (await FindAsync([Customers, Calls], more: crm => crm.Excuse("calls.*", "Test calls."))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_column_that_comes_later_is_found()
    {
        (await FindAsync([Customers, "ALTER TABLE customers ADD COLUMN points INTEGER"])).ShouldBe(["C-COV-02 customers.points"]);
        (await FindAsync([Customers, "ALTER TABLE customers ADD COLUMN points INTEGER"], more: crm => crm.Excuse("customers.points", "Rounded to thousands."))).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_excuse_needs_a_reason_and_something_to_excuse() =>
        (await FindAsync([Customers, "ALTER TABLE customers ADD COLUMN points INTEGER"], more: crm => crm.Excuse("customers.points", " ").Excuse("customers.pionts", "None.")))
            .ShouldBe(["C-COV-10 customers.pionts", "C-COV-02 customers.points", "C-COV-09 customers.points"]);

    [Fact]
    public async Task A_key_a_person_s_id_or_a_trigger_is_used_and_still_needs_a_field_where_its_name_gives_personal_data_away() =>
        (await FindAsync(
            ["CREATE TABLE customers (personnummer TEXT PRIMARY KEY NOT NULL, email TEXT, name TEXT, born TEXT)"],
            customers => customers.Subject("email").Trigger("contract-ended", "born", StorageForm.Iso)))
            .ShouldBe(["C-COV-04 customers.born", "C-COV-04 customers.email", "C-COV-04 customers.personnummer"]);

    [Fact]
    public async Task What_an_expression_names_is_used() =>
        (await FindAsync(
            ["CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, closed TEXT, closed_by TEXT)"],
            customers => customers.TriggerExpression("contract-ended", "coalesce(r.closed, '2000-01-01')", StorageForm.Iso)))
            .ShouldBe(["C-COV-02 customers.closed_by"]);

    [Fact]
    public async Task Tables_on_the_way_to_a_person_are_found_and_those_who_refer_to_them() =>
        (await FindAsync(
            [
                "CREATE TABLE households (id INTEGER PRIMARY KEY, owner TEXT UNIQUE)",
                "CREATE TABLE meters (id INTEGER PRIMARY KEY, household INTEGER REFERENCES households (id))",
                "CREATE TABLE cables (id INTEGER PRIMARY KEY, kind TEXT)",
                "CREATE TABLE customers (id INTEGER PRIMARY KEY, household INTEGER REFERENCES households (id), cable INTEGER REFERENCES cables (id), name TEXT, contract_ended TEXT)",
            ],
            customers => customers.Subject("owner", new JoinStep { Table = "households", On = new Dictionary<string, string> { ["id"] = "household" } })))
            .ShouldBe(["C-COV-02 customers.cable", "C-COV-01 households", "C-COV-01 meters"]);

    [Fact]
    public async Task A_second_reference_of_a_child_to_people_is_a_finding_of_its_own()
    {
        const string Visits = "CREATE TABLE visits (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id), host INTEGER REFERENCES customers (id))";

        (await FindAsync([Customers, Visits], customers => customers.Child("visits", "customer", "id"))).ShouldBe(["C-COV-03 visits(host) -> customers"]);
        (await FindAsync([Customers, Visits], customers => customers.Child("visits", "customer", "id").Child("visits", "host", "id", ChildAction.Sever))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_references_are_cut_nobody_is_reached_by_them_any_more() =>
        (await FindAsync(
            [
                Customers, "CREATE TABLE shops (id INTEGER PRIMARY KEY, founder INTEGER REFERENCES customers (id))",
                "CREATE TABLE shelves (id INTEGER PRIMARY KEY, shop INTEGER REFERENCES shops (id))",
            ],
            customers => customers.Child("shops", "founder", "id", ChildAction.Sever)))
            .ShouldBeEmpty();

    [Fact]
    public async Task An_excused_reference_still_stops_a_deletion_and_that_is_said() =>
        (await FindAsync(
            [Customers, "CREATE TABLE shops (id INTEGER PRIMARY KEY, founder INTEGER REFERENCES customers (id))"], more: crm => crm.Excuse("shops", "Known to all.")))
            .ShouldBe(["C-COV-08 shops(founder) -> customers"]);

    [Fact]
    public async Task What_is_mapped_and_not_there_or_not_declared_is_found() =>
        (await FindAsync(
            ["CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, contract_ended TEXT)"],
            customers => customers.Field("name", "full_name").Field("nick", "subject").Child("letters", "customer", "id").Trigger("ended", "subject", StorageForm.Iso)))
            .ShouldBe(["C-COV-07 crm.customers.ended", "C-COV-07 crm.customers.nick", "C-COV-05 customers.full_name", "C-COV-05 letters"]);

    [Fact]
    public async Task An_assertion_names_every_gap_with_its_mend()
    {
        using var database = new Database(Customers, "CREATE TABLE calls (id INTEGER PRIMARY KEY, phone TEXT)");

        var refusal = await Should.ThrowAsync<CoverageException>(async () => await SqlCoverage.AssertCompleteAsync(
            RetentionSchedule.Compile(Shop.Policy()), new SqliteDatabase(database.ConnectionString), SqlMapping.Build(crm => crm.DataSet(Shop.Customers))));

        refusal.Code.ShouldBe("C-COV-01");
        refusal.Message.ShouldStartWith("'crm' is not covered completely: 2 findings.");
        refusal.Message.ShouldContain("C-COV-04 calls.phone: Its name says that it holds a phone number");
    }

    [Fact]
    public async Task The_library_s_own_tables_are_nobody_s_data()
    {
        using var database = new Database(DatabaseSchema.Accounts.SqliteTables);
        await using var provider = Host(database, gdpr => gdpr.UseSqlite(database.ConnectionString).UseKeyRing("test", _ => Database.Keys).RequireCoverage());
        var before = database.Rows("SELECT name FROM sqlite_schema WHERE type = 'table'");

        await provider.GetRequiredService<GdprWork>().PrepareAsync();

        var own = database.Rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").Except(before).ToArray();
        own.Length.ShouldBeGreaterThan(10);
        TableDescription[] tables = [.. own.Select(name => new TableDescription(name, IsView: false, [], [], [], []))];
        tables.ShouldAllBe(table => new LibraryTables(tables).Has(table));
    }

    [Fact]
    public async Task A_host_s_own_table_that_is_called_like_one_of_the_library_s_is_looked_at() =>
        (await FindAsync([Customers, "CREATE TABLE gdpr_suppression (id INTEGER PRIMARY KEY, email TEXT)"]))
            .ShouldBe(["C-COV-01 gdpr_suppression", "C-COV-04 gdpr_suppression.email"]);

    [Fact]
    public async Task A_SQL_source_starts_uncovered_unless_coverage_is_required()
    {
        using var database = new Database(DatabaseSchema.Accounts.SqliteTables, "CREATE TABLE calls (id INTEGER PRIMARY KEY, phone TEXT)");
        await using (var easy = Host(database, gdpr => gdpr.UseInMemoryStores()))
        {
            await easy.GetRequiredService<GdprWork>().PrepareAsync();
        }

        await using var strict = Host(database, gdpr => gdpr.UseInMemoryStores().RequireCoverage());
        var refusal = await Should.ThrowAsync<CoverageException>(() => strict.GetRequiredService<GdprWork>().PrepareAsync());
        refusal.Findings.Select(finding => finding.Place).ShouldBe(["calls", "calls.phone"]);
    }

    [Fact]
    public async Task A_baseline_that_cannot_be_read_stops_the_start()
    {
        using var database = new Database(DatabaseSchema.Accounts.SqliteTables);
        var baseline = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(baseline, "[ no baseline");
        await using var host = Host(database, gdpr => gdpr.UseInMemoryStores().RequireCoverage().UseCoverageBaseline("web", baseline));

        (await Should.ThrowAsync<CoverageException>(() => host.GetRequiredService<GdprWork>().PrepareAsync())).Code.ShouldBe(CoverageCodes.BaselineUnusable);
        File.Delete(baseline);
    }

    private static ServiceProvider Host(Database database, Action<GdprBuilder> add)
    {
        var services = new ServiceCollection();
        services.AddGdpr(gdpr => add(gdpr.UsePolicyJson(DatabaseSchema.Accounts.Policy)
            .AddSqlSource("web", database.ConnectionString, SqlMapping.Parse(DatabaseSchema.Accounts.Mapping))));
        return services.BuildServiceProvider();
    }

    private static async Task<IReadOnlyList<string>> FindAsync(
        string[] statements, Action<DataSetMappingBuilder>? customers = null, Action<SqlMappingBuilder>? more = null)
    {
        using var database = new Database(statements);
        var mapping = SqlMapping.Build(crm =>
        {
            crm.DataSet(Shop.Customers, customers);
            more?.Invoke(crm);
        });
        var findings = await SqlCoverage.CheckAsync(RetentionSchedule.Compile(Shop.Policy()), new SqliteDatabase(database.ConnectionString), mapping);
        return [.. findings.Select(finding => $"{finding.Code} {finding.Place}")];
    }
}
