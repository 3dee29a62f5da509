using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Keys with the tenant in them: a reference is cut by what may be NULL of it, and the tenant stays.</summary>
public sealed class TenantKeyTests
{
    private static readonly DateOnly Old = new(2020, 1, 1);

    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task A_reference_with_the_tenant_in_it_is_cut_where_it_may_be_null(bool isPostgres)
    {
        await using var host = await GuardedHost<Optional>.CreateAsync(GuardedPolicies.Of(others: "orders"), isPostgres);
        await host.AddAsync(new Client { Tenant = 1, Id = 1, Person = "p1", LastContact = Old }, new Client { Tenant = 2, Id = 1, Person = "p2" });
        await host.AddAsync(
            new Order { Tenant = 1, Id = 1, Person = "p9", ClientId = 1 }, new Order { Tenant = 2, Id = 1, Person = "p9", ClientId = 1 }, new Note { Id = 1, Tenant = 1, ClientId = 1 });
        (await host.Source.SweepAsync(host.Evaluator)).ShouldBe(["[1,1]"]);
        await using var context = host.Open();
        (await context.Set<Order>().OrderBy(order => order.Tenant).Select(order => new { order.Tenant, order.ClientId }).ToListAsync())
            .Select(order => $"{order.Tenant} {order.ClientId}").ShouldBe(["1 ", "2 1"]);
        (await context.Set<Note>().SingleAsync()).ShouldSatisfyAllConditions(note => note.Tenant.ShouldBe(1), note => note.ClientId.ShouldBeNull());
    }

    [Fact]
    public async Task A_reference_of_which_nothing_may_be_null_is_not_cut()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<Required>.CreateAsync(GuardedPolicies.Of(others: "orders")));
        refused.Problems.ShouldContain("crm.customers: columns 'Tenant', 'ClientId' of table 'Notes' may not be NULL, so that its rows cannot be severed; "
            + "delete the rows, or let one of the columns be NULL.");
    }

    [Fact]
    public async Task A_reference_is_not_cut_by_the_tenant_alone_while_the_rest_still_names_the_record()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<Turned>.CreateAsync(GuardedPolicies.Of(others: "orders")));
        refused.Message.ShouldContain("column 'ClientId' of table 'Letters' may not be NULL, and would still name the record when its rows have been severed");
    }

    [Fact]
    public async Task A_reference_that_the_model_cuts_by_the_tenant_alone_is_refused_where_the_number_is_a_key_by_itself()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(() => GuardedHost<Numbered>.CreateAsync(GuardedPolicies.Of(others: "orders")));
        refused.Message.ShouldContain("column 'ClientId' of table 'Letters' may not be NULL, and would still name the record when its rows have been severed");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_reference_is_cut_by_the_number_where_that_is_a_key_by_itself_whatever_the_order_of_the_key_that_is_referred_to(bool isPostgres)
    {
        await using var host = await GuardedHost<NumberedNotes>.CreateAsync(GuardedPolicies.Of(others: "orders"), isPostgres);
        await host.AddAsync(new Client { Tenant = 1, Id = 1, Person = "p1", LastContact = Old }, new Client { Tenant = 1, Id = 2, Person = "p2" });
        await host.AddAsync(new Note { Id = 1, Tenant = 1, ClientId = 1 }, new Note { Id = 2, Tenant = 1, ClientId = 2 });

        (await host.Source.SweepAsync(host.Evaluator)).ShouldHaveSingleItem();

        await using var context = host.Open();
        (await context.Set<Note>().OrderBy(note => note.Id).Select(note => new { note.Tenant, note.ClientId }).ToListAsync())
            .Select(note => $"{note.Tenant} {note.ClientId}").ShouldBe(["1 ", "1 2"]);
    }

    internal class Optional(DbContextOptions options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Client>().ToTable("Clients").HasKey(client => new { client.Tenant, client.Id });
            modelBuilder.Entity<Order>(orders =>
            {
                orders.ToTable("Orders").HasKey(order => new { order.Tenant, order.Id });
                orders.HasOne<Client>().WithMany().HasForeignKey(order => new { order.Tenant, order.ClientId });
            });
            modelBuilder.Entity<Note>().ToTable("Notes").HasOne<Client>().WithMany().HasForeignKey(note => new { note.Tenant, note.ClientId });
        }
    }

    internal sealed class Required(DbContextOptions<Required> options) : Optional(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Note>().Property(note => note.ClientId).IsRequired();
            modelBuilder.Entity<Client>().HasDataSet("crm.customers", clients => clients.Child("Notes", ChildAction.Sever));
        }
    }

    internal sealed class Turned(DbContextOptions<Turned> options) : Optional(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Letter>().ToTable("Letters").HasOne<Client>().WithMany().HasForeignKey(letter => new { letter.Tenant, letter.ClientId });
            modelBuilder.Entity<Client>().HasDataSet("crm.customers", clients => clients.Child("Letters", ChildAction.Sever));
        }
    }

    internal class NumberedNotes(DbContextOptions options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Client>(clients =>
            {
                clients.ToTable("Clients").HasKey(client => client.Id);
                clients.Property(client => client.Id).ValueGeneratedNever();
            });
            modelBuilder.Entity<Order>().ToTable("Orders").HasKey(order => new { order.Tenant, order.Id });
            modelBuilder.Entity<Note>().ToTable("Notes").HasOne<Client>().WithMany()
                .HasForeignKey(note => new { note.ClientId, note.Tenant }).HasPrincipalKey(client => new { client.Id, client.Tenant });
        }
    }

    internal sealed class Numbered(DbContextOptions<Numbered> options) : NumberedNotes(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Letter>().ToTable("Letters").HasOne<Client>().WithMany()
                .HasForeignKey(letter => new { letter.ClientId, letter.Tenant }).HasPrincipalKey(client => new { client.Id, client.Tenant });
        }
    }

    [NotPersonalData("letters")]
    internal sealed class Letter
    {
        public int Id { get; set; }

        public int? Tenant { get; set; }

        public int ClientId { get; set; }
    }

    [DataSet("crm.customers")]
    internal sealed class Client
    {
        public int Tenant { get; set; }

        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.orders")]
    internal sealed class Order
    {
        public int Tenant { get; set; }

        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public int? ClientId { get; set; }
    }

    internal sealed class Note
    {
        public int Id { get; set; }

        public int Tenant { get; set; }

        public int? ClientId { get; set; }
    }
}
