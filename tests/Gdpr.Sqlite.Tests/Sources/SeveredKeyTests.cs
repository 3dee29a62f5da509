using Gdpr.Relational.Mapping;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A reference of several columns is cut by those of its columns that may be NULL: what stays must not tell which record it was.</summary>
public sealed class SeveredKeyTests
{
    private const string IdThenTenant = "id INTEGER PRIMARY KEY, tenant INTEGER, name TEXT, contract_ended TEXT, UNIQUE (id, tenant)";
    private const string TenantThenId = "id INTEGER NOT NULL, tenant INTEGER NOT NULL, name TEXT, contract_ended TEXT, PRIMARY KEY (tenant, id)";

    [Theory]
    [InlineData(IdThenTenant, "no INTEGER PRIMARY KEY, customer INTEGER NOT NULL, tenant INTEGER", "the number stays, and is the key by itself")]
    [InlineData(IdThenTenant, "customer INTEGER PRIMARY KEY, tenant INTEGER", "the number is the row's own key as well")]
    [InlineData(IdThenTenant, "no INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES people (no), tenant INTEGER", "the number refers to another table as well")]
    [InlineData(TenantThenId, "no INTEGER PRIMARY KEY, customer INTEGER NOT NULL, tenant INTEGER", "the tenant alone is cut")]
    [InlineData(TenantThenId, "no INTEGER, customer INTEGER NOT NULL, tenant INTEGER, PRIMARY KEY (customer, no)", "the tenant alone is cut, and the number is a part of the row's own key")]
    [InlineData(TenantThenId, "no INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES people (no), tenant INTEGER REFERENCES tenants (no)", "both refer elsewhere, and the tenant alone is cut")]
    public async Task Rows_that_would_still_name_the_record_are_not_said_to_be_severed(string parent, string child, string why)
    {
        using var database = Database(parent, child);
        var refused = await Should.ThrowAsync<SourceMappingException>(async () => await Source(database).PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None), why);

        refused.Problems.ShouldHaveSingleItem().ShouldStartWith(
            "crm.customers: column 'customer' of table 'notes' may not be NULL, and would still name the record when its rows have been severed");
    }

    [Theory]
    [InlineData(IdThenTenant, "no INTEGER PRIMARY KEY, customer INTEGER, tenant INTEGER NOT NULL", "the number goes, which is the key by itself")]
    [InlineData(TenantThenId, "no INTEGER PRIMARY KEY, customer INTEGER, tenant INTEGER NOT NULL", "the tenant is the first of the key")]
    [InlineData(TenantThenId, "no INTEGER, customer INTEGER, tenant INTEGER NOT NULL, PRIMARY KEY (tenant, no)", "the tenant is a part of the row's own key")]
    [InlineData(
        "id INTEGER NOT NULL, tenant INTEGER NOT NULL REFERENCES tenants (no), name TEXT, contract_ended TEXT, PRIMARY KEY (id, tenant)",
        "no INTEGER PRIMARY KEY, customer INTEGER, tenant INTEGER NOT NULL REFERENCES tenants (no)", "the tenant of both is one of the tenants")]
    [InlineData(
        "id INTEGER NOT NULL REFERENCES people (no), tenant INTEGER NOT NULL REFERENCES tenants (no), name TEXT, contract_ended TEXT, PRIMARY KEY (tenant, id)",
        "no INTEGER PRIMARY KEY, customer INTEGER REFERENCES people (no), tenant INTEGER NOT NULL REFERENCES tenants (no)", "the tenant comes first, and both refer elsewhere")]
    [InlineData(
        "id INTEGER NOT NULL REFERENCES people (no), tenant INTEGER NOT NULL, name TEXT, contract_ended TEXT, PRIMARY KEY (tenant, id)",
        "no INTEGER PRIMARY KEY, customer INTEGER REFERENCES people (no), tenant INTEGER NOT NULL", "the tenant comes first, and refers to nothing")]
    [InlineData(
        "id INTEGER NOT NULL REFERENCES people (no), tenant INTEGER NOT NULL REFERENCES tenants (no), name TEXT, contract_ended TEXT, PRIMARY KEY (tenant, id)",
        "no INTEGER PRIMARY KEY, customer INTEGER REFERENCES people (no), tenant INTEGER NOT NULL", "the tenant comes first, and refers from one table alone")]
    [InlineData(
        TenantThenId,
        "no INTEGER PRIMARY KEY, customer INTEGER, tenant INTEGER NOT NULL, place INTEGER, FOREIGN KEY (tenant, customer, place) REFERENCES places (tenant, customer, no)",
        "the reference to a place of the record has the tenant as well")]
    public async Task The_tenant_stays_in_rows_that_have_lost_the_record(string parent, string child, string why)
    {
        using var database = Database(parent, child);
        database.Run("INSERT INTO tenants VALUES (7)", "INSERT INTO people VALUES (1), (2)", "INSERT INTO customers (id, tenant, name, contract_ended) VALUES (1, 7, 'A', '2020-01-01'), (2, 7, 'B', NULL)",
            "INSERT INTO notes (no, customer, tenant) VALUES (10, 1, 7), (20, 2, 7)");
        var (source, evaluator) = (Source(database), Shop.Evaluator());
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await source.SweepAsync(evaluator, Shop.Customers);

        database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
        database.Rows("SELECT no, customer, tenant FROM notes ORDER BY no").ShouldBe(["10|NULL|7", "20|2|7"], why);
    }

    private static Database Database(string parent, string child) => new(
        "CREATE TABLE tenants (no INTEGER PRIMARY KEY)",
        "CREATE TABLE people (no INTEGER PRIMARY KEY)",
        "CREATE TABLE places (tenant INTEGER, customer INTEGER, no INTEGER, PRIMARY KEY (tenant, customer, no))",
        $"CREATE TABLE customers ({parent})",
        $"CREATE TABLE notes ({child}, FOREIGN KEY (customer, tenant) REFERENCES customers (id, tenant))");

    private static IDisposalSource Source(Database database) => database.Source(map => map.DataSet(Shop.Customers, customers => customers.Child(new ChildMapping
    {
        Table = "notes",
        On = new Dictionary<string, string> { ["customer"] = "id", ["tenant"] = "tenant" },
        Action = ChildAction.Sever,
    })));
}
