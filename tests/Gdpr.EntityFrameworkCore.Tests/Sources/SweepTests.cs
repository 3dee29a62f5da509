using Gdpr.Policies;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>A context becomes a source, however its model says what is what.</summary>
public sealed class SweepTests
{
    [Fact]
    public async Task A_model_with_attributes_is_swept()
    {
        using var database = new TestDatabase<Attributed>();
        database.Add(
            new AttributedCustomer { Id = 1, Person = "p1", Mail = "a@x.example", Ended = new DateOnly(2026, 3, 14) },
            new AttributedCustomer { Id = 2, Person = "p2", Mail = "b@x.example", Ended = new DateOnly(2026, 3, 15) },
            new AttributedCustomer { Id = 3, Person = "p3", Mail = "c@x.example" });

        var swept = await database.Source.SweepAsync(SourceCalls.Policy(""" "email": "contact.email" """).Evaluator());

        swept.ShouldBe(["1"]);
        database.Rows("SELECT Id FROM Customers ORDER BY Id").ShouldBe(["2", "3"]);
    }

    private sealed class Attributed(DbContextOptions<Attributed> options) : DbContext(options)
    {
        public DbSet<AttributedCustomer> Customers => Set<AttributedCustomer>();
    }

    [DataSet("crm.customers")]
    private sealed class AttributedCustomer
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("contact.email")]
        public string? Mail { get; set; }

        [RetentionTrigger("contract-ended")]
        public DateOnly? Ended { get; set; }
    }
}
