using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
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

    [Fact]
    public async Task Each_data_set_of_a_hierarchy_in_one_table_is_swept_by_its_own_rules()
    {
        using var database = new TestDatabase<People>();
        var old = new DateOnly(2020, 1, 1);
        database.Add(
            new Customer { Id = 1, Name = "A", ContractEnded = old }, new Customer { Id = 2, Name = "B" }, new Employee { Id = 3, Name = "C", Left = old },
            new Employee { Id = 4, Name = "D", Left = new DateOnly(2026, 1, 1) }, new Applicant { Id = 5, Name = "E" });
        var evaluator = SourceCalls.Policy(
            dataSets: """, "employees": { "subject": "employee", "triggers": { "left": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } } """,
            more: """, "work": { "purpose": "hr", "basis": { "contract": {} }, "data": ["crm.employees"], "retention": { "keep": "P2Y", "after": "left" } } """).Evaluator();

        (await database.Source.SweepAsync(evaluator)).ShouldBe(["1"]);
        (await database.Source.SweepAsync(evaluator, "crm.employees")).ShouldBe(["3"]);

        database.Rows("SELECT Id FROM Person ORDER BY Id").ShouldBe(["2", "4", "5"]);
        (await database.Source.SurveyAsync(evaluator, "crm.employees", 5, CancellationToken.None)).Records.ShouldBe(1);
        await database.Source.ChangeFactsAsync([new FactChange("hold", "crm.employees", new FactTarget.Records(["4"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);
        (await database.Source.ChangeFactsAsync([new FactChange("wrong", "crm.employees", new FactTarget.Records(["2"]), RecordFact.Of(RecordFlags.Hold))], 2, CancellationToken.None))
            .ShouldBe(["2"], "a customer is no record of the employees");
    }

    private sealed class People(DbContextOptions<People> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Person>().HasDiscriminator<int>("kind").HasValue<Customer>(7).HasValue<Employee>(8).HasValue<Applicant>(9);
            modelBuilder.Entity<Customer>().HasDataSet("crm.customers");
            modelBuilder.Entity<Employee>().HasDataSet("crm.employees");
        }
    }

    private abstract class Person
    {
        public int Id { get; set; }

        public string? Name { get; set; }
    }

    private sealed class Customer : Person
    {
        public DateOnly? ContractEnded { get; set; }
    }

    private sealed class Employee : Person
    {
        public DateOnly? Left { get; set; }
    }

    private sealed class Applicant : Person;

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
