using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Visibility;

/// <summary>Queries see what their purpose may see.</summary>
public sealed class PurposeViewTests
{
    private static Customer Ended(int id, DateOnly? ended, int tenant = 1) => new() { Id = id, Tenant = tenant, Person = $"p{id}", Name = $"Name {id}", Ended = ended };

    [Fact]
    public async Task Each_purpose_sees_by_its_own_cutoffs_endings_and_marks()
    {
        using var shop = new ShopHost();
        shop.Add(Ended(1, null), Ended(2, new DateOnly(2026, 3, 14)), Ended(3, new DateOnly(2026, 3, 15)), Ended(4, new DateOnly(2026, 6, 1)), Ended(5, null));
        foreach (var person in new[] { "p1", "p2", "p3", "p4" })
        {
            await shop.FactAsync("crm.customers", person, RecordFact.Of(PurposeFact.ConsentGiven, "direct-marketing"));
        }

        await shop.FactAsync("crm.customers", "p3", RecordFact.Of(PurposeFact.ConsentWithdrawn, "direct-marketing"));
        await shop.FactAsync("crm.customers", "p4", RecordFact.Of(PurposeFact.ObjectionPending, "service-provision"));
        await shop.FactAsync("crm.customers", "p5", RecordFact.Of(PurposeFact.PurposeEnded, "service-provision", isUnknown: true));
        await using var context = shop.Open();

        Ids(await context.ForPurpose("service-provision").Set<Customer>().ToListAsync()).ShouldBe([1, 3]);
        Ids(await context.ForPurpose("direct-marketing").Set<Customer>().ToListAsync()).ShouldBe([1, 2, 4]);
        Ids(await context.ForPurpose("bookkeeping").Set<Customer>().ToListAsync()).ShouldBeEmpty();
        Ids(await context.Customers.ToListAsync()).ShouldBe([1, 2, 3, 4], "whatever some purpose carries is of fate keep");
        Ids(context.Visible<Customer>().ToList()).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task A_ledger_that_only_the_law_keeps_is_seen_by_bookkeeping_and_by_nobody_else()
    {
        using var shop = new ShopHost();
        shop.Add(new Invoice { Id = Guid.NewGuid(), Person = "p1", Booked = new DateOnly(2026, 1, 1) }, new Invoice { Id = Guid.NewGuid(), Person = "p2", Booked = new DateOnly(2019, 6, 14) });
        await using var context = shop.Open();

        (await context.ForPurpose("bookkeeping").Set<Invoice>().Select(invoice => invoice.Person).ToListAsync()).ShouldBe(["p1"]);
        (await context.ForPurpose("service-provision").Set<Invoice>().CountAsync()).ShouldBe(0);
        (await context.Invoices.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Restricted_rows_vanish_and_stay_for_the_uses_that_the_law_allows()
    {
        using var shop = new ShopHost();
        shop.Add(Ended(1, null), Ended(2, null), Ended(3, new DateOnly(2020, 1, 1)), Ended(4, new DateOnly(2020, 1, 1)), Ended(5, new DateOnly(2020, 1, 1)));
        await shop.FactAsync("crm.customers", "p2", RecordFact.Of(RecordFlags.Restricted));
        await shop.FactAsync("crm.customers", "P3", RecordFact.Of(RecordFlags.RestrictedForClaims));
        await shop.FactAsync("crm.customers", "p4", RecordFact.Of(RecordFlags.Hold));
        await using var context = shop.Open();

        Ids(await context.Customers.ToListAsync()).ShouldBe([1]);
        Ids(await context.ForPurpose("service-provision").Set<Customer>().ToListAsync()).ShouldBe([1]);
        Ids(await context.ForPurpose("service-provision", AllowedUse.Consent).Set<Customer>().ToListAsync()).ShouldBe([1, 2, 3]);
        Ids(await context.ForAllowedUse(AllowedUse.RightsOfOthers).Set<Customer>().ToListAsync()).ShouldBe([1, 2, 3]);
        Ids(await context.ForAllowedUse(AllowedUse.LegalClaims).Set<Customer>().ToListAsync()).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task What_is_seen_changes_as_the_clock_passes_a_cutoff_and_as_facts_are_put_and_taken_away()
    {
        using var shop = new ShopHost();
        shop.Add(Ended(1, new DateOnly(2026, 3, 15)));
        await using var context = shop.Open();
        var counting = EF.CompileAsyncQuery((Shop opened) => opened.Customers.Count());
        Task<int> CountAsync() => context.ForPurpose("service-provision").Set<Customer>().AsNoTracking().CountAsync();

        shop.Clock.Set(Instant.FromUtc(2026, 6, 15, 21, 59, 59));
        (await CountAsync()).ShouldBe(1);
        (await counting(context)).ShouldBe(1);
        shop.Clock.Set(Instant.FromUtc(2026, 6, 15, 22, 0));
        (await CountAsync()).ShouldBe(0, "midnight in Stockholm has passed");
        (await counting(context)).ShouldBe(0);

        shop.Clock.Set(Instant.FromUtc(2026, 6, 15, 12, 0));
        await shop.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Restricted), "restriction");
        (await CountAsync()).ShouldBe(0);
        await shop.Source.ChangeFactsAsync([new FactChange("restriction", "crm.customers", new FactTarget.Everything(), null)], 9, CancellationToken.None);
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_query_includes_joins_and_nests_is_judged_for_the_same_purpose()
    {
        using var shop = new ShopHost();
        var customer = Ended(1, null);
        customer.Orders.Add(new Order { Number = 1, Ordered = new DateTime(2026, 6, 1), Note = "new" });
        customer.Orders.Add(new Order { Number = 2, Ordered = new DateTime(2025, 6, 13), Note = "old" });
        shop.Add(customer, Ended(2, new DateOnly(2020, 1, 1)));
        await using var context = shop.Open();
        var view = context.ForPurpose("service-provision");

        (await view.Set<Customer>().Include(found => found.Orders).SingleAsync()).Orders.Select(order => order.Note).ShouldBe(["new"]);
        context.ChangeTracker.Clear();
        (await view.Set<Customer>().Include(found => found.Orders).AsSplitQuery().SingleAsync()).Orders.Select(order => order.Note).ShouldBe(["new"]);
        (await view.Set<Customer>().SelectMany(found => found.Orders.Select(order => order.Note)).ToListAsync()).ShouldBe(["new"]);
        (await context.Products.Select(_ => 1).Union(view.Set<Customer>().Select(found => found.Id)).ToListAsync()).ShouldBe([1]);
        (await context.Orders.Where(order => view.Set<Customer>().Any(found => found.Id == order.CustomerId)).CountAsync()).ShouldBe(1);
        (await context.ForPurpose("direct-marketing").Set<Customer>().SelectMany(found => found.Orders).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_hosts_own_filter_holds_beside_and_find_sees_no_more_than_a_query()
    {
        using var shop = new ShopHost();
        shop.Add(Ended(1, null), Ended(2, null, tenant: 2), Ended(3, new DateOnly(2020, 1, 1)));
        await using var context = shop.Open();

        Ids(await context.Customers.ToListAsync()).ShouldBe([1]);
        Ids(await context.ForPurpose("service-provision").Set<Customer>().ToListAsync()).ShouldBe([1]);
        context.Tenant = 2;
        Ids(await context.Customers.ToListAsync()).ShouldBe([2]);
        context.Tenant = 1;
        (await context.Customers.FindAsync(3)).ShouldBeNull();
        (await context.Customers.FindAsync(1)).ShouldNotBeNull();
    }

    [Fact]
    public void A_query_for_two_purposes_an_unknown_purpose_and_a_context_without_the_library_are_refused()
    {
        using var shop = new ShopHost();
        using var context = shop.Open();
        using var without = new Shop(new DbContextOptionsBuilder<Shop>().Unwarned().UseSqlite("Data Source=:memory:").Options);

        var two = context.ForPurpose("service-provision").Set<Customer>().Where(customer => context.ForPurpose("bookkeeping").Set<Invoice>().Any(invoice => invoice.Person == customer.Person));
        Should.Throw<InvalidOperationException>(() => two.ToList()).Message.ShouldContain("ask once for each");
        Should.Throw<ArgumentException>(() => context.ForPurpose("profiling")).Message.ShouldContain("no purpose 'profiling'");
        Should.Throw<InvalidOperationException>(() => without.ForPurpose("bookkeeping")).Message.ShouldContain("UseGdpr");
    }

    private static int[] Ids(IEnumerable<Customer> customers) => [.. customers.Select(customer => customer.Id).Order()];
}
