using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>What <c>SaveChanges</c> would destroy, by whichever way it comes to that, is asked after.</summary>
public sealed class SavingTests
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task What_an_interceptor_of_the_host_deletes_while_saving_is_asked_after(bool isPostgres, bool isAsync)
    {
        await using var host = await Clinic.CreateAsync(isPostgres, options => options.AddInterceptors(new Purge()));
        await host.FactAsync("crm.customers", "p1", RecordFact.Of(RecordFlags.Hold));
        await using var context = host.Open();
        (await context.Set<Clinic.Patient>().SingleAsync(one => one.Id == 1)).Name = "purge";

        _ = isAsync ? await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync()) : Should.Throw<RecordBlockedException>(() => context.SaveChanges());
        (await host.CountAsync("People")).ShouldBe(3);
        context.Database.AutoTransactionBehavior.ShouldBe(AutoTransactionBehavior.WhenNeeded);
    }

    [Fact]
    public async Task What_an_interceptor_of_the_host_deletes_while_saving_goes_where_nothing_forbids_it()
    {
        await using var host = await Clinic.CreateAsync(more: options => options.AddInterceptors(new Purge()));
        await using var context = host.Open();
        (await context.Set<Clinic.Patient>().SingleAsync(one => one.Id == 1)).Name = "purge";
        (await context.SaveChangesAsync()).ShouldBe(1);
        (await host.CountAsync("People")).ShouldBe(2);
        context.Database.AutoTransactionBehavior.ShouldBe(AutoTransactionBehavior.WhenNeeded);
    }

    [Fact]
    public async Task A_refusal_of_the_host_while_saving_leaves_the_context_as_it_was()
    {
        var refusing = new Refusing();
        await using var host = await Clinic.CreateAsync(more: options => options.AddInterceptors(refusing));
        refusing.IsOn = true;
        await using var context = host.Open();
        context.Remove(await context.Set<Clinic.Patient>().SingleAsync(one => one.Id == 1));
        await Should.ThrowAsync<TimeoutException>(() => context.SaveChangesAsync());
        context.Database.AutoTransactionBehavior.ShouldBe(AutoTransactionBehavior.WhenNeeded);

        refusing.IsOn = false;
        (await context.SaveChangesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Saving_is_guarded_where_the_library_is_named_before_the_database()
    {
        var folder = Directory.CreateTempSubdirectory("gdpr-guarded-").FullName;
        var connectionString = $"Data Source={Path.Combine(folder, "data.db")}";
        var services = new ServiceCollection();
        services.AddDbContext<Clinic>((provider, options) => options.Unwarned().UseGdpr(provider).UseSqlite(connectionString));
        services.AddGdpr(gdpr => gdpr.UseInMemoryStores().UsePolicyJson(GuardedPolicies.Of(others: "staff")).AddSqlitePlatform().AddDbContextSource<Clinic>("shop"));
        await using (var provider = services.BuildServiceProvider())
        {
            await using var scope = provider.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<Clinic>();
            await context.Database.EnsureCreatedAsync();
            var source = provider.GetServices<IPersonalDataSource>().OfType<DbContextSource>().Single();
            await source.PrepareAsync(provider.GetRequiredService<GdprPolicies>().Schedule, CancellationToken.None);
            context.Add(new Clinic.Patient { Id = 1, Number = "p1" });
            await context.SaveChangesAsync();
            await source.ChangeFactsAsync([new FactChange("1", "crm.customers", new FactTarget.Subjects(["p1"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);
            context.RemoveRange(context.ChangeTracker.Entries().Select(entry => entry.Entity).ToArray());
            await Should.ThrowAsync<RecordBlockedException>(() => context.SaveChangesAsync());
        }

        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Purge : SaveChangesInterceptor
    {
        public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        {
            foreach (var entry in eventData.Context!.ChangeTracker.Entries<Clinic.Person>().Where(entry => entry.Entity.Name == "purge").ToList())
            {
                entry.State = EntityState.Deleted;
            }

            return result;
        }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) => ValueTask.FromResult(SavingChanges(eventData, result));
    }

    private sealed class Refusing : SaveChangesInterceptor
    {
        public bool IsOn { get; set; }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            IsOn ? throw new TimeoutException() : ValueTask.FromResult(result);
    }
}
