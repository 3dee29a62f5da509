using Gdpr.EntityFrameworkCore.Tests.Guarded;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Hazards;

/// <summary>A reference by which the database deletes records, and of which the model does not say so, is refused with a mend: nobody would ask after them.</summary>
public sealed class LiveCascadeTests
{
    private const string Mend =
        ", and the model does not say so: what EF Core deletes would take records with it that nobody asked after; make the reference in the database as the model has it, "
        + "or let the model say OnDelete(DeleteBehavior.Cascade).";

    private const string MendOfOthers =
        ", and the model does not say so, nor has 'Ports': whoever deletes rows of that would take records with it that nobody asked after; let the reference in the "
        + "database delete nothing, or let the model have 'Ports' and say OnDelete(DeleteBehavior.Cascade).";

    [PostgresFact]
    public async Task A_cascade_from_one_data_set_to_another_that_only_the_database_knows_is_refused()
    {
        await using var host = await GuardedHost<Trade>.CreateAsync(GuardedPolicies.Of(others: "orders"), isPostgres: true);
        await LetCascadeAsync(host, "Orders", "TraderId", "Traders");
        (await RefusedAsync(host)).ShouldBe(["crm.orders: the database deletes rows of 'Orders' with what they refer to (Orders(TraderId) -> Traders)" + Mend]);
    }

    [PostgresFact]
    public async Task A_cascade_through_tables_of_no_records_is_refused()
    {
        await using var host = await GuardedHost<Trade>.CreateAsync(GuardedPolicies.Of(others: "orders"), isPostgres: true);
        await LetCascadeAsync(host, "Orders", "LotId", "Lots");
        await LetCascadeAsync(host, "Lots", "HallId", "Halls");
        (await RefusedAsync(host)).Order(StringComparer.Ordinal).ShouldBe(
            [
                "crm.orders: the database deletes rows of 'Lots' with what they refer to (Lots(HallId) -> Halls)" + Mend,
                "crm.orders: the database deletes rows of 'Orders' with what they refer to (Orders(LotId) -> Lots)" + Mend,
            ]);
    }

    [PostgresFact]
    public async Task A_cascade_from_a_table_that_only_others_know_is_refused()
    {
        await using var host = await GuardedHost<Trade>.CreateAsync(GuardedPolicies.Of(others: "orders"), isPostgres: true);
        await host.ExecuteAsync("""
            CREATE TABLE public."Ports" ("Id" integer PRIMARY KEY);
            ALTER TABLE "Lots" ADD COLUMN "PortId" integer REFERENCES public."Ports" ("Id") ON DELETE CASCADE;
            """);
        await host.Source.PrepareAsync(host.Evaluator.Schedule, CancellationToken.None);
        await LetCascadeAsync(host, "Orders", "LotId", "Lots");
        (await RefusedAsync(host)).Order(StringComparer.Ordinal).ShouldBe(
            [
                "crm.orders: the database deletes rows of 'Lots' with what they refer to (Lots(PortId) -> Ports)" + MendOfOthers,
                "crm.orders: the database deletes rows of 'Orders' with what they refer to (Orders(LotId) -> Lots)" + Mend,
            ]);
    }

    [PostgresFact]
    public async Task A_cascade_that_leads_to_no_records_or_that_the_model_says_too_is_taken()
    {
        await using var host = await GuardedHost<Trade>.CreateAsync(GuardedPolicies.Of(others: "orders"), isPostgres: true);
        await LetCascadeAsync(host, "Lots", "HallId", "Halls");
        await host.Source.PrepareAsync(host.Evaluator.Schedule, CancellationToken.None);
        (await host.CountAsync("Stamps")).ShouldBe(0, "its reference to the orders cascades in the model and in the database");
    }

    private static Task LetCascadeAsync(GuardedHost<Trade> host, string table, string column, string parent) => host.ExecuteAsync($"""
        ALTER TABLE "{table}" DROP CONSTRAINT "FK_{table}_{parent}_{column}";
        ALTER TABLE "{table}" ADD CONSTRAINT "FK_{table}_{parent}_{column}" FOREIGN KEY ("{column}") REFERENCES "{parent}" ("Id") ON DELETE CASCADE;
        """);

    private static async Task<IReadOnlyList<string>> RefusedAsync(GuardedHost<Trade> host) => (await Should.ThrowAsync<SourceMappingException>(
        () => host.Source.PrepareAsync(host.Evaluator.Schedule, CancellationToken.None).AsTask())).Problems;

    internal sealed class Trade(DbContextOptions<Trade> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Trader>().ToTable("Traders").HasDataSet("crm.customers", map => map.Child("Orders", ChildAction.Sever));
            modelBuilder.Entity<Order>().ToTable("Orders").HasOne<Trader>().WithMany().HasForeignKey(order => order.TraderId).OnDelete(DeleteBehavior.ClientSetNull);
            modelBuilder.Entity<Order>().HasOne<Lot>().WithMany().HasForeignKey(order => order.LotId).OnDelete(DeleteBehavior.ClientSetNull);
            modelBuilder.Entity<Lot>().ToTable("Lots").HasOne<Hall>().WithMany().HasForeignKey(lot => lot.HallId).OnDelete(DeleteBehavior.ClientSetNull);
            modelBuilder.Entity<Hall>().ToTable("Halls");
            modelBuilder.Entity<Stamp>().ToTable("Stamps").HasOne<Order>().WithMany().HasForeignKey(stamp => stamp.OrderId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    [NotPersonalData("places")]
    internal sealed class Hall
    {
        public int Id { get; set; }
    }

    [NotPersonalData("places")]
    internal sealed class Lot
    {
        public int Id { get; set; }

        public int? HallId { get; set; }
    }

    [NotPersonalData("numbers")]
    internal sealed class Stamp
    {
        public int Id { get; set; }

        public int OrderId { get; set; }
    }

    internal abstract class Party
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Trader : Party;

    [DataSet("crm.orders")]
    internal sealed class Order : Party
    {
        public int? TraderId { get; set; }

        public int? LotId { get; set; }
    }
}
