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

    [Theory]
    [InlineData(null, "no server")]
    [InlineData("", "no server")]
    [InlineData("duckdb", "no server")]
    [InlineData("postgres", null)]
    [InlineData("duckdb, Postgres", null)]
    public void Without_a_server_tests_are_skipped_with_the_reason_and_run_into_it_where_one_is_required(string? required, string? reason)
    {
        PostgresCluster.WhySkip(required, "no server").ShouldBe(reason);
        PostgresCluster.WhySkip(required, null).ShouldBeNull("with a server they run");
    }

    [Fact]
    public void Both_kinds_of_test_ask_whether_to_skip()
    {
        new PostgresFactAttribute().Skip.ShouldBe(PostgresCluster.Skip);
        new PostgresTheoryAttribute().Skip.ShouldBe(PostgresCluster.Skip);
    }
}
