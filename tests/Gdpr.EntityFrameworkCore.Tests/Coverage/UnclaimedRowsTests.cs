using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.EntityFrameworkCore.Tests.Guarded;
using Gdpr.Policies;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Coverage;

/// <summary>Types that share a table with records are records, excused, or a gap.</summary>
public sealed class UnclaimedRowsTests
{
    [Fact]
    public async Task A_type_of_no_data_set_is_found_in_the_table_of_another_types_records()
    {
        await using var host = await GuardedHost<Leads>.CreateAsync(GuardedPolicies.Of());
        await using var context = host.Open();
        var found = (await GdprCoverage.CheckAsync(context)).ShouldHaveSingleItem();
        (found.Code, found.Place).ShouldBe(("C-COV-15", "Lead"));
        found.Message.ShouldBe("Rows of table 'Prospects' that are Lead are records of no data set, beside those that are: nothing ends them, and no copy has them.");
    }

    [Fact]
    public async Task A_type_that_is_excused_or_has_no_objects_is_no_gap()
    {
        await using var host = await GuardedHost<Stated>.CreateAsync(GuardedPolicies.Of());
        await using var context = host.Open();
        (await GdprCoverage.CheckAsync(context)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_concrete_base_type_of_no_data_set_is_found_too()
    {
        await using var host = await GuardedHost<Bases>.CreateAsync(GuardedPolicies.Of());
        await using var context = host.Open();
        (await GdprCoverage.CheckAsync(context)).Select(found => $"{found.Code} {found.Place}").ShouldBe(["C-COV-15 Visitor"]);
    }

    internal sealed class Leads(DbContextOptions<Leads> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Prospect>().ToTable("Prospects");
            modelBuilder.Entity<Won>();
            modelBuilder.Entity<Lead>();
        }
    }

    internal sealed class Stated(DbContextOptions<Stated> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Prospect>().ToTable("Prospects");
            modelBuilder.Entity<Won>();
            modelBuilder.Entity<Lead>().IsNotPersonalData("firms, by their numbers");
        }
    }

    internal sealed class Bases(DbContextOptions<Bases> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Visitor>().ToTable("Visitors");
            modelBuilder.Entity<Guest>();
        }
    }

    internal class Visitor
    {
        public int Id { get; set; }
    }

    [DataSet("crm.customers")]
    internal sealed class Guest : Visitor
    {
        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal abstract class Prospect
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.customers")]
    internal sealed class Won : Prospect
    {
        [DataCategory("identity.name")]
        public string? Name { get; set; }
    }

    internal sealed class Lead : Prospect;
}
