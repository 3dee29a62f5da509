using Gdpr.PostgreSql.Tests.Sources;
using Gdpr.PostgresServer;
using Gdpr.Sqlite.Tests.Rights;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.PostgreSql.Tests.Rights;

/// <summary>A person's requests from receipt to end, over tables and stores of PostgreSQL.</summary>
public sealed class RequestLifeTests
{
    [PostgresFact]
    public Task Access_then_erasure_with_a_contract_that_ends_and_an_invoice_that_the_law_keeps() =>
        LiveAsync((life, _) => life.AccessThenErasureAsync());

    [PostgresFact]
    public Task Erasure_waits_for_a_row_that_another_transaction_has_and_takes_it_and_a_sweep_leaves_it_out() =>
        LiveAsync((life, database) => life.ErasureOfARowInUseAsync(async () => await database.OpenAsync()));

    private static async Task LiveAsync(Func<RequestLife, SourceDatabase, Task> live)
    {
        await using var database = await SourceDatabase.CreateAsync(RequestLife.Tables("date"));
        var clock = new SettableClock(RequestLife.Begin);
        await using var host = RequestLife.Host(clock, gdpr => gdpr
            .UsePostgreSql(database.ConnectionString).UseKeyRing("test", _ => SourceDatabase.Keys)
            .AddPostgreSqlSource("crm", database.ConnectionString, map => map
                .DataSet("crm.customers", set => set.Subject("person"))
                .DataSet("crm.invoices", set => set.Subject("person"))));

        await live(new RequestLife(host, clock, statement => database.RunAsync(statement), database.RowsAsync), database);
    }
}
