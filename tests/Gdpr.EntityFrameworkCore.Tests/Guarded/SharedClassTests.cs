using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Row = System.Collections.Generic.Dictionary<string, object>;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Entity types without a class of their own are told apart by their names.</summary>
public sealed class SharedClassTests
{
    [Fact]
    public async Task Rows_without_a_class_of_their_own_are_told_from_records_without_one()
    {
        await using var host = await GuardedHost<Bags>.CreateAsync(GuardedPolicies.Of());
        await using (var adding = host.Open())
        {
            adding.Set<Row>("Colours").Add(new Row { ["Id"] = 1, ["Name"] = "red" });
            adding.Set<Row>("People").Add(new Row { ["Id"] = 1, ["Person"] = "p1", ["LastContact"] = new DateOnly(2026, 6, 1) });
            adding.Set<Row>("People").Add(new Row { ["Id"] = 2, ["Person"] = "p2", ["LastContact"] = new DateOnly(2026, 6, 1) });
            await adding.SaveChangesAsync();
        }

        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Restricted));
        await using var context = host.Open();
        var (colours, people) = (context.Set<Row>("Colours"), context.Set<Row>("People"));

        (await people.CountAsync()).ShouldBe(1);
        (await colours.IgnoreQueryFilters().CountAsync()).ShouldBe(1);
        (await colours.Where(colour => EF.Property<int>(colour, "Id") == 2).ExecuteDeleteAsync()).ShouldBe(0);
        (await colours.ExecuteUpdateAsync(set => set.SetProperty(colour => EF.Property<string>(colour, "Name"), "blue"))).ShouldBe(1);
        await Should.ThrowAsync<GuardBypassException>(() => people.ExecuteDeleteAsync());
        await Should.ThrowAsync<GuardBypassException>(() => people.IgnoreQueryFilters().CountAsync());
        await Should.ThrowAsync<GuardBypassException>(() => colours.IgnoreQueryFilters().CountAsync(colour => people.Any(person => EF.Property<int>(person, "Id") == EF.Property<int>(colour, "Id"))));
        await Should.ThrowAsync<GuardBypassException>(() => colours.IgnoreQueryFilters().CountAsync(
            colour => context.Set<Row>("People").Any(person => EF.Property<int>(person, "Id") == EF.Property<int>(colour, "Id"))));
        await Should.ThrowAsync<GuardBypassException>(() => colours.IgnoreQueryFilters().Concat(people).CountAsync());
    }

    [Fact]
    public async Task What_is_said_beside_the_model_by_a_class_of_several_entity_types_is_refused()
    {
        var refused = await Should.ThrowAsync<SourceMappingException>(
            () => GuardedHost<Bags>.CreateAsync(GuardedPolicies.Of(), configure: options => options.Excuse<Row>("colours")));
        refused.Message.ShouldContain(
            "Dictionary<string, object> is the class of several entity types (Colours, People), and what is said of it beside the model would be said of each; "
            + "say it in the model of the one that is meant: HasDataSet or IsNotPersonalData.");
    }

    internal sealed class Bags(DbContextOptions<Bags> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.SharedTypeEntity<Row>("Colours", colours =>
            {
                colours.ToTable("Colours").IndexerProperty<int>("Id").ValueGeneratedNever();
                colours.IndexerProperty<string>("Name");
            });
            modelBuilder.SharedTypeEntity<Row>("People", people =>
            {
                people.ToTable("People").HasDataSet("crm.customers");
                people.IndexerProperty<int>("Id").ValueGeneratedNever();
                people.IndexerProperty<string>("Person").IsDataSubjectId();
                people.IndexerProperty<string?>("Name").HasDataCategory("identity.name");
                people.IndexerProperty<DateOnly>("LastContact").IsRetentionTrigger("last-contact");
            });
        }
    }
}
