using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gdpr.EntityFrameworkCore.Tests.Visibility;

/// <summary>What would pass by the guards of records is caught.</summary>
public sealed class BypassTests
{
    private static Customer[] Customers => [new() { Id = 1, Person = "p1", Name = "Secret 1" }, new() { Id = 2, Person = "p2", Name = "Secret 2" }];

    [Fact]
    public async Task A_query_that_ignores_the_filter_is_refused_unless_it_names_an_allowed_use()
    {
        using var shop = new ShopHost();
        shop.Add([.. Customers]);
        await shop.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await using var context = shop.Open();

        Should.Throw<GuardBypassException>(() => context.Customers.IgnoreQueryFilters().ToList()).Mend.ShouldContain("ForPurpose");
        Should.Throw<GuardBypassException>(() => context.Customers.IgnoreQueryFilters([VisibilityFilter.Name]).ToList());
        Should.Throw<GuardBypassException>(() => context.Products.IgnoreQueryFilters().Select(product => context.Customers.Count(customer => customer.Id == product.Id)).ToList());
        Should.Throw<GuardBypassException>(() => context.Set<Order>().IgnoreQueryFilters().Include("Customer").ToList());
        Should.Throw<GuardBypassException>(() => context.ForPurpose("bookkeeping").Set<Customer>().IgnoreQueryFilters().ToList());

        context.Customers.IgnoreQueryFilters([VisibilityFilter.HostsOwn]).Count().ShouldBe(1, "the host's own filter is the host's");
        context.Products.IgnoreQueryFilters().Count().ShouldBe(0);
        context.ForAllowedUse(AllowedUse.LegalClaims).Set<Customer>().IgnoreQueryFilters().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Ef_cores_own_reading_again_passes()
    {
        using var shop = new ShopHost();
        shop.Add([.. Customers]);
        await using var context = shop.Open();
        var customer = await context.Customers.FirstAsync();

        await context.Entry(customer).ReloadAsync();
        (await context.Entry(customer).GetDatabaseValuesAsync()).ShouldNotBeNull();
        await context.Entry(customer).Collection(found => found.Orders).LoadAsync();
    }

    [Fact]
    public async Task Set_based_changes_of_records_are_refused_and_those_of_others_run()
    {
        using var shop = new ShopHost();
        shop.Add([.. Customers, new Product { Id = 1 }]);
        await using var context = shop.Open();

        var refused = await Should.ThrowAsync<GuardBypassException>(() => context.Customers.Where(customer => customer.Id == 1).ExecuteDeleteAsync());
        refused.Message.ShouldStartWith("ExecuteDelete on Customer");
        Should.Throw<GuardBypassException>(() => context.Customers.ExecuteUpdate(set => set.SetProperty(customer => customer.Name, "x"))).Code.ShouldBe("E-SRC-06");
        (await context.Products.ExecuteDeleteAsync()).ShouldBe(1);
        context.Customers.Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("DELETE FROM Customers WHERE Id = 1", true)]
    [InlineData("delete from \"Customers\"", true)]
    [InlineData("/* DELETE */ UPDATE main.customers SET Name = 'x'", true)]
    [InlineData("/* /* it */ DELETE FROM Customers", true)]
    [InlineData("UPDATE OR IGNORE Customers SET Name = 'x'", true)]
    [InlineData("WITH some AS (SELECT 1) DELETE FROM Customers", true)]
    [InlineData("DROP TABLE IF EXISTS Customers", true)]
    [InlineData("DELETE FROM gdpr_block", true)]
    [InlineData("REPLACE INTO Customers (Id, Tenant, Person) VALUES (1, 1, 'p')", true)]
    [InlineData("DELETE FROM Products WHERE Id IN (SELECT Id FROM Customers)", false)]
    [InlineData("UPDATE Products SET Id = 5 WHERE 'DELETE FROM Customers' <> ''", false)]
    [InlineData("SELECT 1 -- DELETE FROM Customers", false)]
    public void Raw_sql_that_changes_a_table_of_records_is_refused(string text, bool isRefused)
    {
        using var shop = new ShopHost();
        shop.Add([.. Customers]);
        using var context = shop.Open();

        if (isRefused)
        {
            Should.Throw<GuardBypassException>(() => context.Database.ExecuteSqlRaw(text)).Message.ShouldNotContain("'x'");
        }
        else
        {
            context.Database.ExecuteSqlRaw(text);
        }

        context.Customers.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Save_changes_deletes_what_is_free_and_nothing_when_one_record_is_blocked()
    {
        using var shop = new ShopHost();
        shop.Add([.. Customers]);
        shop.Add(new Order { Number = 7, Ordered = new DateTime(2026, 6, 1), CustomerId = 2 });
        await shop.FactAsync("crm.orders", "p2", RecordFact.Of(RecordFlags.Hold, isUnknown: true));
        await using var context = shop.Open();
        context.RemoveRange(context.Customers.Where(customer => customer.Id == 1));
        context.RemoveRange(context.Orders);

        (await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync())).DataSet.ShouldBe("crm.orders");
        context.Database.AutoTransactionBehavior.ShouldBe(AutoTransactionBehavior.WhenNeeded);
        await using var other = shop.Open();
        other.Customers.Count().ShouldBe(2);

        other.Remove(await other.Customers.SingleAsync(customer => customer.Id == 1));
        other.SaveChanges().ShouldBe(1);
        other.Customers.Count().ShouldBe(1);
    }

    [Fact]
    public void What_the_law_keeps_is_not_deleted_either_and_a_hosts_transaction_is_asked_in()
    {
        using var shop = new ShopHost();
        shop.Add(
            new Invoice { Id = Guid.NewGuid(), Person = "p1", Booked = new DateOnly(2019, 6, 14) },
            new Invoice { Id = Guid.NewGuid(), Person = "p2", Booked = new DateOnly(2019, 6, 15) });
        using var context = shop.Open();
        using var transaction = context.Database.BeginTransaction();
        var invoices = context.ForAllowedUse(AllowedUse.LegalClaims).Set<Invoice>().IgnoreQueryFilters().OrderBy(invoice => invoice.Person).ToArray();
        invoices.Length.ShouldBe(2);

        context.Remove(invoices[0]);
        context.SaveChanges().ShouldBe(1, "the seven years of the first have passed");
        context.Remove(invoices[1]);
        Should.Throw<RecordBlockedException>(() => context.SaveChanges());
        transaction.Commit();
    }

    [Fact]
    public async Task A_host_may_have_bypasses_logged_instead()
    {
        var log = new Captured();
        using var shop = new ShopHost(
            services => services.AddLogging(logging => logging.AddProvider(log)),
            (options, container) => options.UseGdpr(container, gdpr => gdpr.Bypasses = BypassReaction.Warn));
        shop.Add([.. Customers]);
        await shop.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Hold));
        await using var context = shop.Open();

        context.Customers.IgnoreQueryFilters().Count().ShouldBe(2);
        context.Database.ExecuteSqlRaw("UPDATE Customers SET Name = 'Secret 3' WHERE Id = 1");
        context.Remove(context.Customers.Single(customer => customer.Id == 2));
        context.SaveChanges();

        log.Lines.Count(line => line.StartsWith("3001 ", StringComparison.Ordinal)).ShouldBe(2);
        log.Lines.Count(line => line.StartsWith("3002 ", StringComparison.Ordinal)).ShouldBe(1);
        log.Lines.ShouldAllBe(line => !line.Contains("Secret", StringComparison.Ordinal));
    }

    /// <summary>What the library logs.</summary>
    private sealed class Captured : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("Gdpr.", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{eventId.Id} {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
