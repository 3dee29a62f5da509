using Gdpr.EntityFrameworkCore.Hazards;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Tests.Mapping;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gdpr.EntityFrameworkCore.Tests.Hazards;

/// <summary>What in a model would keep what was erased, or take what has to be kept, is refused with a mend.</summary>
public sealed class ModelHazardTests
{
    [Fact]
    public void A_temporal_table_is_refused() => Of(model => model.Entity<Customer>().HasDataSet("crm.customers").HasAnnotation("SqlServer:IsTemporal", true))
        .ShouldBe(["crm.customers: Customer is a temporal table, which keeps every former version of what is erased; keep its history elsewhere, under rules of its own, "
            + "or say with Accept(ModelHazard.TemporalTable) why it may stay."]);

    [Fact]
    public void A_mark_of_deletion_is_refused() => Of(model => model.Entity<Customer>().HasDataSet("crm.customers").HasQueryFilter(customer => !customer.IsGone))
        .ShouldBe(["crm.customers: Customer is hidden by its property IsGone: what the application calls deleted stays as it is until a rule ends it; "
            + "let a date of deletion be a trigger of the data set, or say with Accept(ModelHazard.SoftDelete) why it may stay."]);

    [Fact]
    public void A_date_of_deletion_is_refused_where_nothing_runs_from_it()
    {
        static void Build(ModelBuilder model) => model.Entity<Leaver>().HasDataSet("crm.customers").HasQueryFilter("deleted", customer => customer.DeletedAt == null);

        Of(Build).ShouldHaveSingleItem().ShouldContain("hidden by its property DeletedAt");
        Of(model => model.Entity<Leaver>().HasDataSet("crm.customers", records => records.Trigger("contract-ended", customer => customer.DeletedAt))
            .HasQueryFilter("deleted", customer => customer.DeletedAt == null)).ShouldBeEmpty();
        Of(Build, options => options.Accept<Leaver>(ModelHazard.SoftDelete, "the nightly job of operations deletes them after a week")).ShouldBeEmpty();
    }

    [Fact]
    public void A_shadow_mark_is_seen_too() => Of(model =>
        {
            var entity = model.Entity<Customer>().HasDataSet("crm.customers");
            entity.Property<bool>("Archived");
            entity.HasQueryFilter(customer => !EF.Property<bool>(customer, "Archived"));
        })
        .ShouldHaveSingleItem().ShouldContain("hidden by its property Archived");

    [Theory]
    [InlineData("IsDeleted", typeof(bool))]
    [InlineData("Deleted", typeof(bool?))]
    [InlineData("DeletedOn", typeof(DateTimeOffset?))]
    [InlineData("removed_at", typeof(long?))]
    [InlineData("IsSoftDeleted", typeof(int))]
    [InlineData("ArchivedDate", typeof(DateOnly?))]
    public void A_mark_of_deletion_that_no_filter_looks_at_is_refused_by_its_name(string name, Type type) =>
        Of(model => model.Entity<Note>().HasDataSet("crm.customers").Property(type, name))
            .ShouldHaveSingleItem().ShouldStartWith($"crm.customers: Note is marked by its property {name}: what the application calls deleted stays as it is until a rule ends it");

    [Theory]
    [InlineData("DeletedBy", typeof(string))]
    [InlineData("Deleted", typeof(string))]
    [InlineData("ArchiveNumber", typeof(int))]
    [InlineData("RemovedFromNewsletter", typeof(bool))]
    [InlineData("Undeleted", typeof(bool))]
    public void A_name_that_says_something_else_is_no_mark(string name, Type type) =>
        Of(model => model.Entity<Note>().HasDataSet("crm.customers").Property(type, name)).ShouldBeEmpty();

    [Fact]
    public void A_status_that_may_say_deleted_is_refused_with_a_filter_and_without()
    {
        Of(model => model.Entity<Note>().HasDataSet("crm.customers").Property<State>("State"))
            .ShouldHaveSingleItem().ShouldStartWith("crm.customers: Note may be Deleted by its property State: what the application calls deleted stays");
        Of(model => model.Entity<Note>().HasDataSet("crm.customers").Property<State?>("State").HasConversion<string>()).Count.ShouldBe(1);
        Of(model =>
        {
            var entity = model.Entity<Note>().HasDataSet("crm.customers");
            entity.Property<State>("State");
            entity.HasQueryFilter(note => EF.Property<State>(note, "State") != State.Deleted);
        }).ShouldHaveSingleItem().ShouldContain("Note is hidden by its property State");
        Of(model => model.Entity<Note>().HasDataSet("crm.customers").Property<DateTimeKind>("Kind")).ShouldBeEmpty("none of its values says so");
    }

    [Fact]
    public void A_mark_and_a_status_are_no_hazard_where_periods_run_from_the_date_of_deletion() => Of(model =>
    {
        var entity = model.Entity<Leaver>().HasDataSet("crm.customers", records => records.Trigger("contract-ended", customer => customer.DeletedAt));
        entity.Property<State>("State");
        entity.Property<bool>("IsDeleted");
        entity.HasQueryFilter(customer => !customer.IsGone);
    }).ShouldBeEmpty();

    [Fact]
    public void What_is_accepted_silences_that_hazard_of_that_type_alone()
    {
        static void Build(ModelBuilder model)
        {
            model.Entity<Customer>().HasDataSet("crm.customers").HasAnnotation("SqlServer:IsTemporal", true).HasQueryFilter(customer => !customer.IsGone);
            model.Entity<Note>().HasDataSet("crm.notes").Property<bool>("IsDeleted");
        }

        Of(Build, options => options.Accept<Customer>(ModelHazard.SoftDelete, "ended every night").Accept<Customer>(ModelHazard.TemporalTable, "cut every week"))
            .ShouldHaveSingleItem().ShouldStartWith("crm.notes: Note is marked by its property IsDeleted");
        Of(Build, options => options.Accept<Customer>(ModelHazard.TemporalTable, "cut every week").Accept<Note>(ModelHazard.SoftDelete, "ended every night"))
            .ShouldHaveSingleItem().ShouldContain("hidden by its property IsGone");
    }

    [Fact]
    public void What_is_accepted_and_not_there_is_refused() =>
        Of(model => model.Entity<Note>().HasDataSet("crm.customers"), options => options.Accept<Note>(ModelHazard.PersonalKey, "because"))
            .ShouldBe([$"Accept(ModelHazard.PersonalKey) is said of {typeof(Note).FullName}, which has no such hazard: take it out."]);

    [Fact]
    public void A_tenants_filter_is_none() => Of(model => model.Entity<Customer>().HasDataSet("crm.customers").HasQueryFilter(customer => customer.Tenant == "ours")).ShouldBeEmpty();

    [Fact]
    public void A_key_that_is_personal_data_is_refused() => Of(model =>
        {
            var entity = model.Entity<Customer>().HasDataSet("crm.customers");
            entity.HasKey(customer => customer.Email);
            entity.Property(customer => customer.Email).HasDataCategory("contact.email");
        })
        .ShouldBe(["crm.customers: Customer.Email is personal data and the key of its rows: it stands wherever a row is referred to, and cannot be emptied; "
            + "give the rows a key that means nothing, or say with Accept(ModelHazard.PersonalKey) why it may stay."]);

    [Fact]
    public void Personal_data_that_other_tables_refer_to_is_refused() => Of(model =>
        {
            var entity = model.Entity<Customer>().HasDataSet("crm.customers");
            entity.Property(customer => customer.Email).HasDataCategory("contact.email");
            model.Entity<Note>().HasOne<Customer>().WithMany().HasForeignKey(note => note.To).HasPrincipalKey(customer => customer.Email);
        })
        .ShouldHaveSingleItem().ShouldContain("Customer.Email is personal data and a key that other tables refer to");

    [Fact]
    public void A_mark_of_deletion_on_the_base_type_of_records_is_refused() => Of(model =>
    {
        model.Entity<Party>().HasQueryFilter(party => !party.IsGone);
        model.Entity<Buyer>().HasDataSet("crm.customers");
        model.Entity<Seller>().HasDataSet("crm.staff");
    }).Count.ShouldBe(2);

    [Fact]
    public void A_key_of_the_base_type_that_is_personal_data_is_refused() => Of(model =>
    {
        model.Entity<Party>().HasKey(party => party.Email);
        model.Entity<Party>().Ignore(party => party.IsGone).Property(party => party.Email).HasDataCategory("contact.email");
        model.Entity<Buyer>().HasDataSet("crm.customers");
        model.Entity<Seller>().HasDataSet("crm.staff");
    }).Count.ShouldBe(2);

    [Fact]
    public void A_host_with_a_hazard_does_not_start()
    {
        var services = new ServiceCollection();
        services.AddDbContext<Shop>(options => options.Unwarned().UseSqlite("Data Source=none"));
        services.AddGdpr(gdpr => gdpr.UsePolicy(SourceCalls.Policy(triggers: """ "contract-ended": { "whenNull": "unknown" } """)).AddSqlitePlatform().AddDbContextSource<Shop>("shop"));
        using var provider = services.BuildServiceProvider();

        var problem = Should.Throw<SourceMappingException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        problem.Code.ShouldBe("E-SRC-01");
        problem.Problems.Select(one => one[..one.IndexOf(';', StringComparison.Ordinal)]).ShouldBe([
            "crm.customers: trigger 'contract-ended' (ContractEnded): a DateTime does not say in which zone its clock was",
            "crm.customers: Member is hidden by its property IsGone: what the application calls deleted stays as it is until a rule ends it",
        ]);
    }

    private static IReadOnlyList<string> Of(Action<ModelBuilder> build, Action<DbContextSourceOptions>? configure = null)
    {
        var options = new DbContextSourceOptions();
        configure?.Invoke(options);
        return ModelHazards.Of(Translation.Map(build), options);
    }

    private sealed class Customer
    {
        public int Id { get; set; }

        public string Tenant { get; set; } = "";

        public string Email { get; set; } = "";

        public bool IsGone { get; set; }
    }

    private sealed class Leaver
    {
        public int Id { get; set; }

        public bool IsGone { get; set; }

        public DateTimeOffset? DeletedAt { get; set; }
    }

    private sealed class Note
    {
        public int Id { get; set; }

        public string To { get; set; } = "";
    }

    private enum State
    {
        Active,
        Deleted,
    }

    private sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Member>().HasDataSet("crm.customers").HasQueryFilter(member => !member.IsGone);
    }

    private sealed class Member
    {
        public int Id { get; set; }

        public bool IsGone { get; set; }

        public DateTime? ContractEnded { get; set; }
    }

    internal abstract class Party
    {
        public int Id { get; set; }

        public string Email { get; set; } = "";

        public bool IsGone { get; set; }
    }

    internal sealed class Buyer : Party;

    internal sealed class Seller : Party;
}
