using System.Text.Json;
using System.Text.Json.Nodes;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Visibility;

/// <summary>Reads and changes of personal data are journalled: who, whose, which categories, for what, when.</summary>
public sealed class AccessTests
{
    private static readonly Customer[] Customers =
        [new() { Id = 1, Person = "p1", Name = "Secret 1" }, new() { Id = 2, Person = "p2", Name = "Secret 2" }];

    private static ShopHost Host(
        Func<DbContext, string>? actor = null, Action<GdprBuilder, string>? stores = null, Func<DbContext, string?>? purpose = null, string? policy = null) => new(
        use: (options, container) => options.UseGdpr(container, gdpr => gdpr.JournalAccess(actor ?? (_ => "clerk-7"), access => access.Purpose = purpose)),
        stores: stores ?? ((gdpr, _) => gdpr.UseInMemoryStores()), policy: policy);

    [Fact]
    public async Task A_read_is_recorded_before_the_caller_has_the_result()
    {
        using var shop = Host();
        shop.Add([.. Customers.Select(customer => new Customer { Id = customer.Id, Person = customer.Person, Name = customer.Name })]);
        await using var context = shop.Open();
        var before = (await EntriesAsync(shop)).Count;

        await context.ForPurpose("service-provision").Set<Customer>().Where(customer => customer.Id == 1).ToListAsync();
        context.Customers.AsNoTracking().ToList();
        await context.Customers.Select(customer => customer.Name).ToListAsync();

        var entries = (await EntriesAsync(shop))[before..];
        entries.Count.ShouldBe(3);
        entries.ShouldAllBe(entry => entry.Content.Type == "personal-data-access" && entry.Content.Controller == "us" && !entry.Content.Data.Contains("Secret", StringComparison.Ordinal));
        entries[0].Content.Subject.ShouldBe(await KeyAsync(shop, "p1"));
        var one = JsonDocument.Parse(entries[0].Content.Data).RootElement;
        one.GetProperty("dataSet").GetString().ShouldBe("crm.customers");
        one.GetProperty("action").GetString().ShouldBe("read");
        one.GetProperty("purpose").GetString().ShouldBe("service-provision");
        one.GetProperty("by").GetString().ShouldBe((await KeyAsync(shop, "clerk-7")).Value);
        one.GetProperty("categories").EnumerateArray().Select(category => category.GetString()).ShouldBe(["identity.name"]);
        entries[1].Content.Subject.ShouldBeNull();
        JsonDocument.Parse(entries[1].Content.Data).RootElement.GetProperty("subjects").EnumerateArray().Select(subject => subject.GetString())
            .ShouldBe([(await KeyAsync(shop, "p1")).Value, (await KeyAsync(shop, "p2")).Value], ignoreOrder: true);
        JsonDocument.Parse(entries[2].Content.Data).RootElement.GetProperty("records").GetInt32().ShouldBe(0, "no objects were made");
    }

    [Fact]
    public async Task A_person_reached_through_another_record_is_found()
    {
        using var shop = Host();
        shop.Add(new Customer { Id = 1, Person = "p1" }, new Order { Number = 4, CustomerId = 1, Ordered = new DateTime(2026, 6, 1) });
        await using var context = shop.Open();
        var before = (await EntriesAsync(shop)).Count;

        (await context.Orders.SingleAsync()).Note = "new";
        await context.SaveChangesAsync();

        var entries = (await EntriesAsync(shop))[before..];
        entries.Select(entry => entry.Content.Subject).ShouldBe([await KeyAsync(shop, "p1"), await KeyAsync(shop, "p1")]);
        entries.Select(entry => JsonDocument.Parse(entry.Content.Data).RootElement.GetProperty("action").GetString()).ShouldBe(["read", "changed"]);
    }

    [Fact]
    public async Task Changes_are_recorded_in_the_transaction_of_the_change_where_the_journal_is_in_the_same_database()
    {
        using var shop = Host(stores: (gdpr, connection) => gdpr.UseSqlite(connection, sharesHostDatabase: true).UseKeyRing("test", _ => InMemoryKeyRing.WithRandomKey()));
        foreach (var store in new Func<CancellationToken, ValueTask>[] { shop.Services.GetRequiredService<IJournalStore>().PrepareAsync, shop.Services.GetRequiredService<ISubjectVault>().PrepareAsync })
        {
            await store(CancellationToken.None);
        }

        await KeyAsync(shop, "p1");
        await KeyAsync(shop, "clerk-7");
        await using var context = shop.Open();
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            context.Add(new Customer { Id = 1, Person = "p1" });
            await context.SaveChangesAsync();
            await transaction.RollbackAsync();
        }

        (await EntriesAsync(shop)).ShouldBeEmpty("what was rolled back did not happen");
        context.ChangeTracker.Clear();
        context.Add(new Customer { Id = 2, Person = "p1" });
        await context.SaveChangesAsync();
        var entry = (await EntriesAsync(shop)).ShouldHaveSingleItem();
        entry.Content.Data.ShouldContain("\"created\"");
    }

    [Fact]
    public async Task A_change_is_recorded_for_the_purpose_that_the_host_names()
    {
        string? purpose = "service-provision";
        using var shop = Host(purpose: _ => purpose);
        await using var context = shop.Open();
        var before = (await EntriesAsync(shop)).Count;

        context.Add(new Customer { Id = 1, Person = "p1" });
        await context.SaveChangesAsync();
        purpose = null;
        context.Add(new Customer { Id = 2, Person = "p2" });
        await context.SaveChangesAsync();

        (await EntriesAsync(shop))[before..].Select(entry => JsonDocument.Parse(entry.Content.Data).RootElement)
            .Select(entry => entry.TryGetProperty("purpose", out var named) ? named.GetString() : null).ShouldBe(["service-provision", null]);
    }

    [Fact]
    public async Task An_access_to_what_several_controllers_hold_is_on_record_with_the_one_whose_purpose_it_was_for()
    {
        var policy = JsonNode.Parse(ShopHost.Policy)!;
        policy["controllers"]!["them"] = policy["controllers"]!["us"]!.DeepClone();
        foreach (var (id, activity) in policy["activities"]!.AsObject())
        {
            activity!["controller"] = id == "win-back" ? "them" : "us";
        }

        using var shop = Host(policy: policy.ToJsonString());
        shop.Add(new Customer { Id = 1, Person = "p1" });
        await shop.FactAsync("crm.customers", "p1", RecordFact.Of(PurposeFact.ConsentGiven, "direct-marketing"));
        await using var context = shop.Open();
        var before = (await EntriesAsync(shop)).Count;

        (await context.ForPurpose("direct-marketing").Set<Customer>().AsNoTracking().ToListAsync()).ShouldHaveSingleItem();
        (await context.ForPurpose("service-provision").Set<Customer>().AsNoTracking().ToListAsync()).ShouldHaveSingleItem();

        var entries = (await EntriesAsync(shop))[before..];
        entries.Select(entry => entry.Content.Controller).ShouldBe(["them", "us"]);
        entries[0].Content.Subject.ShouldBe(await KeyAsync(shop, "p1", "them"), "whom one controller knows the other does not");
    }

    [Fact]
    public async Task A_change_for_a_purpose_that_nobody_declares_is_not_made()
    {
        using var shop = Host(purpose: _ => "curiosity");
        await using var context = shop.Open();

        context.Add(new Customer { Id = 1, Person = "p1" });

        (await Should.ThrowAsync<InvalidOperationException>(() => context.SaveChangesAsync())).Message.ShouldContain("curiosity");
        await using var other = shop.Open();
        (await other.Customers.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task If_recording_fails_the_call_fails()
    {
        var actor = "clerk-7";
        using var shop = Host(_ => actor);
        shop.Add(new Customer { Id = 1, Person = "p1" });
        await using var context = shop.Open();

        actor = "";
        (await Should.ThrowAsync<InvalidOperationException>(() => context.Customers.ToListAsync())).Message.ShouldContain("JournalAccess");
        Should.Throw<InvalidOperationException>(() => context.Customers.Count());
        actor = "clerk-7";
        (await context.Customers.CountAsync()).ShouldBe(1, "the connection is free again");
    }

    /// <summary>What the journal holds besides that people are here who were met for the first time.</summary>
    private static async Task<List<JournalEntry>> EntriesAsync(ShopHost shop)
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in shop.Services.GetRequiredService<IJournalStore>().ReadAllAsync(0, CancellationToken.None))
        {
            if (entry.Content.Type != "subject-present")
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    private static async Task<SubjectKey> KeyAsync(ShopHost shop, string id, string controller = "us") => await shop.Services.GetRequiredService<ISubjectVault>()
        .KeyOfAsync(controller, SubjectIdentifier.OfHost(id).Hash(controller, shop.Services.GetRequiredService<IKeyRing>()), CancellationToken.None);
}
