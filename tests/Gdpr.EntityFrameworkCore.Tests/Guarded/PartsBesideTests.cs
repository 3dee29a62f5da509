using System.Text.Json;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>What of a record stands in other tables than its own is the person's all the same.</summary>
public sealed class PartsBesideTests
{
    private const string Fields = """ "name": "identity.name", "street": "contact.postal-address", "phone": "contact.phone", "car": "free-text", "visits": "free-text" """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_holds_what_stands_in_tables_of_derived_and_of_owned_types(bool isPostgres)
    {
        await using var host = await GuardedHost<Context>.CreateAsync(GuardedPolicies.Of(Fields), isPostgres);
        await host.AddAsync(
            new Driver
            {
                Id = 1,
                Person = "p1",
                Name = "One",
                Car = "Saab",
                Contact = new Contact { Phone = "1" },
                Visits = { new Visit { Id = 1, Place = Place.Garage }, new Visit { Id = 2, Place = Place.Shop } },
                Addresses = { new Address { Street = "A", Number = 1, Id = 1 }, new Address { Number = 2, Id = 2 }, new Address { Street = "C", Number = 3, Id = 3 } },
            },
            new Customer { Id = 2, Person = "p1", Name = "Two" },
            new Driver { Id = 3, Person = "p2", Name = "Three", Car = "Volvo", Contact = new Contact { Phone = "3" }, Addresses = { new Address { Street = "D", Number = 4, Id = 4 } } });

        var records = await host.ExportAsync("crm.customers", "p1");
        records.Select(record => record.NativeKey).ShouldBe(["1", "2"]);
        Text(records[0]).ShouldBe("""{"car":"Saab","name":"One","phone":"1","street":{"Addresses.Number":[1,2,3],"Addresses.Street":["A",null,"C"]},"visits":["Garage","Shop"]}""");
        Text(records[1]).ShouldBe("""{"car":null,"name":"Two","phone":null,"street":{"Addresses.Number":null,"Addresses.Street":null},"visits":null}""");
        records.ShouldAllBe(record => record.Redactions.Count == 0);

        host.Clock.Set(NodaTime.Instant.FromUtc(2030, 1, 1, 0, 0));
        (await host.Source.SweepAsync(host.Evaluator)).Count.ShouldBe(3);
        foreach (var table in new[] { "Customers", "Drivers", "Contacts", "Addresses", "Visits" })
        {
            (await host.CountAsync(table)).ShouldBe(0, table);
        }
    }

    private static string Text(ExportedRecord record) => JsonSerializer.Serialize(record.Fields);

    internal sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Customer>(customer =>
            {
                customer.ToTable("Customers").OwnsMany(one => one.Addresses, addresses =>
                {
                    addresses.ToTable("Addresses").WithOwner().HasForeignKey("OwnerId");
                    addresses.HasKey(address => address.Id);
                    addresses.Property(address => address.Id).ValueGeneratedNever();
                    addresses.Property(address => address.Street).HasDataCategory("contact.postal-address", "street");
                    addresses.Property(address => address.Number).HasDataCategory("contact.postal-address", "street");
                });
                customer.OwnsOne(one => one.Contact, contact =>
                {
                    contact.ToTable("Contacts");
                    contact.Property(one => one.Phone).HasDataCategory("contact.phone");
                });
            });
            modelBuilder.Entity<Driver>(driver =>
            {
                driver.ToTable("Drivers").Property(one => one.Car).HasDataCategory("free-text", "car");
                driver.OwnsMany(one => one.Visits, visits =>
                {
                    visits.ToTable("Visits").HasKey(visit => visit.Id);
                    visits.Property(visit => visit.Id).ValueGeneratedNever();
                    visits.Property(visit => visit.Place).HasDataCategory("free-text", "visits");
                });
            });
        }
    }

    [DataSet("crm.customers")]
    internal class Customer
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public Contact? Contact { get; set; }

        public List<Address> Addresses { get; } = [];
    }

    internal sealed class Driver : Customer
    {
        public string? Car { get; set; }

        public List<Visit> Visits { get; } = [];
    }

    internal sealed class Contact
    {
        public string? Phone { get; set; }
    }

    internal sealed class Address
    {
        public int Id { get; set; }

        public string? Street { get; set; }

        public int Number { get; set; }
    }

    internal sealed class Visit
    {
        public int Id { get; set; }

        public Place Place { get; set; }
    }

    internal enum Place
    {
        Shop,
        Garage,
    }
}
