using System.Text.Json;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

public sealed class SweepTests : IDisposable
{
    private readonly Shop _shop = new Shop().WithCustomers();

    [Fact]
    public async Task A_preview_counts_what_is_due_and_leaves_every_file_as_it_is()
    {
        var before = await File.ReadAllBytesAsync(_shop.Database);

        var run = await _shop.RunAsync("sweep", "--preview");

        run.ExitCode.ShouldBe(ExitCode.Done);
        run.Lines[1..6].ShouldBe([
            "DATA SET        FATE          RULE      REASON           RECORDS  DUE  MISSING",
            "shop.customers  erase         shopping  all-ended        2        2    -",
            "shop.customers  keep          shopping  purpose-alive    1        0    -",
            "shop.customers  undetermined  shopping  trigger-unknown  1        0    last-login",
            "shop.letters: not in this database as it is mapped, so not reached.",
        ]);
        run.Error.ShouldContain("--approve --by");
        (await File.ReadAllBytesAsync(_shop.Database)).ShouldBe(before);
        Directory.GetFiles(Path.GetDirectoryName(_shop.Database)!).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["policy.json", "shop.db"]);
    }

    [Fact]
    public async Task A_first_run_is_a_preview_that_says_how_to_approve()
    {
        var run = await _shop.RunAsync("sweep");

        run.ExitCode.ShouldBe(ExitCode.Findings);
        run.Output.ShouldContain("shop.customers  erase ");
        run.Error.ShouldContain("Nothing was disposed of in shop.customers");
        run.Error.ShouldContain("--approve --by <function>");
        run.Error.ShouldContain("shop.db.keys.json: a new key ring");
        _shop.Customers.ShouldBe("1,2,3,4");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(_shop.PathOf("shop.db.keys.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task An_approval_runs_and_holds_until_the_rules_change()
    {
        var approved = await _shop.RunAsync("sweep", "--approve", "--by", "data-protection-officer");

        approved.ExitCode.ShouldBe(ExitCode.Done, approved.Error);
        approved.Lines.ShouldContain("shop.customers  completed  -          2       0              0");
        approved.Output.ShouldContain("What is there now:");
        _shop.Customers.ShouldBe("1,3");

        _shop.Execute("INSERT INTO customers VALUES (5, 'e', 'E', 'e@shop.example', '2024-01-31', '2024-01-15')");
        var again = await _shop.RunAsync("sweep");
        again.ExitCode.ShouldBe(ExitCode.Done, again.Error);
        _shop.Customers.ShouldBe("1,3");

        _shop.Execute("INSERT INTO customers VALUES (6, 'f', 'F', 'f@shop.example', '2024-01-31', '2024-01-15')");
        _shop.WriteNewVersion();
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Findings);
        _shop.Customers.ShouldBe("1,3,6");
    }

    [Fact]
    public async Task An_approval_is_for_the_source_that_the_application_knows_the_database_as()
    {
        (await _shop.RunAsync("sweep", "--source-name", "crm", "--approve", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Execute("INSERT INTO customers VALUES (5, 'e', 'E', 'e@shop.example', '2024-01-31', '2024-01-15')");

        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Findings, "it is another source by its file's name");
        (await _shop.RunAsync("sweep", "--source-name", "crm")).ExitCode.ShouldBe(ExitCode.Done);

        _shop.Customers.ShouldBe("1,3");
    }

    [Fact]
    public async Task Json_has_the_preview_the_outcome_and_what_is_left()
    {
        var run = await _shop.RunAsync("sweep", "--approve", "--by", "dpo", "--output", "json");

        using var document = JsonDocument.Parse(run.Output);
        var root = document.RootElement;
        root.GetProperty("preview")[0].GetProperty("survey").GetProperty("lines")[0].GetProperty("due").GetInt64().ShouldBe(2);
        root.GetProperty("run").GetProperty("approvedBy").GetString().ShouldBe("dpo");
        var outcome = root.GetProperty("run").GetProperty("dataSets")[0];
        outcome.GetProperty("status").GetString().ShouldBe("completed");
        outcome.GetProperty("erased").GetInt64().ShouldBe(2);
        outcome.GetProperty("left").GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("fate").GetString() == "undetermined")
            .GetProperty("missing")[0].GetString().ShouldBe("last-login");
        root.GetProperty("run").GetProperty("dataSets")[1].GetProperty("status").GetString().ShouldBe("manual");
    }

    [Fact]
    public async Task Keys_of_records_are_shown_only_when_they_are_asked_for()
    {
        (await _shop.RunAsync("sweep", "--preview")).Output.ShouldNotContain("For instance");
        (await _shop.RunAsync("sweep", "--preview", "--examples", "1")).Lines.ShouldContain("For instance shop.customers, erase, all-ended: 2");
    }

    [Fact]
    public async Task An_instant_in_the_future_is_for_previews_alone()
    {
        var refused = await _shop.RunAsync("sweep", "--at", "2999-01-01T00:00:00Z", "--approve", "--by", "dpo");
        refused.ExitCode.ShouldBe(ExitCode.BadInput);
        refused.Error.ShouldContain("--at lies in the future");
        _shop.Customers.ShouldBe("1,2,3,4");

        (await _shop.RunAsync("sweep", "--at", "2999-01-01T00:00:00Z", "--preview")).Lines
            .ShouldContain("shop.customers  erase         shopping  all-ended        3        3    -");
    }

    [Fact]
    public async Task At_an_earlier_instant_what_has_become_due_since_stays()
    {
        (await _shop.RunAsync("sweep", "--approve", "--by", "dpo", "--at", "2025-03-01T00:00:00Z")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Customers.ShouldBe("1,2,3");
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_not_created()
    {
        var run = await ToolRun.OfAsync("sweep", _shop.Policy, "--database", _shop.PathOf("none.db"));

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("there is no such database");
        File.Exists(_shop.PathOf("none.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_bad_input()
    {
        File.WriteAllText(_shop.PathOf("text.db"), new string('x', 5000));

        var run = await ToolRun.OfAsync("sweep", _shop.Policy, "--database", _shop.PathOf("text.db"));

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("is no SQLite database");
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_mapping_is_said_at_once_and_nothing_is_created()
    {
        using var other = new Shop("CREATE TABLE clients (no INTEGER PRIMARY KEY, who TEXT, mail TEXT)");
        File.WriteAllText(other.PathOf("map.json"), """{ "dataSets": { "shop.customers": { "table": "clients", "triggers": { "last-login": "seen" } } } }""");

        var run = await other.RunAsync("sweep", "--mapping", other.PathOf("map.json"), "--approve", "--by", "dpo");

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("'account-closed' is not mapped");
        run.Error.ShouldContain("column 'seen', which table 'clients' does not have");
        run.Error.ShouldContain("field 'email' is not mapped");
        Directory.GetFiles(Path.GetDirectoryName(other.Database)!).Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_mapping_beside_the_database_is_used()
    {
        using var other = new Shop("CREATE TABLE clients (no INTEGER PRIMARY KEY, who TEXT, mail TEXT, closed INTEGER, seen INTEGER)");
        other.Execute("INSERT INTO clients VALUES (1, 'A', 'a', unixepoch('2024-01-31'), unixepoch('2024-01-15')), (2, 'B', 'b', NULL, unixepoch('now'))");
        File.WriteAllText(other.Database + ".mapping.json", """
            { "dataSets": { "shop.customers": { "table": "clients", "fields": { "name": "who", "email": "mail" },
                "triggers": { "account-closed": { "column": "closed", "form": "unix-seconds" }, "last-login": { "column": "seen", "form": "unix-seconds" } } } } }
            """);

        var run = await other.RunAsync("sweep", "--approve", "--by", "dpo");

        run.ExitCode.ShouldBe(ExitCode.Done, run.Error + run.Output);
        Shop.Text(other.Database, "SELECT group_concat(no) FROM clients").ShouldBe("2");
    }

    [Fact]
    public async Task The_mapping_that_the_documentation_shows_can_be_used()
    {
        using var other = new Shop("CREATE TABLE clients (no INTEGER PRIMARY KEY, full_name TEXT, mail TEXT NOT NULL, closed INTEGER, seen TEXT)");
        other.Execute("INSERT INTO clients VALUES (1, 'A', 'a', unixepoch('2024-01-31'), '2024-01-15')");
        var page = await File.ReadAllTextAsync(Path.Combine(Golden.PathOf(".."), "..", "..", "docs", "tool.md"));
        var start = page.IndexOf("```json\n{ \"dataSets\"", StringComparison.Ordinal) + "```json\n".Length;
        File.WriteAllText(other.PathOf("map.json"), page[start..page.IndexOf("```", start, StringComparison.Ordinal)]);

        (await other.RunAsync("sweep", "--preview", "--mapping", other.PathOf("map.json"))).Lines
            .ShouldContain("shop.customers  erase  shopping  all-ended  1        1    -");
    }

    [Fact]
    public async Task Without_any_table_of_the_policys_a_mapping_is_asked_for()
    {
        using var other = new Shop("CREATE TABLE clients (no INTEGER PRIMARY KEY)");
        var run = await other.RunAsync("sweep");
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("--mapping");
    }

    [Theory]
    [InlineData("--approve")]
    [InlineData("--by", "dpo")]
    [InlineData("--approve", "--by", "dpo", "--preview")]
    [InlineData("--approve", "--by", "anna@shop.example")]
    [InlineData("--data-set", "shop.customer")]
    [InlineData("--examples", "-1")]
    public async Task What_does_not_go_together_is_bad_input_and_destroys_nothing(params string[] args)
    {
        var run = await _shop.RunAsync("sweep", args);

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldNotContain("   at ");
        _shop.Customers.ShouldBe("1,2,3,4");
        File.Exists(_shop.PathOf("shop.db.gdpr.db")).ShouldBeFalse("no journal was begun");
        File.Exists(_shop.PathOf("shop.db.keys.json")).ShouldBeFalse("no key was made");
    }

    [Fact]
    public async Task A_journal_or_a_key_ring_that_has_gone_astray_is_not_replaced_by_a_new_one()
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        File.Move(_shop.PathOf("shop.db.keys.json"), _shop.PathOf("moved.keys"));
        var run = await _shop.RunAsync("sweep");
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("the key ring is not there");
        (await _shop.RunAsync("sweep", "--keys", _shop.PathOf("moved.keys"))).ExitCode.ShouldBe(ExitCode.Done);

        File.Move(_shop.PathOf("shop.db.gdpr.db"), _shop.PathOf("moved.db"));
        run = await _shop.RunAsync("sweep", "--keys", _shop.PathOf("moved.keys"));
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("this journal is not there");
        File.Exists(_shop.PathOf("shop.db.gdpr.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task On_a_terminal_progress_is_shown_and_the_result_is_the_same()
    {
        var run = await _shop.OnTerminalAsync("sweep", "--approve", "--by", "dpo");

        run.ExitCode.ShouldBe(ExitCode.Done);
        run.Output.ShouldContain("completed");
        _shop.Customers.ShouldBe("1,3");
    }

    [Fact]
    public async Task The_kill_switch_stops_a_sweep_until_it_is_off()
    {
        (await _shop.RunAsync("kill-switch on", "--reason", "something is wrong", "--by", "operations")).Output.ShouldStartWith("The kill switch is on, by operations");
        var stopped = await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        stopped.ExitCode.ShouldBe(ExitCode.Findings);
        stopped.Output.ShouldContain("interrupted");
        _shop.Customers.ShouldBe("1,2,3,4");

        (await _shop.RunAsync("kill-switch off", "--by", "operations")).Output.ShouldBe("The kill switch is off.\n");
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Customers.ShouldBe("1,3");
    }

    public void Dispose() => _shop.Dispose();
}
