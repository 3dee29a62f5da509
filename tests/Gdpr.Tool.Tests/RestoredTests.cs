using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

/// <summary>The database and its journal are restored together: what had been disposed of since is shown, and somebody decides.</summary>
public sealed class RestoredTests : IDisposable
{
    private readonly Shop _shop = new Shop().WithCustomers();

    public RestoredTests() => File.WriteAllText(
        _shop.Policy, File.ReadAllText(_shop.Policy).Replace("\"shop\": { \"dataSets\"", "\"shop\": { \"backup\": { \"keep\": \"P35D\" }, \"dataSets\"", StringComparison.Ordinal));

    [Fact]
    public async Task What_came_back_and_is_not_due_is_listed_and_erased_again_where_somebody_says_so()
    {
        await RestoreAsync();
        var listed = await _shop.RunAsync("restored list");
        listed.ExitCode.ShouldBe(ExitCode.Findings, listed.Output);
        listed.Output.ShouldContain("shop.customers: 1 records had been disposed of after the backup");
        listed.Output.ShouldContain("    1\n");
        (await _shop.RunAsync("restored list", "--output", "json")).Output.ShouldContain("\"records\"");
        (await _shop.RunAsync("status")).Output.ShouldContain("see gdpr restored list");

        var erased = await _shop.RunAsync("restored erase", "--by", "dpo");
        erased.ExitCode.ShouldBe(ExitCode.Done, erased.Output);
        erased.Output.ShouldContain("1 records are erased by the next sweep");
        _shop.Customers.ShouldBe("1,3");
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);

        _shop.Customers.ShouldBe("3");
        (await _shop.RunAsync("restored list")).ShouldSatisfyAllConditions(
            none => none.ExitCode.ShouldBe(ExitCode.Done), none => none.Output.ShouldContain("Nothing waits"));
        (await _shop.RunAsync("restored erase", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Findings);
        (await _shop.JournalAsync("verify")).ExitCode.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task Somebody_may_accept_it()
    {
        await RestoreAsync();
        (await _shop.RunAsync("restored accept", "--by", "4711")).ExitCode.ShouldBe(ExitCode.BadInput);

        (await _shop.RunAsync("restored accept", "--by", "dpo")).Output.ShouldContain("accepted");

        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Customers.ShouldBe("1,3");
        (await _shop.RunAsync("restored list")).ExitCode.ShouldBe(ExitCode.Done);
    }

    // Somebody opens a copy of a backup beside the data in use, to see what was in it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_preview_of_a_copy_of_a_backup_writes_nothing_into_the_journal(bool isCopy)
    {
        Directory.CreateDirectory(_shop.PathOf("old"));
        var copy = Path.Combine(_shop.PathOf("old"), "shop.db");
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Shop.Execute(_shop.Database, $"VACUUM INTO '{copy}'");
        _shop.Execute("UPDATE customers SET account_closed = '2024-01-31' WHERE id = 1");
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Customers.ShouldBe("3");
        var before = Entries();

        var run = await ToolRun.OfAsync(["sweep", _shop.Policy, "--database", isCopy ? copy : _shop.Database, "--journal", _shop.Database + ".gdpr.db", "--keys", _shop.Database + ".keys.json", "--witness", _shop.Database + ".witness.json", "--preview"]);

        Entries().ShouldBe(before, run.Output + run.Error);
        (await _shop.RunAsync("restored list")).ExitCode.ShouldBe(ExitCode.Done);
    }

    // A backup comes back in the same hour as a new version of the rules: preview, approve, run.
    [Fact]
    public async Task A_backup_that_comes_back_with_a_new_version_of_the_rules_can_be_swept()
    {
        var copy = _shop.PathOf("backup.db");
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        Shop.Execute(_shop.Database, $"VACUUM INTO '{copy}'");
        _shop.Execute("UPDATE customers SET account_closed = '2024-01-31' WHERE id = 1");
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        File.Delete(_shop.Database + "-wal");
        File.Delete(_shop.Database + "-shm");
        File.Copy(copy, _shop.Database, overwrite: true);
        _shop.Execute("UPDATE customers SET account_closed = '2024-01-31' WHERE id = 1");
        _shop.WriteNewVersion();

        var preview = await _shop.RunAsync("sweep", "--preview");
        preview.ExitCode.ShouldBe(ExitCode.Done, preview.Output + preview.Error);
        var run = await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        run.ExitCode.ShouldBe(ExitCode.Done, run.Output + run.Error);
        _shop.Customers.ShouldBe("3");
    }

    public void Dispose() => _shop.Dispose();

    /// <summary>A customer whose account was closed after the backup comes back with an open one.</summary>
    private async Task RestoreAsync()
    {
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        _shop.Customers.ShouldBe("1,3");
        foreach (var file in Files())
        {
            File.Copy(file, file + ".backup");
        }

        _shop.Execute("UPDATE customers SET account_closed = '2024-01-31' WHERE id = 1");
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Customers.ShouldBe("3");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (var file in Files())
        {
            File.Delete(file + "-wal");
            File.Delete(file + "-shm");
            File.Copy(file + ".backup", file, overwrite: true);
        }

        (await _shop.RunAsync("sweep")).Output.ShouldContain("journal-behind-witness");
        (await _shop.RunAsync("journal acknowledge-restore", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Done);
    }

    private string[] Files() => [_shop.Database, _shop.Database + ".gdpr.db"];

    private string Entries() => Shop.Text(_shop.Database + ".gdpr.db", "SELECT count(*) || ' ' || coalesce(max(type), '') FROM gdpr_journal");
}
