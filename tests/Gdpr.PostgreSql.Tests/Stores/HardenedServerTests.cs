using Gdpr.PostgresServer;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>Servers that let nobody ask for their control data.</summary>
public sealed class HardenedServerTests
{
    [PostgresFact]
    public async Task A_role_that_may_not_ask_for_control_data_appends_in_the_hosts_transaction()
    {
        await using var host = await StoreHost.CreateAsync();
        var role = $"plain_{Guid.NewGuid():N}";
        await host.OpenAsync();
        await host.RunAsync($"""
            REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC;
            CREATE ROLE {role}; GRANT USAGE ON SCHEMA gdpr TO {role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA gdpr TO {role};
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA gdpr TO {role};
            """);
        var journal = (await host.OpenAsync(shared: true, more: $"Options=-c role={role}")).Journal;
        await using var connection = await host.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await journal.AppendAsync("host", 0, transaction);
        await transaction.CommitAsync();
        (await journal.AllAsync()).Count.ShouldBe(1);
    }
}
