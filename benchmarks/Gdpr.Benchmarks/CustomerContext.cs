using Gdpr.Policies;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.Benchmarks;

/// <summary>The customers of <see cref="PostgresTable"/> as an application's model has them.</summary>
internal sealed class CustomerContext(DbContextOptions<CustomerContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Customer>(customer =>
    {
        customer.ToTable("customers").HasDataSet(CustomerTable.DataSet, map => map.Trigger("contract-ended", one => one.ContractEnded));
        customer.Property(one => one.Id).HasColumnName("id");
        customer.Property(one => one.Name).HasColumnName("name");
        customer.Property(one => one.Email).HasColumnName("email");
        customer.Property(one => one.ContractEnded).HasColumnName("contract_ended");
    });

    internal sealed class Customer
    {
        public long Id { get; set; }

        public string Name { get; set; } = "";

        public string Email { get; set; } = "";

        public DateOnly? ContractEnded { get; set; }
    }
}
