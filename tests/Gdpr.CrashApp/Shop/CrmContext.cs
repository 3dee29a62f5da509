using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational.Values;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.CrashApp.Shop;

/// <summary>The tables of customers and orders as the model of an application.</summary>
internal sealed class CrmContext(DbContextOptions<CrmContext> options) : DbContext(options)
{
    public static void Map(DbContextSourceOptions source) => source
        .Map<Customer>(CrashShop.Customers, customers => customers.Subject(customer => customer.Id).Trigger("ended", customer => customer.Ended, form: StorageForm.Iso))
        .Map<Order>(CrashShop.Orders, orders => orders
            .Subject(order => order.Customer)
            .Trigger("sent", order => order.Sent, form: StorageForm.Iso)
            .Field("address", ["Street", "City"], erased: ""));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Customer>().ToTable("customers");
        modelBuilder.Entity<Address>().ToTable("addresses").HasOne<Customer>().WithMany().HasForeignKey("customer").IsRequired().OnDelete(DeleteBehavior.Cascade);
        modelBuilder.Entity<Referral>().ToTable("referrals").HasOne<Customer>().WithMany().HasForeignKey("referrer").IsRequired(false).OnDelete(DeleteBehavior.SetNull);
        modelBuilder.Entity<Order>().ToTable("orders");
        modelBuilder.Entity<Line>().ToTable("lines").HasOne<Order>().WithMany().HasForeignKey("purchase").IsRequired().OnDelete(DeleteBehavior.Cascade);
        modelBuilder.Entity<Note>().ToTable("notes").HasOne<Line>().WithMany().HasForeignKey("line").IsRequired().OnDelete(DeleteBehavior.Cascade);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(property.Name.ToLowerInvariant());
        }
    }

    internal sealed class Customer
    {
        public string Id { get; set; } = "";

        public string? Name { get; set; }

        public string? Email { get; set; }

        public string? Ended { get; set; }
    }

    internal sealed class Address
    {
        public int Id { get; set; }

        public string Street { get; set; } = "";
    }

    internal sealed class Referral
    {
        public int Id { get; set; }

        public string? Month { get; set; }
    }

    internal sealed class Order
    {
        public int Id { get; set; }

        public string Customer { get; set; } = "";

        public string Street { get; set; } = "";

        public string City { get; set; } = "";

        public string? Sent { get; set; }
    }

    internal sealed class Line
    {
        public int Id { get; set; }

        public string? Item { get; set; }
    }

    internal sealed class Note
    {
        public int Id { get; set; }

        public string? Text { get; set; }
    }
}
