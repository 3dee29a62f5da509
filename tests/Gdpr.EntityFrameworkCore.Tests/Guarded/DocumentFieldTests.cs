using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Documents that hold several fields.</summary>
public sealed class DocumentFieldTests
{
    private static readonly DateOnly Old = new(2001, 1, 1);

    [Fact]
    public async Task A_document_with_two_fields_goes_with_its_record()
    {
        await using var host = await GuardedHost<Documents>.CreateAsync(GuardedPolicies.Of(""" "email": "contact.email", "phone": "contact.phone" """));
        await host.AddAsync(new Owner { Id = 1, Person = "p1", LastContact = Old, Contact = new Contact { Email = "a@x.example", Phone = "1" } });
        (await host.Source.SweepAsync(host.Evaluator)).ShouldBe(["1"]);
    }

    internal sealed class Documents(DbContextOptions<Documents> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Owner>().ToTable("Owners").OwnsOne(one => one.Contact, contact => contact.ToJson("Contact"));
    }

    [DataSet("crm.customers")]
    internal sealed class Owner
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        public Contact? Contact { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Contact
    {
        [DataCategory("contact.email", Field = "email")]
        public string? Email { get; set; }

        [DataCategory("contact.phone", Field = "phone")]
        public string? Phone { get; set; }
    }
}
