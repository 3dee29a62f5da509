using System.Text.Json;
using Gdpr.EntityFrameworkCore.Tests.Guarded;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Visibility;

/// <summary>Reads and changes of personal data on PostgreSQL are journalled, and a change and its entry are one where the journal is in the host's database.</summary>
public sealed class PostgresAccessTests
{
    private static readonly Duration Hour = Duration.FromHours(1);

    [PostgresTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reads_and_changes_say_who_whose_which_categories_for_what_and_when(bool hasJournalInDatabase)
    {
        await using var host = await HostAsync(hasJournalInDatabase);
        await host.AddAsync(new Customer { Id = 1, Person = "p1", Name = "Secret" });
        host.Clock.Advance(Hour);
        var at = host.Clock.GetCurrentInstant();
        var before = (await host.EntriesAsync()).Count;
        await using (var context = host.Open())
        {
            var customer = await context.ForPurpose("service-provision").Set<Customer>().AsTracking().SingleAsync();
            host.Clock.Advance(Hour);
            customer.Name = "Secret too";
            await context.SaveChangesAsync();
            host.Clock.Advance(Hour);
            context.Remove(customer);
            await context.SaveChangesAsync();
        }

        var entries = (await host.EntriesAsync())[before..];
        entries.Select(entry => Text(entry, "action")).ShouldBe(["read", "changed", "deleted"]);
        entries.Select(entry => entry.Content.OccurredAt).ShouldBe([at, at + Hour, at + Hour + Hour]);
        entries.Select(entry => entry.RecordedAt).ShouldBe([at, at + Hour, at + Hour + Hour]);
        var (person, clerk) = (await KeyAsync(host, "p1"), await KeyAsync(host, "clerk-7"));
        foreach (var entry in entries)
        {
            entry.Content.Type.ShouldBe("personal-data-access");
            entry.Content.Controller.ShouldBe("us");
            entry.Content.Subject.ShouldBe(person);
            Text(entry, "by").ShouldBe(clerk.Value);
            Text(entry, "dataSet").ShouldBe("crm.customers");
            Text(entry, "purpose").ShouldBe("service-provision");
            JsonDocument.Parse(entry.Content.Data).RootElement.GetProperty("categories").EnumerateArray().Select(category => category.GetString()).ShouldBe(["identity.name"]);
            entry.Content.Data.ShouldNotContain("Secret");
            entry.Content.Data.ShouldNotContain("p1");
        }
    }

    [PostgresFact]
    public async Task A_change_and_its_entry_are_rolled_back_and_committed_together()
    {
        await using var host = await HostAsync(hasJournalInDatabase: true);
        await using (var context = host.Open())
        await using (await context.Database.BeginTransactionAsync())
        {
            context.Add(new Customer { Id = 1, Person = "p1" });
            await context.SaveChangesAsync();
        }

        (await host.CountAsync("Customer")).ShouldBe(0);
        (await host.EntriesAsync()).ShouldBeEmpty("what was rolled back did not happen");

        await using (var context = host.Open())
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            context.Add(new Customer { Id = 1, Person = "p1" });
            await context.SaveChangesAsync();
            (await host.CountAsync("gdpr\".\"gdpr_journal")).ShouldBe(0, "nobody else sees the entry before the change");
            await transaction.CommitAsync();
        }

        (await host.CountAsync("Customer")).ShouldBe(1);
        Text((await host.EntriesAsync()).ShouldHaveSingleItem(), "action").ShouldBe("created");
    }

    [PostgresFact]
    public async Task A_change_whose_entry_the_database_refuses_is_not_made()
    {
        await using var host = await HostAsync(hasJournalInDatabase: true);
        await host.ExecuteAsync(
            "CREATE FUNCTION full_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$; "
            + "CREATE TRIGGER full_up BEFORE INSERT ON gdpr.gdpr_journal FOR EACH ROW EXECUTE FUNCTION full_up()");
        await using (var context = host.Open())
        {
            context.Add(new Customer { Id = 1, Person = "p1" });
            await Should.ThrowAsync<Exception>(() => context.SaveChangesAsync());
        }

        (await host.CountAsync("Customer")).ShouldBe(0);
        await host.ExecuteAsync("DROP TRIGGER full_up ON gdpr.gdpr_journal");
        await host.AddAsync(new Customer { Id = 1, Person = "p1" });
        (await host.CountAsync("Customer")).ShouldBe(1);
        (await host.EntriesAsync()).Count.ShouldBe(1);
    }

    [PostgresTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_entry_of_the_hosts_and_a_change_of_a_context_are_one(bool commits)
    {
        await using var host = await HostAsync(hasJournalInDatabase: true);
        var now = host.Clock.GetCurrentInstant();
        await using (var context = host.Open())
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            context.Add(new Product { Title = "lamp" });
            await context.SaveChangesAsync();
            await host.Services.GetRequiredService<IJournalStore>().AppendAsync(
                "host", 0, now, [new NewJournalEntry("worked", now, "{}")], transaction.GetDbTransaction(), CancellationToken.None);
            if (commits)
            {
                await transaction.CommitAsync();
            }
        }

        var entries = await host.EntriesAsync();
        entries.Select(entry => entry.Stream).ShouldBe(commits ? ["host"] : []);
        (await host.CountAsync("Product")).ShouldBe(entries.Count);
    }

    private static async Task<GuardedHost<Context>> HostAsync(bool hasJournalInDatabase)
    {
        var host = await GuardedHost<Context>.CreateAsync(
            GuardedPolicies.Of(), isPostgres: true,
            use: gdpr => gdpr.JournalAccess(_ => "clerk-7", access => access.Purpose = _ => "service-provision"), hasJournalInDatabase: hasJournalInDatabase);

        // Whom the vault knows already is recorded in the transaction of the change alone.
        await KeyAsync(host, "p1");
        await KeyAsync(host, "clerk-7");
        return host;
    }

    private static string? Text(JournalEntry entry, string member) =>
        JsonDocument.Parse(entry.Content.Data).RootElement.TryGetProperty(member, out var found) ? found.GetString() : null;

    private static async Task<SubjectKey> KeyAsync(GuardedHost<Context> host, string id) => await host.Services.GetRequiredService<ISubjectVault>()
        .KeyOfAsync("us", SubjectIdentifier.OfHost(id).Hash("us", host.Services.GetRequiredService<IKeyRing>()), CancellationToken.None);

    internal sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Customer>().Property(customer => customer.Id).ValueGeneratedNever();
            modelBuilder.Entity<Product>();
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Customer
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [NotPersonalData("what is sold")]
    internal sealed class Product
    {
        public int Id { get; set; }

        public string? Title { get; set; }
    }
}
