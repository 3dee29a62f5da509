using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>What stands for an erased value is one that the application reads: dates, numbers and documents have no text for nothing.</summary>
public sealed class ErasedValueTests
{
    [Fact]
    public async Task What_stands_for_an_erased_date_and_is_none_is_refused()
    {
        using var database = new TestDatabase<Births>();
        var refused = await Should.ThrowAsync<SourceMappingException>(() => database.Source.SweepAsync(PolicyOf("born", "identity.birth-date").Evaluator()));
        refused.Message.ShouldContain("field 'born': Member.Born cannot read what stands there when it has been erased ('-')");
    }

    [Theory]
    [InlineData("guid", "00000000-0000-0000-0000-000000000000")]
    [InlineData("number", "0")]
    [InlineData("moment", "1900-01-01")]
    [InlineData("flag", "true")]
    [InlineData("day", "1/2/1900")]
    [InlineData("count", "-1")]
    public async Task What_stands_for_an_erased_value_is_read_by_the_application(string field, string erased)
    {
        using var database = new TestDatabase<Things>(options => options.Map<Thing>("crm.customers", map => map.Field("value", [MemberOf(field)], erased)));
        database.Add(new Thing { Id = 1, Person = "p1", Name = "One", ContractEnded = new DateOnly(2026, 3, 1), Day = new DateOnly(2026, 1, 1), Number = 5, Count = 5 });
        await database.Source.SweepAsync(PolicyOf("value", "free-text").Evaluator());
        database.Do(context =>
        {
            var read = context.Set<Thing>().Single();
            (field switch
            {
                "guid" => read.Guid == Guid.Empty,
                "number" => read.Number == 0,
                "moment" => read.Moment == new DateTime(1900, 1, 1),
                "flag" => read.Flag,
                "day" => read.Day == new DateOnly(1900, 1, 2),
                _ => read.Count == -1,
            }).ShouldBeTrue();
        });
    }

    [Theory]
    [InlineData("guid")]
    [InlineData("number")]
    [InlineData("moment")]
    [InlineData("flag")]
    [InlineData("day")]
    [InlineData("count")]
    public async Task What_stands_for_an_erased_value_and_is_none_is_refused(string field)
    {
        foreach (var erased in (string[])["-", ""])
        {
            using var database = new TestDatabase<Things>(options => options.Map<Thing>("crm.customers", map => map.Field("value", [MemberOf(field)], erased)));
            var refused = await Should.ThrowAsync<SourceMappingException>(() => database.Source.SweepAsync(PolicyOf("value", "free-text").Evaluator()));
            refused.Message.ShouldContain($"Thing.{MemberOf(field)} cannot read what stands there");
        }
    }

    [Fact]
    public async Task What_stands_for_a_required_document_is_a_document()
    {
        using var database = new TestDatabase<Papers>();
        database.Add(new Paper { Id = 1, Person = "p1", Name = "One", ContractEnded = new DateOnly(2026, 3, 1), Profile = new Profile { Email = "a@x.example" } });
        await database.Source.SweepAsync(PolicyOf("email", "contact.email").Evaluator());
        database.Do(context => context.Set<Paper>().Single().Profile.Email.ShouldBeNull());
    }

    [Theory]
    [InlineData("-")]
    [InlineData("[]")]
    public async Task What_stands_for_a_required_document_and_is_none_is_refused(string erased)
    {
        using var database = new TestDatabase<Papers>(options => options.Map<Paper>("crm.customers", map => map.Field("email", ["Profile.Email"], erased)));
        var refused = await Should.ThrowAsync<SourceMappingException>(() => database.Source.SweepAsync(PolicyOf("email", "contact.email").Evaluator()));
        refused.Message.ShouldContain(
            $"field 'email' is in the document in column 'Profile', and what stands there when it has been erased ('{erased}') is no such document");
    }

    private static GdprPolicy PolicyOf(string field, string category) => PolicyReader.Read($$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": { "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "notHappened" } },
            "fields": { "name": "identity.name", "{{field}}": "{{category}}" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers.name"], "retention": { "keep": "P5Y", "after": "contract-ended" } },
            "mail": { "purpose": "customer-service", "basis": { "contract": {} }, "data": ["crm.customers.{{field}}"], "retention": { "keep": "P1M", "after": "contract-ended" } } } }
        """).Policy!;

    private static string MemberOf(string field) => char.ToUpperInvariant(field[0]) + field[1..];

    internal sealed class Births(DbContextOptions<Births> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Member>().ToTable("Members");
    }

    [DataSet("crm.customers")]
    internal sealed class Member
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [DataCategory("identity.birth-date", Field = "born", Erased = "-")]
        public DateOnly Born { get; set; }

        [RetentionTrigger("contract-ended")]
        public DateOnly? ContractEnded { get; set; }
    }

    internal sealed class Things(DbContextOptions<Things> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Thing>().ToTable("Things");
    }

    [DataSet("crm.customers")]
    internal sealed class Thing
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        public Guid Guid { get; set; }

        public decimal Number { get; set; }

        public DateTime Moment { get; set; }

        public bool Flag { get; set; }

        public DateOnly Day { get; set; }

        public int Count { get; set; }

        [RetentionTrigger("contract-ended")]
        public DateOnly? ContractEnded { get; set; }
    }

    internal sealed class Papers(DbContextOptions<Papers> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Paper>().ToTable("Papers").OwnsOne(one => one.Profile, profile => profile.ToJson("Profile"));
            modelBuilder.Entity<Paper>().Navigation(one => one.Profile).IsRequired();
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Paper
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("contract-ended")]
        public DateOnly? ContractEnded { get; set; }

        public Profile Profile { get; set; } = null!;
    }

    internal sealed class Profile
    {
        [DataCategory("contact.email", Field = "email", Erased = "{}")]
        public string? Email { get; set; }
    }
}
