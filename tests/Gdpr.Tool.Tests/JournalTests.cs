using System.Text.Json;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

public sealed class JournalTests : IDisposable
{
    private readonly Shop _shop = new Shop().WithCustomers();

    private string Journal => _shop.PathOf("shop.db.gdpr.db");

    [Fact]
    public async Task The_journal_of_a_sweep_is_listed_and_verified()
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");

        var list = await _shop.JournalAsync("list");
        list.Lines.Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries)[3])
            .ShouldBe(["sweep-approved", "disposal-planned", "disposal-batch", "disposal-completed"]);
        (await _shop.JournalAsync("list", "--stream", "disposal/", "--after", "3")).Lines.Length.ShouldBe(1);

        var verified = await _shop.JournalAsync("verify");
        verified.ExitCode.ShouldBe(ExitCode.Done);
        verified.Lines[^1].ShouldBe("The journal is intact.");
        verified.Output.ShouldContain("The witness knows checkpoint 1 at position 4");
    }

    [Fact]
    public async Task Json_is_one_document_with_a_list_of_entries()
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");

        using var all = JsonDocument.Parse((await _shop.JournalAsync("list", "--output", "json")).Output);
        using var none = JsonDocument.Parse((await _shop.JournalAsync("list", "--output", "json", "--after", "4")).Output);

        all.RootElement.GetArrayLength().ShouldBe(4);
        all.RootElement[2].GetProperty("data").GetProperty("erased").GetInt32().ShouldBe(2);
        none.RootElement.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task One_number_changed_is_found_where_it_is()
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        Shop.Execute(Journal, "UPDATE gdpr_journal SET data = replace(data, '\"erased\":2', '\"erased\":1') WHERE position = 3");

        var run = await _shop.JournalAsync("verify");

        run.ExitCode.ShouldBe(ExitCode.Findings);
        run.Lines[0].ShouldStartWith("entry-changed, position 3, stream disposal/");
        run.Lines[0].ShouldContain("version 2");
        using var report = JsonDocument.Parse((await _shop.JournalAsync("verify", "--output", "json")).Output);
        report.RootElement.GetProperty("isIntact").GetBoolean().ShouldBeFalse();
        report.RootElement.GetProperty("faults")[0].GetProperty("position").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task A_journal_restored_from_before_the_last_checkpoint_is_found_and_stops_the_sweep()
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        File.Copy(Journal, _shop.PathOf("backup"));
        await _shop.RunAsync("hold place", "--matter", "m", "--reason", "r", "--approver", "a", "--from", "2026-11-01", "--review-by", "2027-04-30", "--subject", "a");
        foreach (var leftover in Directory.GetFiles(Path.GetDirectoryName(Journal)!, "shop.db.gdpr.db-*"))
        {
            File.Delete(leftover);
        }

        File.Copy(_shop.PathOf("backup"), Journal, overwrite: true);

        var verified = await _shop.JournalAsync("verify");
        verified.ExitCode.ShouldBe(ExitCode.Findings);
        verified.Output.ShouldContain("behind-witness");
        (await _shop.RunAsync("status")).Output.ShouldContain("it has not what the witness knows");
        var run = await _shop.RunAsync("sweep");
        run.ExitCode.ShouldBe(ExitCode.Failure);
        run.Output.ShouldContain("journal-behind-witness");

        var acknowledged = await _shop.RunAsync("journal acknowledge-restore", "--by", "dpo");
        acknowledged.ExitCode.ShouldBe(ExitCode.Done, acknowledged.Output);
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        (await _shop.JournalAsync("verify")).ExitCode.ShouldBe(ExitCode.Done);
        (await _shop.RunAsync("journal acknowledge-restore", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Findings);
    }

    [Theory]
    [InlineData("DELETE FROM gdpr_evidence WHERE batch > 0", "missing: batch 1 of plan")]
    [InlineData("UPDATE gdpr_evidence SET record = randomblob(length(record)) WHERE batch > 0", "differs: batch 1 of plan")]
    [InlineData("UPDATE gdpr_evidence SET rule = 'another' WHERE batch > 0", "differs: batch 1 of plan")]
    [InlineData(
        "INSERT INTO gdpr_evidence (plan, batch, seq, data_set, key_id, record, action, fields, rule, reason, at, records) "
        + "SELECT 'forged', batch, seq, data_set, key_id, record, action, fields, rule, reason, at, records FROM gdpr_evidence WHERE batch > 0",
        "unknown: batch 1 of plan forged")]
    public async Task Evidence_that_is_gone_or_another_than_the_journal_commits_to_is_named(string edit, string words)
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        var intact = await _shop.RunAsync("evidence");
        intact.ExitCode.ShouldBe(ExitCode.Done, intact.Output);
        intact.Output.ShouldContain("1 batches in the journal; the evidence of 0");

        _shop.Execute(edit);

        var found = await _shop.RunAsync("evidence");
        found.ExitCode.ShouldBe(ExitCode.Findings);
        found.Output.ShouldContain(words);
        (await _shop.RunAsync("evidence", "--output", "json")).Output.ShouldContain("\"batch\": 1");
    }

    [Fact]
    public async Task Faults_that_verify_has_found_stop_the_sweep_until_it_finds_none()
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        _shop.Execute("INSERT INTO customers VALUES (9, 'i', 'I', 'i@shop.example', '2024-01-31', '2024-01-15')");
        var before = _shop.Customers;
        Shop.Execute(Journal, "UPDATE gdpr_journal SET data = replace(data, '\"erased\":2', '\"erased\":1') WHERE position = 3");
        (await _shop.JournalAsync("verify")).ExitCode.ShouldBe(ExitCode.Findings);

        var stopped = await _shop.RunAsync("sweep");
        stopped.ExitCode.ShouldBe(ExitCode.Failure);
        stopped.Output.ShouldContain("journal-damaged");
        _shop.Customers.ShouldBe(before);

        Shop.Execute(Journal, "UPDATE gdpr_journal SET data = replace(data, '\"erased\":1', '\"erased\":2') WHERE position = 3");
        (await _shop.RunAsync("sweep")).Output.ShouldContain("journal-damaged");
        (await _shop.JournalAsync("verify")).ExitCode.ShouldBe(ExitCode.Done);
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Customers.ShouldNotBe(before);
    }

    [Fact]
    public async Task A_sweep_verifies_when_that_is_due_and_destroys_nothing_where_it_finds_faults()
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        _shop.Execute("INSERT INTO customers VALUES (9, 'i', 'I', 'i@shop.example', '2024-01-31', '2024-01-15')");
        var before = _shop.Customers;
        Shop.Execute(Journal, "UPDATE gdpr_journal SET data = replace(data, '\"erased\":2', '\"erased\":1') WHERE position = 3");
        Shop.Text(Journal, "SELECT count(*) FROM gdpr_item WHERE kind = 'verification'").ShouldBe("1");
        Shop.Execute(Journal, "UPDATE gdpr_item SET due = '2026-01-01T12:00:00.000000000Z' WHERE kind = 'verification'");

        var stopped = await _shop.RunAsync("sweep");

        stopped.ExitCode.ShouldBe(ExitCode.Failure);
        stopped.Output.ShouldContain("journal-damaged");
        stopped.Error.ShouldContain("The journal is not intact, faults: 1. The first: Entry");
        _shop.Customers.ShouldBe(before);
    }

    [Fact]
    public async Task Damage_that_the_application_has_found_stops_the_sweep_until_it_is_acknowledged()
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        using (var none = JsonDocument.Parse((await _shop.RunAsync("journal acknowledge-damage", "--by", "dpo", "--output", "json")).Output))
        {
            none.RootElement.GetProperty("isAcknowledged").GetBoolean().ShouldBeFalse();
        }

        // As the application's own verification takes note of it.
        Shop.Execute(
            Journal, "INSERT INTO gdpr_item (id, kind, due, content) VALUES ('journal-damage', 'journal-damage', '2026-11-22T12:00:00.000000000Z', '{\"faults\":\"00\"}')");
        var stopped = await _shop.RunAsync("sweep");
        stopped.ExitCode.ShouldBe(ExitCode.Failure);
        stopped.Output.ShouldContain("journal-damaged");

        (await _shop.RunAsync("journal acknowledge-damage", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Done);

        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        (await _shop.JournalAsync("list")).Output.ShouldContain("damage-acknowledged");
    }

    [Fact]
    public async Task A_checkpoint_is_made_where_there_is_something_new()
    {
        await _shop.RunAsync("kill-switch on", "--reason", "trial", "--by", "operations");
        (await _shop.JournalAsync("checkpoint")).Output.ShouldStartWith("checkpoint 1 at position 1");
    }

    [Fact]
    public async Task A_journal_that_is_not_there_is_not_created()
    {
        foreach (var command in new[] { "list", "verify", "checkpoint" })
        {
            var run = await _shop.JournalAsync(command);
            run.ExitCode.ShouldBe(ExitCode.BadInput);
            run.Error.ShouldContain("there is no such journal");
        }

        File.Exists(Journal).ShouldBeFalse();
        (await ToolRun.OfAsync("journal", "verify")).Error.ShouldContain("--database");
    }

    [Fact]
    public async Task The_status_tells_of_the_last_sweep_and_changes_nothing()
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        var before = await File.ReadAllBytesAsync(_shop.Database);

        var status = await _shop.RunAsync("status");

        status.ExitCode.ShouldBe(ExitCode.Done, status.Output);
        status.Lines[0].ShouldBe("Kill switch: off");
        status.Output.ShouldContain("the witness agrees");
        status.Lines.Single(line => line.StartsWith("shop.customers", StringComparison.Ordinal)).ShouldEndWith("completed  2");
        (await File.ReadAllBytesAsync(_shop.Database)).ShouldBe(before);
        using var json = JsonDocument.Parse((await _shop.RunAsync("status", "--output", "json")).Output);
        json.RootElement.GetProperty("journal").GetProperty("witness").GetString().ShouldBe("agrees");
    }

    public void Dispose() => _shop.Dispose();
}
