using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What a run reads at its end does not grow with the data set because somebody has once withdrawn something.</summary>
public sealed class UnsettledReadTests
{
    private static readonly SqlMapping Mapping = SqlMapping.Build(map => map.DataSet(Shop.Customers, customers => customers.Subject("subject")));

    [Theory]
    [InlineData(nameof(PurposeFact.PurposeEnded), false, 2)]
    [InlineData(nameof(PurposeFact.ConsentWithdrawn), true, 2)]
    [InlineData(nameof(PurposeFact.ConsentGiven), false, 1)]
    public async Task Only_the_records_are_read_that_an_ending_or_an_unknown_fact_is_about(string fact, bool isUnknown, int read)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO customers SELECT i, 's' || i, 'A', '2026-06-01' FROM n",
            "UPDATE customers SET contract_ended = '2026-02-30' WHERE id = 7");
        var evaluator = Shop.Evaluator();
        var source = new Prepared(database, evaluator);
        await source.PutAsync(new FactChange("f", Shop.Customers, new FactTarget.Subjects(["s5"]), RecordFact.Of(Enum.Parse<PurposeFact>(fact), "service-provision", isUnknown)));

        (await source.ReadAsync(isUnsettled: true)).ShouldBe(read);
        (await source.ReadAsync(isUnsettled: false)).ShouldBe(1000);
    }

    /// <summary>The source, and a look at how many records its surveys read.</summary>
    private sealed class Prepared(Database database, RetentionEvaluator evaluator)
    {
        private readonly SqliteDatabase _sqlite = new(database.ConnectionString);

        public async Task PutAsync(FactChange change)
        {
            var source = database.Source(Mapping);
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
            await source.ChangeFactsAsync([change], 1, CancellationToken.None);
        }

        public async Task<long> ReadAsync(bool isUnsettled)
        {
            var connection = await _sqlite.OpenAsync(CancellationToken.None);
            await using var closing = connection;
            var tables = await _sqlite.DescribeAsync(connection, CancellationToken.None);
            var mapped = MappingResolver.Resolve(Mapping, evaluator.Schedule, tables).DataSets.ShouldHaveSingleItem();
            await using var transaction = await _sqlite.BeginReadAsync(connection, CancellationToken.None);
            var beside = await new FactTables(_sqlite.Dialect).BesideAsync(connection, transaction, mapped, CancellationToken.None);
            return (await new Survey(_sqlite.Dialect, mapped, evaluator, beside, 0).RunAsync(connection, transaction, isUnsettled, byPlace: false, CancellationToken.None)).Records;
        }
    }
}
