using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>The tables beside the data have a version: a source brings up what is older, and works with nothing that is newer than it knows.</summary>
public sealed class SideTablesTests
{
    private static readonly string[] Customers =
    [
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
        "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01'), (2, 's2', 'B', '2020-01-01')",
    ];

    private static readonly RetentionEvaluator Evaluator = Shop.Evaluator();
    private static readonly SqlMapping Mapping = SqlMapping.Build(map => map.DataSet(Shop.Customers));

    [Theory]
    [InlineData("ReadWrite")]
    [InlineData("ReadOnly")]
    public async Task Tables_of_a_newer_version_are_refused_and_left_as_they_are(string mode)
    {
        using var database = new Database(Customers);
        await PrepareAsync(database.Source(Mapping));
        database.Run("UPDATE gdpr_source_schema SET version = 99", "DROP TABLE gdpr_mark");

        var failure = await Should.ThrowAsync<SourceUnavailableException>(
            () => PrepareAsync(new SqlSource("crm", new SqliteDatabase($"{database.ConnectionString};Mode={mode}"), Mapping)));

        failure.Message.ShouldContain("have version 99, and this version of the library knows 4: update the library");
        database.Rows("SELECT count(*) FROM sqlite_master WHERE name = 'gdpr_mark'").ShouldBe(["0"]);
    }

    [Fact]
    public async Task Tables_that_were_made_before_versions_were_written_down_keep_what_they_hold()
    {
        using var database = new Database(Customers);
        var source = database.Source(Mapping);
        await PrepareAsync(source);
        await source.ChangeFactsAsync([new FactChange("h", Shop.Customers, new FactTarget.Subjects(["s1"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);
        database.Run("DROP TABLE gdpr_source_schema");

        await PrepareAsync(source = database.Source(Mapping));

        database.Rows("SELECT version FROM gdpr_source_schema").ShouldBe(["4"]);
        (await source.SweepAsync(Evaluator, Shop.Customers)).SelectMany(batch => batch.NativeKeys).ShouldBe(["2"]);
    }

    [Fact]
    public async Task Sources_that_are_prepared_at_once_make_the_tables_once()
    {
        using var database = new Database(Customers);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => PrepareAsync(database.Source(Mapping, $"s{i}")))));

        database.Rows("SELECT id, version FROM gdpr_source_schema").ShouldBe(["1|4"]);
    }

    [Fact]
    public async Task What_nothing_has_to_be_made_of_is_not_written_to()
    {
        using var database = new Database(Customers);
        await PrepareAsync(database.Source(Mapping));
        using var writer = database.Open();
        using var transaction = writer.BeginTransaction(deferred: false);

        await PrepareAsync(new SqlSource("crm", new SqliteDatabase($"{database.ConnectionString};Default Timeout=1"), Mapping));
    }

    private static async Task PrepareAsync(SqlSource source) => await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
}
