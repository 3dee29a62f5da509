using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational.Mapping;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Schemas;

/// <summary>A trading company: natural and composite keys, orders that two kinds of people stand on, companies that look like people.</summary>
internal sealed class TradeContext(DbContextOptions<TradeContext> options) : DbContext(options)
{
    public static void Say(DbContextSourceOptions source) => source
        .Excuse("suppliers.*", "Companies and their switchboards.").Excuse("shippers.*", "Companies and their switchboards.");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Plain("categories", "category_id", "category_id int, category_name string, description string?");
        modelBuilder.Plain("suppliers", "supplier_id", "supplier_id int, company_name string, contact_name string?, address string?, phone string?, homepage string?");
        modelBuilder.Plain("products", "product_id", "product_id int, product_name string, supplier_id int?, category_id int?, unit_price decimal?, discontinued int")
            .To("suppliers", "supplier_id").To("categories", "category_id");
        modelBuilder.Plain("shippers", "shipper_id", "shipper_id int, company_name string, phone string?");
        modelBuilder.Plain("region", "region_id", "region_id int, region_description string");
        modelBuilder.Plain("territories", "territory_id", "territory_id string, territory_description string, region_id int").To("region", "region_id");
        modelBuilder.Plain("customer_demographics", "customer_type_id", "customer_type_id string, customer_desc string?");
        modelBuilder.Entity<TradeEmployee>(employee =>
        {
            employee.ToTable("employees").HasKey(row => row.EmployeeId);
            employee.HasOne<TradeEmployee>().WithMany().HasForeignKey(row => row.ReportsTo);
            employee.HasDataSet("trade.employees", map => map
                .Subject(row => row.EmployeeId).Trigger("employment-ended", row => row.LeftOn).Trigger("hired", row => row.HireDate)
                .Field("name", row => row.FirstName, row => row.LastName, row => row.TitleOfCourtesy).Field("born", row => row.BirthDate).Field("employment", row => row.Title)
                .Field("address", row => row.Address, row => row.City).Field("phone", row => row.HomePhone, row => row.Extension)
                .Field("picture", row => row.Photo).Field("notes", row => row.Notes)
                .Child("employees", ChildAction.Sever).Child("orders", ChildAction.Sever).Child("employee_territories", ChildAction.Delete));
        });
        modelBuilder.Entity<TradeCustomer>(customer =>
        {
            customer.ToTable("customers").HasKey(row => row.CustomerId);
            customer.HasDataSet("trade.customers", map => map
                .Subject(row => row.CustomerId).Trigger("last-order", row => row.LastOrder).Field("company", row => row.CompanyName).Field("contact", row => row.ContactName)
                .Field("role", row => row.ContactTitle).Field("address", row => row.Address, row => row.City, row => row.PostalCode, row => row.Country)
                .Field("phone", row => row.Phone).Child("customer_customer_demo", ChildAction.Delete));
        });
        modelBuilder.Entity<TradeOrder>(order =>
        {
            order.ToTable("orders").HasKey(row => row.OrderId);
            order.HasOne<TradeCustomer>().WithMany().HasForeignKey(row => row.CustomerId);
            order.HasOne<TradeEmployee>().WithMany().HasForeignKey(row => row.EmployeeId);
            order.HasOne("shippers", null).WithMany().HasForeignKey(nameof(TradeOrder.ShipVia));
            order.HasDataSet("trade.orders", map => map
                .Subject(row => row.CustomerId).Trigger("booked", row => row.OrderDate).Field("recipient", row => row.ShipName)
                .Field("address", row => row.ShipAddress, row => row.ShipCity, row => row.ShipPostalCode).Field("order", row => row.ShippedDate, row => row.ShipVia, row => row.Freight)
                .Child("order_details", ChildAction.Delete).Child("shipments", ChildAction.Delete));
        });
        modelBuilder.Plain("employee_territories", "employee_id, territory_id", "employee_id int, territory_id string")
            .To<TradeEmployee>("employee_id").To("territories", "territory_id");
        modelBuilder.Plain("customer_customer_demo", "customer_id, customer_type_id", "customer_id string, customer_type_id string")
            .To<TradeCustomer>("customer_id").To("customer_demographics", "customer_type_id");
        modelBuilder.Plain("order_details", "order_id, product_id", "order_id int, product_id int, unit_price decimal, quantity int")
            .To<TradeOrder>("order_id").To("products", "product_id");
        modelBuilder.Plain("shipments", "shipment_id", "shipment_id int, order_id int, product_id int, description string?").To("order_details", "order_id", "product_id");
        modelBuilder.SnakeCase();
    }
}

internal sealed class TradeCustomer
{
    public string CustomerId { get; set; } = "";

    public string CompanyName { get; set; } = "";

    public string? ContactName { get; set; }

    public string? ContactTitle { get; set; }

    public string? Address { get; set; }

    public string? City { get; set; }

    public string? PostalCode { get; set; }

    public string? Country { get; set; }

    public string? Phone { get; set; }

    public DateOnly? LastOrder { get; set; }
}

internal sealed class TradeOrder
{
    public int OrderId { get; set; }

    public string? CustomerId { get; set; }

    public int? EmployeeId { get; set; }

    public DateOnly? OrderDate { get; set; }

    public DateOnly? ShippedDate { get; set; }

    public int? ShipVia { get; set; }

    public decimal? Freight { get; set; }

    public string? ShipName { get; set; }

    public string? ShipAddress { get; set; }

    public string? ShipCity { get; set; }

    public string? ShipPostalCode { get; set; }
}

internal sealed class TradeEmployee
{
    public int EmployeeId { get; set; }

    public string LastName { get; set; } = "";

    public string FirstName { get; set; } = "";

    public string? Title { get; set; }

    public string? TitleOfCourtesy { get; set; }

    public DateOnly? BirthDate { get; set; }

    public DateOnly? HireDate { get; set; }

    public DateOnly? LeftOn { get; set; }

    public string? Address { get; set; }

    public string? City { get; set; }

    public string? HomePhone { get; set; }

    public string? Extension { get; set; }

    public string? Photo { get; set; }

    public string? Notes { get; set; }

    public int? ReportsTo { get; set; }
}
