using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Updates of parts of a class of which both records and other objects have parts.</summary>
public sealed class UpdatedPartTests
{
    [Fact]
    public async Task A_part_that_is_of_a_class_that_records_have_too_is_updated_in_what_is_no_record()
    {
        await using var host = await GuardedHost<Shop>.CreateAsync(GuardedPolicies.Of());
        await host.AddAsync(new Depot { Id = 1, Address = new Address { City = "Lund", Street = "s" } });
        await using var context = host.Open();
        (await context.Set<Depot>().ExecuteUpdateAsync(set => set.SetProperty(depot => depot.Address.City, "Malmö"))).ShouldBe(1);
        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Buyer>().ExecuteUpdateAsync(set => set.SetProperty(buyer => buyer.Address.City, "Malmö")));
    }

    internal sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Buyer>().ToTable("Buyers").OwnsOne(buyer => buyer.Address);
            modelBuilder.Entity<Buyer>().Property(buyer => buyer.Id).ValueGeneratedNever();
            modelBuilder.Entity<Depot>().ToTable("Depots").OwnsOne(depot => depot.Address);
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Buyer
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public Address Address { get; set; } = null!;
    }

    [NotPersonalData("where goods lie")]
    internal sealed class Depot
    {
        public int Id { get; set; }

        public Address Address { get; set; } = null!;
    }

    internal sealed class Address
    {
        public string? Street { get; set; }

        public string? City { get; set; }
    }
}
