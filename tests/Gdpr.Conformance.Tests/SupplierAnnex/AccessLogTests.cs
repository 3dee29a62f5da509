using System.Text.Json;
using Gdpr.Breaches;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Subjects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>What the journal tells of who has read and changed people's data at the supplier.</summary>
public sealed class AccessLogTests
{
    private const string Clerk = "clerk@supplier.example";

    [Fact]
    [Trait("clause", "SUP-20")]
    public async Task Reads_and_changes_are_journalled_with_who_whose_what_and_what_for_and_never_with_values()
    {
        await using var host = await StartAsync();
        var person = await host.PersonAsync("p1");
        await host.PutAsync("portal.customers", "c1", "p1", "last-sign-in=2026-11-01");
        await using var portal = host.Get<IDbContextFactory<Portal>>().CreateDbContext();

        var customer = await portal.ForPurpose("identity-verification").Set<Customer>().SingleAsync();
        customer.Phone = "changed-phone";
        await portal.SaveChangesAsync();

        (await host.FindAsync("portal.customers", "c1"))!["phone"].ShouldBe("changed-phone");
        var entries = (await host.EntriesAsync()).Where(entry => entry.Content.Type == "personal-data-access").ToArray();
        var clerk = (await host.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfHost(Clerk))).ShouldNotBeNull();
        entries.ShouldAllBe(entry => entry.Content.Subject == person.Key && entry.Content.OccurredAt == host.Now && entry.Content.Controller == "supplier");
        var told = entries.Select(entry => JsonDocument.Parse(entry.Content.Data).RootElement).ToArray();
        told.ShouldAllBe(entry => entry.GetProperty("by").GetString() == clerk.Key.Value && entry.GetProperty("dataSet").GetString() == "portal.customers");
        told.Select(entry => (entry.GetProperty("action").GetString(), entry.GetProperty("purpose").GetString()))
            .ShouldBe([("read", "identity-verification"), ("changed", "service-provision")]);
        Categories(told[0]).ShouldContain("identity.national-number");
        Categories(told[1]).ShouldBe(["contact.phone"]);
        (await host.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("marker") && !entry.Content.Data.Contains("changed-phone") && !entry.Content.Data.Contains(Clerk));
        await host.ShouldVerifyAsync();

        var reach = await host.Get<BreachRegister>().ScopeAsync(new BreachScopeQuery { Actors = [Clerk] });
        reach.Subjects.ShouldBe([person], "whose data a stolen account has reached is told from the log");
    }

    [Fact]
    [Trait("clause", "SUP-20")]
    public async Task What_cannot_be_recorded_is_neither_read_nor_changed()
    {
        await using var host = await StartAsync(actor: "");
        await host.PutAsync("portal.customers", "c1", "p1", "last-sign-in=2026-11-01");
        await using var portal = host.Get<IDbContextFactory<Portal>>().CreateDbContext();

        await Should.ThrowAsync<InvalidOperationException>(() => portal.Set<Customer>().ToListAsync());
        portal.Update(new Customer { Id = "c1", Person = "p1", Phone = "changed-phone" });
        await Should.ThrowAsync<InvalidOperationException>(() => portal.SaveChangesAsync());

        (await host.FindAsync("portal.customers", "c1"))!["phone"].ShouldBe("marker-phone-c1");
    }

    [Fact]
    [Trait("clause", "SUP-20")]
    public async Task Where_the_application_reads_otherwise_the_gate_journals_the_same_of_each_use()
    {
        await using var host = await StartAsync();
        var person = await host.PersonAsync("p1");

        await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, "identity-verification")
        {
            Data = ["portal.customers.name"],
            Actor = ProcessingActor.Person("support", Clerk),
        });

        var entry = (await host.EntriesAsync()).Single(one => one.Content.Type == "processing-allowed");
        var clerk = (await host.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfHost(Clerk))).ShouldNotBeNull();
        (entry.Content.Subject, entry.Content.OccurredAt).ShouldBe((person.Key, host.Now));
        var told = JsonDocument.Parse(entry.Content.Data).RootElement;
        told.GetProperty("purpose").GetString().ShouldBe("identity-verification");
        told.GetProperty("actor").GetString().ShouldBe(clerk.Key.Value);
        Categories(told).ShouldBe(["identity.name"]);
    }

    private static Task<OrganisationHost> StartAsync(string actor = Clerk) => OrganisationHost.StartAsync(
        Organisation.SupplierAnnex,
        sources: new Dictionary<string, Action<GdprBuilder, string>>
        {
            ["portal"] = (gdpr, connection) =>
            {
                gdpr.AddDbContextSource<Portal>("portal", source => source.StartUncovered("The test looks at customers alone."));
                gdpr.Services.AddDbContextFactory<Portal>((provider, options) => options.UseSqlite(connection)
                    .UseGdpr(provider, context => context.JournalAccess(_ => actor, access => access.Purpose = _ => "service-provision")));
            },
        });

    private static IEnumerable<string?> Categories(JsonElement entry) => entry.GetProperty("categories").EnumerateArray().Select(category => category.GetString());

    private sealed class Portal(DbContextOptions<Portal> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            var customer = modelBuilder.Entity<Customer>();
            customer.ToTable("customers").HasDataSet("portal.customers", map => map
                .Subject(one => one.Person)
                .Field("address", ["Address"], erased: null, area: new Dictionary<string, int> { ["Address"] = 2 }));
            foreach (var property in customer.Metadata.GetProperties())
            {
                var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
                property.SetColumnName(property.Name switch
                {
                    nameof(Customer.Id) => "id",
                    nameof(Customer.Person) => "subject",
                    _ => property.ClrType == typeof(DateOnly?) ? $"t_{name}" : $"f_{name}",
                });
            }
        }
    }

    private sealed class Customer
    {
        public string Id { get; set; } = "";

        public string? Person { get; set; }

        public string? CustomerNumber { get; set; }

        public string? Name { get; set; }

        public string? Email { get; set; }

        public string? NationalNumber { get; set; }

        public string? Address { get; set; }

        public string? Phone { get; set; }

        public DateOnly? ServiceEnded { get; set; }

        public DateOnly? CommitmentsCeased { get; set; }

        public DateOnly? RemovalDemanded { get; set; }

        public DateOnly? LastSignIn { get; set; }

        public DateOnly? LastInvoice { get; set; }
    }
}
