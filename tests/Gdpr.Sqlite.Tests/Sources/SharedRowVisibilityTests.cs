using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What ordinary queries see of rows that concern several people.</summary>
public sealed class SharedRowVisibilityTests
{
    private const string Purpose = "service-provision";

    [Theory]
    [InlineData("anna", "", Purpose, true)]
    [InlineData("anna", "restricted", Purpose, false)]
    [InlineData("anna", "restricted", null, false)]
    [InlineData("clerk", "restricted", Purpose, false)]
    [InlineData("anna", "ended", Purpose, true)]
    [InlineData("clerk", "ended", Purpose, true)]
    [InlineData("anna bo", "ended", Purpose, false)]
    [InlineData("anna bo", "erased", null, false)]
    [InlineData("anna", "erased", null, true)]
    public async Task A_row_is_seen_as_long_as_one_owner_lets_it_be_seen_and_nobody_restricts_it(string people, string fact, string? purpose, bool isSeen)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, one TEXT, other TEXT, clerk TEXT, name TEXT, contract_ended TEXT)",
            "INSERT INTO customers VALUES (1, 'anna', 'bo', 'clerk', 'A', '2026-06-01')");
        var mapping = SqlMapping.Build(map => map.DataSet(Shop.Customers, customers => customers.Owner("one", "one").Owner("other", "other").Mentions("clerk", "clerk")));
        var evaluator = Shop.Evaluator();
        var source = database.Source(mapping);
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        RecordFact? put = fact switch
        {
            "restricted" => RecordFact.Of(RecordFlags.Restricted),
            "ended" => RecordFact.Of(PurposeFact.PurposeEnded, Purpose),
            "erased" => RecordFact.Of(RecordFlags.ErasureGranted),
            _ => null,
        };
        await source.ChangeFactsAsync([new FactChange("f", Shop.Customers, new FactTarget.Subjects(people.Split(' ')), put)], 1, CancellationToken.None);

        var sqlite = new SqliteDatabase(database.ConnectionString);
        await using var connection = await sqlite.OpenAsync(CancellationToken.None);
        var (mapped, _) = MappingResolver.Resolve(mapping, evaluator.Schedule, await sqlite.DescribeAsync(connection, CancellationToken.None));
        var values = new SqlValues(sqlite.Dialect);
        var condition = new VisibilitySql(sqlite.Dialect, mapped.Single(), evaluator, values).OfKey(["c.id"], purpose, null);
        await using var command = new SqlStatement($"SELECT count(*) FROM customers c WHERE {condition}", values).On(connection, null);

        Convert.ToInt64(await command.ExecuteScalarAsync(), null).ShouldBe(isSeen ? 1 : 0);
    }
}
