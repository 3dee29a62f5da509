using Gdpr.PostgresServer;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

/// <summary><c>gdpr coverage --postgres</c> on a real server.</summary>
public sealed class CoverageOnPostgresTests : IDisposable
{
    private const string Tables = """
        CREATE TABLE customers (id bigint PRIMARY KEY, subject text, name text, email text, account_closed date, last_login timestamptz);
        CREATE SCHEMA audit;
        CREATE TABLE audit.calls (id bigint PRIMARY KEY, customer bigint REFERENCES customers (id), phone text);
        CREATE VIEW names AS SELECT name FROM customers;
        CREATE TABLE prices (id int PRIMARY KEY, amount numeric);
        """;

    private readonly Shop _shop = new();

    [PostgresFact]
    public async Task What_is_found_stands_on_lines_and_nothing_is_changed()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await database.ExecuteAsync(Tables);

        var run = await RunAsync(database);

        run.ExitCode.ShouldBe(ExitCode.Findings, run.Error);
        run.Lines.ShouldBe(
        [
            "C-COV-01 audit.calls: Its rows reach a person (audit.calls(customer) -> customers), and the table is neither mapped nor excused. "
                + "Map it as a data set or under the children of what it refers to, or excuse it with a reason.",
            "C-COV-04 audit.calls.phone: Its name says that it holds a phone number, and no field of the policy classifies it. "
                + "Map it to a field with a category such as contact.phone, or excuse it by its own name with a reason.",
            "C-COV-06 shop.letters: The policy declares this data set of system 'shop', and nothing is mapped to it. "
                + "Map it to the table that holds it, or excuse it with a reason, such as where else it is.",
            "3 findings.",
        ]);
        (await database.ReadAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'gdpr'")).ShouldBe(0L, "the database is looked at and not changed");
    }

    [PostgresFact]
    public async Task Gaps_are_recorded_and_a_complete_mapping_is_done()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await database.ExecuteAsync(Tables);
        var gaps = _shop.PathOf("gaps.json");

        (await RunAsync(database, "--write-baseline", gaps, "--owner", "shop team", "--mend-by", Tomorrow)).ExitCode.ShouldBe(ExitCode.Done);
        (await RunAsync(database, "--baseline", gaps)).Output.ShouldBe("no findings, 3 known gaps with time left.\n");
        await database.ExecuteAsync("ALTER TABLE prices ADD COLUMN customer_id bigint");
        (await RunAsync(database, "--baseline", gaps)).Lines[0].ShouldStartWith("C-COV-01 prices: Its rows seem to name people (customer_id)");

        await File.WriteAllTextAsync(_shop.PathOf("mapping.json"), """
            { "dataSets": { "shop.customers": { "children": [{ "table": "audit.calls", "on": { "customer": "id" }, "action": "delete" }] } },
              "excused": { "shop.letters": "On paper.", "audit.calls.phone": "Of the switchboard.", "prices": "Firms." } }
            """);
        var run = await RunAsync(database, "--mapping", _shop.PathOf("mapping.json"));
        run.Output.ShouldBe("no findings.\n", run.Error);
        run.ExitCode.ShouldBe(ExitCode.Done);
    }

    [PostgresFact]
    public async Task A_role_that_may_only_look_is_enough_and_a_database_that_is_not_there_is_said_to_be_so()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await database.ExecuteAsync(Tables);
        var role = $"looker_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN");
        try
        {
            (await ToolRun.OfAsync("coverage", _shop.Policy, "--postgres", $"{database.ConnectionString};Username={role}")).Lines[^1].ShouldBe("3 findings.");
        }
        finally
        {
            await database.ExecuteAsync($"DROP ROLE {role}");
        }

        var run = await ToolRun.OfAsync("coverage", _shop.Policy, "--postgres", $"{database.ConnectionString};Database=nobodys");
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("there is no such database");
    }

    public void Dispose() => _shop.Dispose();

    private static string Tomorrow => TimeProvider.System.GetUtcNow().AddDays(2).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private Task<ToolRun> RunAsync(PostgresDatabase database, params string[] args) =>
        ToolRun.OfAsync(["coverage", _shop.Policy, "--postgres", database.ConnectionString, .. args]);
}
