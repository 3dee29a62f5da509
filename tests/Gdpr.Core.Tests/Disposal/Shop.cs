using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A shop with two sources and three data sets, in the real container.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 12, 0);

    private readonly ServiceProvider _provider;

    private Shop(ServiceProvider provider, ShopWorld world)
    {
        _provider = provider;
        World = world;
    }

    /// <summary>Customers are erased three months after their contract, but their names kept a year for the books; orders and visits go after a month.</summary>
    public static GdprPolicy Policy(string version = "1", string keep = "P3M", string web = "web") => PolicyReader.Read($$"""
        { "policy": "shop", "version": "{{version}}", "effective": "2020-01-01",
          "controllers": { "shop": { "name": "Shop AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@shop.example" } },
          "systems": {
            "crm": { "backup": { "keep": "P30D" }, "dataSets": {
              "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "unknown" } },
                             "fields": { "name": "identity.name", "email": "contact.email" } },
              "orders": { "subject": "customer", "triggers": { "sent": { "whenNull": "unknown" } }, "fields": { "address": "contact.postal-address" } } } },
            "{{web}}": { "dataSets": { "visits": { "subject": "customer", "triggers": { "at": { "whenNull": "unknown" } }, "fields": { "page": "free-text" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "{{keep}}", "after": "ended" } },
            "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.customers.name"],
                       "retention": { "keep": "P1Y", "after": "ended" } },
            "delivery": { "purpose": "delivery", "basis": { "contract": {} }, "data": ["crm.orders"], "retention": { "keep": "P1M", "after": "sent" } },
            "statistics": { "purpose": "statistics", "basis": { "contract": {} }, "data": ["{{web}}.visits"], "retention": { "keep": "P1M", "after": "at" } } } }
        """).Policy!;

    public ShopWorld World { get; }

    public ShopData Data => World.Data;

    public SettableClock Clock => World.Clock;

    public Sweep Sweep => Get<Sweep>();

    public LegalHolds Holds => Get<LegalHolds>();

    public KillSwitchControl KillSwitch => Get<KillSwitchControl>();

    public GdprWork Work => Get<GdprWork>();

    public IServiceProvider Services => _provider;

    /// <summary>Starts a process over what there is: several over the same world see the same stores and data.</summary>
    /// <param name="world">The stores and the data.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="sweep">Changes the options of the sweep.</param>
    /// <param name="before">What the host registers before.</param>
    /// <param name="sources">Other sources than the two of the world, which do not pass its fault points.</param>
    /// <param name="file">The file of the policy, in place of a policy.</param>
    public static Shop Open(
        ShopWorld? world = null, GdprPolicy? policy = null, Action<SweepOptions>? sweep = null, Action<IServiceCollection>? before = null,
        Func<ShopWorld, IReadOnlyList<IPersonalDataSource>>? sources = null, string? file = null)
    {
        world ??= new ShopWorld();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(world.Clock);
        before?.Invoke(services);
        services.AddGdpr(gdpr => (file is null ? gdpr.UsePolicy(policy ?? Policy()) : gdpr.UsePolicyFile(file))
            .ConfigureSweep(sweep ?? (_ => { })).UseWorld(world, sources));
        return new Shop(services.BuildServiceProvider(validateScopes: true), world);
    }

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    /// <summary>Previews, approves and runs.</summary>
    public async Task<SweepResult> SweepAsync(IProgress<SweepProgress>? progress = null)
    {
        await ApproveAsync();
        return await Sweep.RunAsync(progress);
    }

    public async Task ApproveAsync() => await Sweep.ApproveAsync(await Sweep.PreviewAsync(), "data-protection-officer");

    /// <summary>The terms of a hold on a data set, or on some of its records or people.</summary>
    public static HoldTerms Terms(string dataSet = "crm.customers", string[]? records = null, string[]? subjects = null) => new(
        "Marker-Matter", "Marker-Reason", "Marker-Approver", new LocalDate(2026, 11, 1), new LocalDate(2027, 2, 1),
        new HoldScope
        {
            DataSets = dataSet.Length > 0 ? new HashSet<string> { dataSet } : new HashSet<string>(),
            Records = new HashSet<string>(records ?? []),
            Subjects = new HashSet<string>(subjects ?? []),
        });

    public async Task<IReadOnlyList<string>> TypesAsync() => [.. (await World.EntriesAsync()).Select(entry => entry.Content.Type)];

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}

/// <summary>The shop's records.</summary>
internal sealed class ShopData
{
    public ShopData(string web = "web")
    {
        Web = new InMemorySource(web);
        OrderLines = Crm.AddChildren<OrderLine>(line => line.Id);
        Customers = Crm.Add<Customer>("crm.customers", customer => customer.Id, set => set
            .Subject(customer => customer.Id)
            .Trigger("ended", customer => ValueOf(customer.Ended))
            .Field("name", customer => customer with { Name = null })
            .Field("email", customer => customer with { Email = null }));
        Orders = Crm.Add<Order>("crm.orders", order => order.Id, set => set
            .Subject(order => order.Customer)
            .Trigger("sent", order => ValueOf(order.Sent))
            .Field("address", order => order with { Address = null })
            .Children(OrderLines, line => line.Order));
        Visits = Web.Add<Visit>($"{web}.visits", visit => visit.Id, set => set
            .Trigger("at", visit => ValueOf(visit.At))
            .Field("page", visit => visit with { Page = null }));
    }

    public InMemorySource Crm { get; } = new("crm");

    public InMemorySource Web { get; }

    public InMemoryRecords<Customer> Customers { get; }

    public InMemoryRecords<Order> Orders { get; }

    public InMemoryRecords<OrderLine> OrderLines { get; }

    public InMemoryRecords<Visit> Visits { get; }

    /// <summary>Fills the tables: of each kind some that are due, some that are not, some undetermined.</summary>
    public ShopData Fill(int each = 7)
    {
        for (var i = 1; i <= each; i++)
        {
            Customers.Put(new Customer($"gone-{i}", "Marker-Name", "marker@person.example", new LocalDate(2020, 1, 31)));
            Customers.Put(new Customer($"half-{i}", "Marker-Name", "marker@person.example", new LocalDate(2026, 3, 31)));
            Customers.Put(new Customer($"kept-{i}", "Marker-Name", "marker@person.example", new LocalDate(2026, 11, 1)));
            Customers.Put(new Customer($"unknown-{i}", "Marker-Name", "marker@person.example", null));
            Orders.Put(new Order($"old-{i}", $"gone-{i}", "Marker-Street 1", new LocalDate(2026, 1, 31)));
            Orders.Put(new Order($"open-{i}", $"kept-{i}", "Marker-Street 1", null));
            OrderLines.Put(new OrderLine($"old-{i}/1", $"old-{i}"));
            OrderLines.Put(new OrderLine($"open-{i}/1", $"open-{i}"));
            Visits.Put(new Visit($"v{i}", "marker-page", new LocalDate(2026, 1, i)));
        }

        return this;
    }

    /// <summary>Everything there is, as text.</summary>
    public string Dump() => string.Join('\n',
        [.. Customers.ToList().Cast<object>(), .. Orders.ToList(), .. OrderLines.ToList(), .. Visits.ToList()]);

    private static TriggerValue ValueOf(LocalDate? date) => date is { } known ? TriggerValue.On(known) : TriggerValue.Missing;
}

internal sealed record Customer(string Id, string? Name, string? Email, LocalDate? Ended);

internal sealed record Order(string Id, string Customer, string? Address, LocalDate? Sent);

internal sealed record OrderLine(string Id, string Order);

internal sealed record Visit(string Id, string? Page, LocalDate? At);
