using Gdpr.Tool.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Gdpr.Tool.Tests;

/// <summary>Looking at what is due, when something has happened before.</summary>
public sealed class LookingWhileHeldTests : IDisposable
{
    private readonly Shop _shop = new Shop().WithCustomers();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_due_is_shown_while_something_is_held(bool isSwept)
    {
        if (isSwept)
        {
            (await _shop.RunAsync("sweep", "--approve", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Done);
        }

        var placed = await _shop.RunAsync(
            "hold place", "--matter", "case 17", "--reason", "claims by B", "--approver", "legal", "--review-by", "2027-04-30", "--data-set", "shop.customers", "--record", isSwept ? "1" : "2");
        placed.ExitCode.ShouldBe(ExitCode.Done, placed.Error);
        var entries = Entries();

        var preview = await _shop.RunAsync("sweep", "--preview");

        preview.ExitCode.ShouldBe(ExitCode.Done, preview.Output + preview.Error);
        Entries().ShouldBe(entries);
        (await _shop.RunAsync("status")).ExitCode.ShouldNotBe(ExitCode.Failure);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("hold list")]
    [InlineData("restored list")]
    [InlineData("evidence")]
    [InlineData("sweep")]
    public async Task Other_commands_work_while_something_is_held(string command)
    {
        (await _shop.RunAsync("sweep", "--approve", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Done);
        await _shop.RunAsync(
            "hold place", "--matter", "case 17", "--reason", "claims by B", "--approver", "legal", "--review-by", "2027-04-30", "--data-set", "shop.customers", "--record", "1");
        var run = await _shop.RunAsync(command);
        run.ExitCode.ShouldBe(ExitCode.Done, run.Output + run.Error);
    }

    // The backup was noticed and replayed; whoever restored it had taken out again what was gone.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_due_is_shown_after_a_restore_that_was_replayed(bool isRestored)
    {
        var copy = _shop.PathOf("backup.db");
        (await _shop.RunAsync("sweep", "--approve", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Done);
        Shop.Execute(_shop.Database, $"VACUUM INTO '{copy}'");
        _shop.Execute("UPDATE customers SET account_closed = '2024-01-31' WHERE id = 1");
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Customers.ShouldBe("3");
        if (isRestored)
        {
            SqliteConnection.ClearAllPools();
            File.Delete(_shop.Database + "-wal");
            File.Delete(_shop.Database + "-shm");
            File.Copy(copy, _shop.Database, overwrite: true);
            _shop.Execute("DELETE FROM customers WHERE id = 1");
        }

        var run = await _shop.RunAsync("sweep");
        run.ExitCode.ShouldBe(ExitCode.Done, run.Output + run.Error);
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        var preview = await _shop.RunAsync("sweep", "--preview");
        preview.ExitCode.ShouldBe(ExitCode.Done, preview.Output + preview.Error);
    }

    // Another purpose: holds and objections are put anew, which whoever only looks may not.
    [Fact]
    public async Task What_a_changed_policy_would_do_is_shown_with_the_facts_that_are_there_and_that_is_said()
    {
        (await _shop.RunAsync("sweep", "--approve", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Done);
        await _shop.RunAsync(
            "hold place", "--matter", "case 17", "--reason", "claims by B", "--approver", "legal", "--review-by", "2027-04-30", "--data-set", "shop.customers", "--record", "1");
        _shop.WriteNewVersion();
        File.WriteAllText(_shop.Policy, File.ReadAllText(_shop.Policy).Replace("service-provision", "sales", StringComparison.Ordinal));

        var preview = await _shop.RunAsync("sweep", "--preview");

        preview.Output.ShouldContain("customers: what people have said", customMessage: preview.Output + preview.Error);
    }

    public void Dispose() => _shop.Dispose();

    private string Entries() => Shop.Text(_shop.Database + ".gdpr.db", "SELECT count(*) || ' ' || coalesce(max(type), '') FROM gdpr_journal");
}
