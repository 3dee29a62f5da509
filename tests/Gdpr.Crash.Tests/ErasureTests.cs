using Gdpr.CrashApp.Shop;
using Gdpr.Disposal;
using Microsoft.Data.Sqlite;

namespace Gdpr.Crash.Tests;

/// <summary>What remains of erased bytes in the files.</summary>
public sealed class ErasureTests
{
    [Fact]
    public async Task After_a_sweep_what_it_erased_is_in_no_file_while_others_have_the_database_open()
    {
        using var world = await World.CreateAsync(each: 16);
        world.FilesWith(CrashShop.Marker).ShouldBe(["crm.db", "web.db"], ignoreOrder: true);
        using var other = new SqliteConnection($"Data Source={CrashHost.DatabaseOf("crm", world.Folder)};Pooling=False");
        other.Open();
        await using var host = world.Open(CrashShop.Now, batchSize: 40);

        (await host.Get<Sweep>().RunAsync()).IsComplete.ShouldBeTrue();

        world.FilesWith(CrashShop.Marker).ShouldBeEmpty();
        world.FilesWith($"Held-{CrashShop.HeldCustomer}").ShouldNotBeEmpty("what is under a hold is there");
    }

    /// <summary>SQLite overwrites what is deleted, not the copies that stay where a row was before it was moved from page to page.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copies_of_rows_that_were_moved_before_they_were_erased_are_gone_with_a_vacuum(bool overwrites)
    {
        using var world = await World.CreateAsync(each: 200, overwrites);
        await using (var host = world.Open(CrashShop.Now, batchSize: 40))
        {
            (await host.Get<Sweep>().RunAsync()).IsComplete.ShouldBeTrue();
        }

        world.Close();
        world.Rows("crm", $"SELECT 1 FROM customers WHERE name LIKE '{CrashShop.Marker}%'").ShouldBeEmpty();
        using (var connection = new SqliteConnection($"Data Source={CrashHost.DatabaseOf("crm", world.Folder)};Pooling=False"))
        {
            connection.Open();
            using var vacuum = connection.CreateCommand();
            vacuum.CommandText = "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)";
            vacuum.ExecuteNonQuery();
        }

        world.FilesWith(CrashShop.Marker).ShouldNotContain("crm.db");
    }
}
