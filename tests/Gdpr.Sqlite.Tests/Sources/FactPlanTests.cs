using Gdpr.Sqlite.Sources;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>However many facts stand beside a data set, each is found by its index: hundreds of thousands of imported consents are marks of one data set.</summary>
public sealed class FactPlanTests
{
    [Theory]
    [InlineData("DELETE FROM", "gdpr_mark", "source = 's'", "gdpr_mark_source", "(data_set=? AND source=?)")]
    [InlineData("DELETE FROM", "gdpr_block", "source = 's'", "gdpr_block_source", "(data_set=? AND source=?)")]
    [InlineData("SELECT 1 FROM", "gdpr_mark", "kind <> 'consent-given'", null, "gdpr_mark_ending")]
    [InlineData("SELECT 1 FROM", "gdpr_mark", "unknown = 1", null, "gdpr_mark_unknown")]
    [InlineData("SELECT 1 FROM", "gdpr_block", "unknown = 1", null, "gdpr_block_unknown")]
    public void Facts_are_found_by_an_index(string verb, string table, string condition, string? by, string plan)
    {
        var dialect = new SqliteDialect(new SqliteFunctions(), isReadOnly: false);
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = string.Join(';', SqliteDialect.OwnTables);
        command.ExecuteNonQuery();

        command.CommandText = $"EXPLAIN QUERY PLAN {verb} {table}{(by is null ? "" : dialect.By(by))} WHERE data_set = 'd' AND {condition}";
        using var reader = command.ExecuteReader();
        reader.Read().ShouldBeTrue();

        reader.GetString(3).ShouldContain(plan);
    }
}
