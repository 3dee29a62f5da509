using System.Text;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>A field whose period has passed goes and the record stays: with it goes nothing else, and what stands in its place the application can read.</summary>
public sealed class ErasedFieldTests
{
    [Fact]
    public async Task A_field_in_a_document_that_holds_something_else_is_refused()
    {
        using var database = new TestDatabase<Profiles>();
        database.Add(new Member { Id = 1, Person = "p1", Name = "One", ContractEnded = new DateOnly(2026, 3, 1), Profile = new Profile { Email = "a@x.example", Balance = 400 } });

        var refused = await Should.ThrowAsync<SourceMappingException>(() => database.Source.SweepAsync(PolicyOf("email", "contact.email").Evaluator()));

        refused.Message.ShouldContain("Profile.Balance");
        database.Rows("SELECT Profile FROM Members").ShouldHaveSingleItem().ShouldContain("400");
    }

    [Fact]
    public async Task A_field_that_is_a_whole_document_goes_while_the_record_stays()
    {
        using var database = new TestDatabase<Whole>();
        database.Add(new Member { Id = 1, Person = "p1", Name = "One", ContractEnded = new DateOnly(2026, 3, 1), Profile = new Profile { Email = "a@x.example" } });

        await database.Source.SweepAsync(PolicyOf("email", "contact.email").Evaluator());

        database.Rows("SELECT Name, Profile FROM Members").ShouldBe(["One|NULL"]);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("LQ==")]
    public async Task What_stands_for_an_erased_content_is_read_by_the_models_conversion(string erased)
    {
        using var database = new TestDatabase<Sealed>(options => options.Map<Sealee>("crm.customers", map => map.Field("secret", [nameof(Sealee.Secret)], erased)));
        database.Add(new Sealee { Id = 1, Person = "p1", Name = "One", Secret = "tea", ContractEnded = new DateOnly(2026, 3, 1) });

        await database.Source.SweepAsync(PolicyOf("secret", "free-text").Evaluator());

        database.Do(context => context.Set<Sealee>().Single().Secret.ShouldBe(erased));
    }

    [Fact]
    public async Task What_a_conversion_cannot_read_is_refused()
    {
        using var database = new TestDatabase<Ciphered>();

        var refused = await Should.ThrowAsync<SourceMappingException>(() => database.Source.SweepAsync(PolicyOf("secret", "free-text").Evaluator()));

        refused.Message.ShouldContain("Sealee.Secret cannot read what stands there");
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

    internal sealed class Profiles(DbContextOptions<Profiles> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Member>().ToTable("Members").OwnsOne(member => member.Profile, profile => profile.ToJson("Profile"));
    }

    [DataSet("crm.customers")]
    internal sealed class Member
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("contract-ended")]
        public DateOnly? ContractEnded { get; set; }

        public Profile? Profile { get; set; }
    }

    internal sealed class Profile
    {
        [DataCategory("contact.email", Field = "email")]
        public string? Email { get; set; }

        [NotPersonalData("what has been paid in advance; the books say by whom")]
        public decimal Balance { get; set; }
    }

    internal sealed class Sealed(DbContextOptions<Sealed> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Sealee>().ToTable("Sealees").Property(one => one.Secret)
            .HasConversion(text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), text => Encoding.UTF8.GetString(Convert.FromBase64String(text)));
    }

    [DataSet("crm.customers")]
    internal sealed class Sealee
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [DataCategory("free-text", Field = "secret", Erased = "-")]
        public string Secret { get; set; } = "";

        [RetentionTrigger("contract-ended")]
        public DateOnly? ContractEnded { get; set; }
    }

    internal sealed class Whole(DbContextOptions<Whole> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Member>().ToTable("Members").OwnsOne(member => member.Profile, profile =>
        {
            profile.Ignore(one => one.Balance);
            profile.ToJson("Profile");
        });
    }

    /// <summary>A cipher gives another text each time.</summary>
    internal sealed class Ciphered(DbContextOptions<Ciphered> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Sealee>().ToTable("Sealees").Property(one => one.Secret)
            .HasConversion(text => Guid.NewGuid().ToString("N") + text, text => text.Substring(32));
    }
}
