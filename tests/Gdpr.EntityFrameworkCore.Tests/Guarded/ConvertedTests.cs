using System.Globalization;
using System.Text;
using System.Text.Json;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Ids and contents that the model stores otherwise than the application sees them.</summary>
public sealed class ConvertedTests
{
    private const string Fields = """ "name": "identity.name", "level": "free-text", "secret": "free-text" """;

    private static readonly Guid Anna = Guid.Parse("a1b2c3d4-0000-4000-8000-00000000abcd");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_guid_names_a_person_however_it_is_written(bool isPostgres)
    {
        await using var host = await GuardedHost<Context>.CreateAsync(GuardedPolicies.Of(Fields), isPostgres);
        await host.AddAsync(new Customer { Id = new CustomerId(Guid.NewGuid()), Person = Anna, Name = "Anna" });

        foreach (var id in new[] { Anna.ToString(), Anna.ToString().ToUpperInvariant(), Anna.ToString("N") })
        {
            (await host.ExportAsync("crm.customers", id)).Count.ShouldBe(1, id);
        }

        await host.FactAsync("crm.customers", Anna.ToString(), RecordFact.Of(PurposeFact.PurposeEnded, "service-provision"));
        await using var context = host.Open();
        (await context.Set<Customer>().CountAsync()).ShouldBe(0);
        await using var second = await GuardedHost<Context>.CreateAsync(GuardedPolicies.Of(Fields), isPostgres);
        await second.AddAsync(new Customer { Id = new CustomerId(Guid.NewGuid()), Person = Anna, Name = "Anna" });
        await second.FactAsync("crm.customers", Anna.ToString().ToUpperInvariant(), RecordFact.Of(PurposeFact.PurposeEnded, "service-provision"));
        await using var other = second.Open();
        (await other.Set<Customer>().CountAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_holds_what_the_application_shows_and_not_how_it_is_stored(bool isPostgres)
    {
        await using var host = await GuardedHost<Context>.CreateAsync(GuardedPolicies.Of(Fields), isPostgres);
        await host.AddAsync(new Customer { Id = new CustomerId(Guid.NewGuid()), Person = Anna, Name = "Anna", Level = Level.Gold, Secret = "likes tea" });

        var record = (await host.ExportAsync("crm.customers", Anna.ToString())).ShouldHaveSingleItem();
        record.Fields["secret"].GetString().ShouldBe("likes tea");
        record.Fields["level"].GetString().ShouldBe("Gold");
        record.Fields["name"].GetString().ShouldBe("Anna");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_stored_as_it_is_shown_is_corrected_and_the_rest_is_left_to_people(bool isPostgres)
    {
        await using var host = await GuardedHost<Context>.CreateAsync(GuardedPolicies.Of(Fields), isPostgres);
        var id = Guid.NewGuid();
        await host.AddAsync(new Customer { Id = new CustomerId(id), Person = Anna, Name = "Ana", Level = Level.Gold, Secret = "likes tea" });
        var source = host.Source.ShouldBeAssignableTo<IRectifySource>()!;

        (source.Rectifies("crm.customers", "level"), source.Rectifies("crm.customers", "secret")).ShouldBe((false, false));
        (await source.RectifyAsync(
            new Rectification("crm.customers", id.ToString(), [Anna.ToString()], new Dictionary<string, JsonElement> { ["name"] = JsonSerializer.SerializeToElement("Anna") }),
            CancellationToken.None)).ShouldBeTrue();

        await using var context = host.Open();
        (await context.Set<Customer>().SingleAsync()).Name.ShouldBe("Anna");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_people_whom_records_are_about_are_counted_once_and_named_as_the_host_writes_their_ids(bool isPostgres)
    {
        await using var host = await GuardedHost<Context>.CreateAsync(GuardedPolicies.Of(Fields), isPostgres);
        var (first, bo) = (Guid.NewGuid(), Guid.Parse("b0000000-0000-4000-8000-00000000ABCD"));
        await host.AddAsync(new Customer { Id = new CustomerId(first), Person = Anna, Name = "Anna" });
        await host.AddAsync(new Customer { Id = new CustomerId(Guid.NewGuid()), Person = Anna, Name = "Anna again" });
        await host.AddAsync(new Customer { Id = new CustomerId(Guid.NewGuid()), Person = bo, Name = "Bo" });
        var source = host.Source.ShouldBeAssignableTo<ICountingSource>()!;

        (await source.CountAsync("crm.customers", null, CancellationToken.None)).ShouldBe(new DataSetCount(3, 2, 0));
        (await source.CountAsync("crm.customers", [first.ToString()], CancellationToken.None)).ShouldBe(new DataSetCount(1, 1, 0));
        var people = new List<string>();
        await foreach (var person in source.ReadPeopleAsync("crm.customers", null, CancellationToken.None))
        {
            people.Add(person);
        }

        people.ShouldBe([Anna.ToString(), bo.ToString()], ignoreOrder: true);
    }

    internal sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Customer>(customer =>
        {
            customer.Property(one => one.Id).HasConversion(id => id.Value, value => new CustomerId(value));
            customer.Property(one => one.Secret).HasConversion(new ValueConverter<string?, string>(
                text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text!)), text => Encoding.UTF8.GetString(Convert.FromBase64String(text))));
        });
    }

    internal readonly record struct CustomerId(Guid Value);

    internal enum Level
    {
        Silver,
        Gold,
    }

    [DataSet("crm.customers")]
    internal sealed class Customer
    {
        public CustomerId Id { get; set; }

        [DataSubjectId]
        public Guid Person { get; set; }

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [DataCategory("free-text", Field = "level")]
        public Level Level { get; set; }

        [DataCategory("free-text", Field = "secret")]
        public string? Secret { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
