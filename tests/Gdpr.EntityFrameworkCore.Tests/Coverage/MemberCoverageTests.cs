using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.EntityFrameworkCore.Tests.Guarded;
using Gdpr.Policies;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Coverage;

/// <summary>What is said of one member says nothing of another in the same column, table or class.</summary>
public sealed class MemberCoverageTests
{
    [Fact]
    public async Task What_one_member_of_a_document_is_excused_for_does_not_excuse_the_others() =>
        (await FindAsync<Documents>(GuardedPolicies.Of())).ShouldBe(["C-COV-04 Readers.Preferences"]);

    [Fact]
    public async Task A_document_with_a_member_that_seems_personal_is_found_in_a_table_of_no_records_too() =>
        (await FindAsync<Settings>(GuardedPolicies.Of())).ShouldBe(["C-COV-01 Devices", "C-COV-04 Devices.Preferences"]);

    [Fact]
    public async Task A_field_in_a_document_does_not_cover_the_rest_of_it() =>
        (await FindAsync<Profiles>(GuardedPolicies.Of(""" "name": "identity.name", "email": "contact.email" """))).ShouldBe(["C-COV-02 Members.Profile"]);

    [Fact]
    public async Task What_a_column_is_excused_for_in_one_type_does_not_excuse_it_in_the_records_of_another() =>
        (await FindAsync<SharedColumn>(GuardedPolicies.Of())).ShouldContain("C-COV-02 Contacts.Remark");

    [Fact]
    public async Task A_column_that_is_a_field_of_one_data_set_is_asked_about_in_another_of_the_same_table() =>
        (await FindAsync<TwoSets>(GuardedPolicies.Of(""" "name": "identity.name", "email": "contact.email" """, "staff"))).ShouldContain("C-COV-04 Accounts.Email");

    [Fact]
    public async Task What_a_base_class_is_excused_for_does_not_excuse_the_entity_types_that_have_it()
    {
        var found = await FindAsync<Based>(GuardedPolicies.Of());
        found.ShouldContain("C-COV-01 Pupils");
        found.ShouldContain("C-COV-02 Customers.Remark");
    }

    [Fact]
    public async Task An_entity_type_that_is_excused_does_not_excuse_the_records_in_its_table()
    {
        var found = await FindAsync<ExcusedRoot>(GuardedPolicies.Of());
        found.ShouldContain("C-COV-02 Parties.Remark");
        found.ShouldNotContain("C-COV-02 Parties.Capital");
    }

    [Fact]
    public async Task What_a_record_owns_in_a_table_of_its_own_is_asked_about_member_by_member() =>
        (await FindAsync<Wards>(GuardedPolicies.Of())).ShouldBe(["C-COV-04 Notes.Phone", "C-COV-02 Notes.Words"], ignoreOrder: true);

    private static async Task<string[]> FindAsync<TContext>(string policy)
        where TContext : DbContext
    {
        await using var host = await GuardedHost<TContext>.CreateAsync(policy);
        await using var context = host.Open();
        return [.. (await GdprCoverage.CheckAsync(context)).Select(finding => $"{finding.Code} {finding.Place}")];
    }

    internal sealed class Wards(DbContextOptions<Wards> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Patient>().ToTable("Patients").OwnsMany(patient => patient.Notes, notes => notes.ToTable("Notes"));
    }

    [DataSet("crm.customers")]
    internal sealed class Patient
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public List<Note> Notes { get; } = [];
    }

    internal sealed class Note
    {
        public int Id { get; set; }

        public string? Words { get; set; }

        public string? Phone { get; set; }

        [NotPersonalData("a colour")]
        public string? Colour { get; set; }
    }

    internal sealed class Documents(DbContextOptions<Documents> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Reader>().ToTable("Readers").OwnsOne(reader => reader.Preferences, preferences => preferences.ToJson("Preferences"));
    }

    [DataSet("crm.customers")]
    internal sealed class Reader
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public Preferences? Preferences { get; set; }
    }

    internal sealed class Preferences
    {
        [NotPersonalData("a colour")]
        public string? Theme { get; set; }

        public string? Email { get; set; }

        public string? Phone { get; set; }
    }

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

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public Profile? Profile { get; set; }
    }

    internal sealed class Profile
    {
        [DataCategory("contact.email", Field = "email")]
        public string? Email { get; set; }

        public decimal Balance { get; set; }
    }

    internal sealed class SharedColumn(DbContextOptions<SharedColumn> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Contact>().ToTable("Contacts");
            modelBuilder.Entity<Human>().Property(human => human.Remark).HasColumnName("Remark");
            modelBuilder.Entity<Company>().Property(company => company.Remark).HasColumnName("Remark");
        }
    }

    internal abstract class Contact
    {
        public int Id { get; set; }
    }

    [DataSet("crm.customers")]
    internal sealed class Human : Contact
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public string? Remark { get; set; }
    }

    internal sealed class Company : Contact
    {
        [NotPersonalData("about a firm")]
        public string? Remark { get; set; }
    }

    internal sealed class TwoSets(DbContextOptions<TwoSets> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Account>().ToTable("Accounts");
            modelBuilder.Entity<ClientAccount>().Property(account => account.Email).HasColumnName("Email");
            modelBuilder.Entity<StaffAccount>().Property(account => account.Email).HasColumnName("Email");
        }
    }

    internal abstract class Account
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.customers")]
    internal sealed class ClientAccount : Account
    {
        [DataCategory("contact.email")]
        public string? Email { get; set; }
    }

    [DataSet("crm.staff")]
    internal sealed class StaffAccount : Account
    {
        public string? Email { get; set; }
    }

    internal sealed class Based(DbContextOptions<Based> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<BasedPupil>().ToTable("Pupils");
            modelBuilder.Entity<BasedCustomer>().ToTable("Customers");
        }
    }

    [NotPersonalData("only a number and a version")]
    internal abstract class EntityBase
    {
        public int Id { get; set; }
    }

    internal sealed class BasedPupil : EntityBase
    {
        public string? Name { get; set; }
    }

    [DataSet("crm.customers")]
    internal sealed class BasedCustomer : EntityBase
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        public string? Remark { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Settings(DbContextOptions<Settings> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Reader>().ToTable("Readers").Ignore(reader => reader.Preferences);
            modelBuilder.Entity<Device>().ToTable("Devices").OwnsOne(device => device.Preferences, preferences => preferences.ToJson("Preferences"));
        }
    }

    internal sealed class Device
    {
        public int Id { get; set; }

        public Preferences? Preferences { get; set; }
    }

    internal sealed class ExcusedRoot(DbContextOptions<ExcusedRoot> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Party>().ToTable("Parties");
            modelBuilder.Entity<Firm>();
            modelBuilder.Entity<Customer>();
        }
    }

    [NotPersonalData("firms")]
    internal abstract class Party
    {
        public int Id { get; set; }
    }

    internal sealed class Firm : Party
    {
        public int Capital { get; set; }
    }

    [DataSet("crm.customers")]
    internal sealed class Customer : Party
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);

        public string? Remark { get; set; }
    }
}
