using Gdpr.PostgresServer;

namespace Gdpr.PostgreSql.Tests;

public sealed class ServerTests
{
    [PostgresFact]
    public async Task The_test_server_answers_in_a_database_of_its_own()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        (await database.ReadAsync("SELECT current_database()")).ShouldBeOfType<string>().ShouldStartWith("gdpr_test_");
    }
}
