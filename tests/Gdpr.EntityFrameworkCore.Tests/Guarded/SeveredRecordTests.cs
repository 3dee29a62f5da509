using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Rows are deleted to which records refer by the id of their person, so that the database empties it.</summary>
public sealed class SeveredRecordTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task A_row_is_not_deleted_whose_end_would_take_its_person_from_a_held_record(bool isPostgres)
    {
        await using var host = await GuardedHost<Shop>.CreateAsync(GuardedPolicies.Of(others: "orders"), isPostgres);
        await host.AddAsync(new User { Id = "u1", Name = "One" }, new Order { Id = 1, UserId = "u1", Name = "order" });
        await host.AddAsync(new User { Id = "u2", Name = "Two" }, new Order { Id = 2, UserId = "u2", Name = "order" });
        await host.FactAsync("crm.orders", "u1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();

        context.Remove(await context.Set<User>().SingleAsync(user => user.Id == "u1"));
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
        context.ChangeTracker.Clear();
        context.Remove(await context.Set<User>().SingleAsync(user => user.Id == "u2"));
        (await context.SaveChangesAsync()).ShouldBe(1);

        (await host.CountAsync("Users")).ShouldBe(1);
        (await host.CountAsync("Orders")).ShouldBe(2);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Many_rows_are_not_deleted_at_once_whose_end_would_take_their_person_from_records(bool isPostgres)
    {
        await using var host = await GuardedHost<Register>.CreateAsync(GuardedPolicies.Of(), isPostgres);
        await host.AddAsync(new Account { Id = "p1" }, new Invoice { Id = 1, AccountId = "p1", Name = "One" });
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();

        await Should.ThrowAsync<GuardBypassException>(() => context.Set<Account>().ExecuteDeleteAsync());
        await Should.ThrowAsync<GuardBypassException>(() => context.Database.ExecuteSqlRawAsync("DELETE FROM \"Accounts\""));
        context.Remove(await context.Set<Account>().SingleAsync());
        await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());

        (await host.CountAsync("Accounts")).ShouldBe(1);
    }

    internal sealed class Register(DbContextOptions<Register> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Account>().ToTable("Accounts");
            modelBuilder.Entity<Invoice>().ToTable("Invoices").HasOne<Account>().WithMany().HasForeignKey(invoice => invoice.AccountId).OnDelete(DeleteBehavior.SetNull);
        }
    }

    [NotPersonalData("ids of people, who are in a system of their own")]
    internal sealed class Account
    {
        public string Id { get; set; } = "";
    }

    [DataSet("crm.customers")]
    internal sealed class Invoice
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string? AccountId { get; set; }

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<User>().ToTable("Users");
            modelBuilder.Entity<Order>().ToTable("Orders").HasOne<User>().WithMany().HasForeignKey(order => order.UserId).OnDelete(DeleteBehavior.SetNull);
        }
    }

    [DataSet("crm.customers")]
    internal sealed class User
    {
        [DataSubjectId]
        public string Id { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    [DataSet("crm.orders")]
    internal sealed class Order
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string? UserId { get; set; }

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
