using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Visibility;

/// <summary>A shop with customers, their orders and a ledger: kept for service, for marketing and for bookkeeping.</summary>
internal sealed class Shop : DbContext
{
    public Shop(DbContextOptions<Shop> options)
        : base(options)
    {
    }

    /// <summary>Which shop's customers are seen: a filter of the host's, without a name.</summary>
    public int Tenant { get; set; } = 1;

    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<Invoice> Invoices => Set<Invoice>();

    public DbSet<Product> Products => Set<Product>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Customer>().HasQueryFilter(customer => customer.Tenant == Tenant);
        modelBuilder.Entity<Order>().HasDataSet("crm.orders", map => map.Subject(order => order.Customer!.Person));
        modelBuilder.Entity<Order>().HasKey(order => new { order.Branch, order.Number });
        modelBuilder.Entity<Customer>().HasMany(customer => customer.Orders).WithOne(order => order.Customer).OnDelete(DeleteBehavior.SetNull);
    }
}

[DataSet("crm.customers")]
internal sealed class Customer
{
    public int Id { get; set; }

    public int Tenant { get; set; } = 1;

    [DataSubjectId]
    public string Person { get; set; } = "";

    [DataCategory("identity.name")]
    public string? Name { get; set; }

    [RetentionTrigger("contract-ended")]
    public DateOnly? Ended { get; set; }

    [RetentionTrigger("last-contact")]
    public DateTimeOffset? LastContact { get; set; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public List<Order> Orders { get; } = [];
}

internal sealed class Order
{
    public string Branch { get; set; } = "main";

    public int? CustomerId { get; set; }

    public int Number { get; set; }

    public Customer? Customer { get; set; }

    [DataCategory("free-text")]
    public string? Note { get; set; }

    [RetentionTrigger("ordered", Zone = "Europe/Stockholm")]
    public DateTime Ordered { get; set; }
}

[DataSet("erp.invoices")]
internal sealed class Invoice
{
    public Guid Id { get; set; }

    [DataSubjectId]
    public string Person { get; set; } = "";

    [DataCategory("identity.name")]
    public string? Buyer { get; set; }

    [RetentionTrigger("booked")]
    public DateOnly Booked { get; set; }
}

[NotPersonalData("what is sold")]
internal sealed class Product
{
    public int Id { get; set; }
}

/// <summary>The shop in a host: SQLite in a file of its own, a policy, a clock that stands still.</summary>
internal sealed class ShopHost : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-visible-").FullName;
    private readonly ServiceProvider _services;
    private long _position;

    public string ConnectionString => $"Data Source={Path.Combine(_folder, "shop.db")}";

    public ShopHost(
        Action<IServiceCollection>? more = null, Action<DbContextOptionsBuilder, IServiceProvider>? use = null, Action<GdprBuilder, string>? stores = null,
        string? policy = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddDbContextFactory<Shop>((provider, options) =>
        {
            options.Unwarned().UseSqlite(ConnectionString);
            (use ?? ((builder, container) => builder.UseGdpr(container)))(options, provider);
        });
        services.AddGdpr(gdpr => gdpr.UsePolicyJson(policy ?? Policy).AddSqlitePlatform().AddDbContextSource<Shop>("shop"));
        if (stores is not null)
        {
            services.AddGdpr(gdpr => stores(gdpr, ConnectionString));
        }

        more?.Invoke(services);
        _services = services.BuildServiceProvider();
        using var context = Open();
        context.Database.EnsureCreated();
        Source.PrepareAsync(Evaluator.Schedule, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    public const string Policy = """
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": {
            "crm": { "dataSets": {
              "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "notHappened" }, "last-contact": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
              "orders": { "subject": "customer", "triggers": { "ordered": { "whenNull": "unknown" } }, "fields": { "note": "free-text" } } } },
            "erp": { "dataSets": {
              "invoices": { "subject": "customer", "triggers": { "booked": { "whenNull": "unknown" } }, "fields": { "buyer": "identity.name" } } } } },
          "documents": { "news": { "title": { "en": "Consent to news" }, "kind": "consentText", "version": "1" } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended", "fallback": { "keep": "P24M", "after": "last-contact" } } },
            "win-back": { "purpose": "direct-marketing", "basis": { "consent": { "text": "news" } }, "data": ["crm.customers"], "retention": { "keep": "P1Y", "after": "contract-ended", "fallback": { "keep": "P24M", "after": "last-contact" } } },
            "delivery": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.orders"], "retention": { "keep": "P1Y", "after": "ordered" } },
            "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["erp.invoices"], "retention": { "keep": "P7Y", "after": "booked" } } } }
        """;

    public SettableClock Clock { get; } = new(Instant.FromUtc(2026, 6, 15, 12, 0));

    public IServiceProvider Services => _services;

    public DbContextSource Source => (DbContextSource)_services.GetServices<IPersonalDataSource>().Single();

    public RetentionEvaluator Evaluator => _services.GetRequiredService<GdprPolicies>().EvaluateNow();

    public Shop Open() => _services.GetRequiredService<IDbContextFactory<Shop>>().CreateDbContext();

    public void Add(params object[] entities)
    {
        using var context = Open();
        context.AddRange(entities);
        context.SaveChanges();
    }

    public async Task FactAsync(string dataSet, string person, RecordFact fact, string? id = null) =>
        (await Source.ChangeFactsAsync([new FactChange(id ?? $"f{_position}", dataSet, new FactTarget.Subjects([person]), fact)], ++_position, CancellationToken.None)).ShouldBeEmpty();

    public void Dispose()
    {
        _services.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
