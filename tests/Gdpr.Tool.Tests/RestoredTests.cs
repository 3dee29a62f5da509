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
}
