using System.Text.Json;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>A change in a part of a record is recorded like one in its row, wherever the part stands.</summary>
public sealed class RecordedPartTests
{
    [Theory]
    [InlineData("document")]
    [InlineData("list")]
    [InlineData("row")]
    [InlineData("complex")]
    [InlineData("table")]
    public async Task A_change_of_personal_data_in_a_part_is_recorded(string what)
    {
        await using var host = await GuardedHost<Papers>.CreateAsync(
            GuardedPolicies.Of(
                """ "email": "contact.email", "phone": "contact.phone", "street": "free-text", "fax": "contact.phone", "plate": "free-text" """),
            use: gdpr => gdpr.JournalAccess(_ => "clerk"));
        await host.AddAsync(new Member
        {
            Id = 1,
            Person = "p1",
            Profile = new Profile { Email = "a@marker.example" },
            Phones = { new Phone { Number = "1" } },
            Home = new Home { Street = "s" },
            Fax = new Fax { Number = "1" },
            Cars = { new Car { Plate = "ABC 123" } },
        });
        var before = (await ChangesAsync(host)).Length;
        await using var context = host.Open();
        var member = await context.Set<Member>().SingleAsync();
        switch (what)
        {
            case "document":
                member.Profile.Email = "b@marker.example";
                break;
            case "list":
                member.Phones[0].Number = "2";
                break;
            case "table":
                member.Cars[0].Plate = "ABC 124";
                break;
            case "complex":
                member.Fax.Number = "2";
                break;
            default:
                member.Home.Street = "t";
                break;
        }

        await context.SaveChangesAsync();
        (await ChangesAsync(host)).Length.ShouldBe(before + 1);
    }

    private static async Task<JsonElement[]> ChangesAsync(GuardedHost<Papers> host) => [.. (await host.EntriesAsync())
        .Where(entry => entry.Content.Type == "personal-data-access").Select(entry => JsonDocument.Parse(entry.Content.Data).RootElement)
        .Where(data => data.GetProperty("action").GetString() is not "read")];

    internal sealed class Papers(DbContextOptions<Papers> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Member>().ToTable("Members").OwnsOne(member => member.Profile, profile => profile.ToJson("Profile"));
            modelBuilder.Entity<Member>().OwnsMany(member => member.Phones, phones => phones.ToJson("Phones"));
            modelBuilder.Entity<Member>().OwnsOne(member => member.Home);
            modelBuilder.Entity<Member>().OwnsMany(member => member.Cars, cars => cars.ToTable("Cars").HasKey(car => car.Number));
            modelBuilder.Entity<Member>().ComplexProperty(member => member.Fax, fax => fax.ToJson("Fax"));
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Member
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        public Profile Profile { get; set; } = null!;

        public Home Home { get; set; } = null!;

        public Fax Fax { get; set; } = new();

        public List<Phone> Phones { get; } = [];

        public List<Car> Cars { get; } = [];

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Profile
    {
        [DataCategory("contact.email", Field = "email")]
        public string? Email { get; set; }
    }

    internal sealed class Phone
    {
        [DataCategory("contact.phone", Field = "phone")]
        public string? Number { get; set; }
    }

    internal sealed class Fax
    {
        [DataCategory("contact.phone", Field = "fax")]
        public string? Number { get; set; }
    }

    internal sealed class Car
    {
        public int Number { get; set; }

        [DataCategory("free-text", Field = "plate")]
        public string? Plate { get; set; }
    }

    internal sealed class Home
    {
        [DataCategory("free-text", Field = "street")]
        public string? Street { get; set; }
    }
}
