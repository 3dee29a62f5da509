using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests;
using Gdpr.Core.Tests.Retention;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Visibility;

/// <summary>Through a model, the rows that each purpose sees, and those seen without one, are those that the evaluator says.</summary>
public sealed class VisibilityPropertyTests
{
    private static readonly AllowedUse?[] Uses = [null, null, null, .. Enum.GetValues<AllowedUse>()];

    private static readonly Gen<(RetentionCase Case, int Seed)> Cases =
        from found in RetentionCases.InPlainZones
        from seed in Gen.Choose(0, int.MaxValue)
        select (found, seed);

    [Fact]
    public void On_SQLite_each_purpose_sees_exactly_the_rows_that_the_evaluator_says() => Check.One(
        PropertyCases.Of(40),
        Prop.ForAll(Arb.From(Cases), found =>
        {
            var connectionString = $"Data Source=file:{Guid.NewGuid():N}?mode=memory&cache=shared;Pooling=False";
            using var open = new SqliteConnection(connectionString);
            open.Open();
            ShouldSeeAsync(found.Case, found.Seed, isPostgres: false, options => options.Unwarned().UseSqlite(connectionString)).GetAwaiter().GetResult();
        }));

    [PostgresFact]
    public async Task On_PostgreSQL_each_purpose_sees_exactly_the_rows_that_the_evaluator_says()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        Check.One(PropertyCases.Of(25), Prop.ForAll(Arb.From(Cases), found =>
        {
            using (var connection = new Npgsql.NpgsqlConnection(database.ConnectionString))
            {
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS gdpr CASCADE";
                command.ExecuteNonQuery();
            }

            ShouldSeeAsync(found.Case, found.Seed, isPostgres: true, options => options.Unwarned().UseNpgsql(database.ConnectionString)).GetAwaiter().GetResult();
        }));
    }

    private static async Task ShouldSeeAsync(RetentionCase found, int seed, bool isPostgres, Action<DbContextOptionsBuilder> configure)
    {
        var stored = new ModelCase(found, seed, isPostgres);
        var clock = new SettableClock(stored.Instants[0]);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(stored);

        // The rules alone: what the policies of random cases lack otherwise is no matter here.
        services.AddSingleton(provider => new ContextVisibility(provider, () => stored.Schedule));
        services.AddDbContextFactory<CaseContext>((provider, options) =>
        {
            configure(options);
            options.UseGdpr(provider).ReplaceService<IModelCacheKeyFactory, ByCase>();
        });
        services.AddGdpr(gdpr => gdpr.AddSqlitePlatform().AddPostgreSqlPlatform().AddDbContextSource<CaseContext>("source"));
        await using var container = services.BuildServiceProvider();
        var contexts = container.GetRequiredService<IDbContextFactory<CaseContext>>();
        await using (var context = await contexts.CreateDbContextAsync())
        {
            await context.Database.EnsureCreatedAsync();
            stored.Fill(context);
        }

        var source = (DbContextSource)container.GetServices<IPersonalDataSource>().Single();
        var (schedule, dataSet) = (stored.Schedule, stored.DataSet);
        await source.PrepareAsync(schedule, CancellationToken.None);
        (await source.ChangeFactsAsync(stored.FactChanges, 1, CancellationToken.None)).ShouldBeEmpty();
        string?[] purposes = [null, .. found.Policy.Activities.Values.Select(activity => activity.Purpose).Distinct()];
        await using var seen = await contexts.CreateDbContextAsync();
        foreach (var (i, now) in stored.Instants.Index())
        {
            clock.Set(now);
            var evaluator = schedule.At(now);
            foreach (var (j, purpose) in purposes.Index())
            {
                var use = Uses[((seed & 0xff) + i + j) % Uses.Length];
                var expected = stored.Records.Where(record => evaluator.IsVisible(
                    new RetentionRecord(dataSet, record.Triggers, dataSet.Facts(string.Join(';', record.Facts))), purpose, use)).Select(record => record.Number).Order();

                string.Join(" ", await Numbers(seen, purpose, use).ToListAsync()).ShouldBe(string.Join(" ", expected), $"{purpose} {use} at {now}");
            }
        }
    }

    private static IQueryable<int> Numbers(CaseContext context, string? purpose, AllowedUse? use)
    {
        var rows = purpose is not null ? context.ForPurpose(purpose, use).Set<ModelCase.Row>()
            : use is { } allowed ? context.ForAllowedUse(allowed).Set<ModelCase.Row>()
            : context.Set<ModelCase.Row>();
        return rows.OrderBy(row => row.Number).Select(row => row.Number);
    }

    /// <summary>A context with the model of one case.</summary>
    private sealed class CaseContext(DbContextOptions<CaseContext> options, ModelCase stored) : DbContext(options)
    {
        public ModelCase Stored => stored;

        protected override void OnModelCreating(ModelBuilder modelBuilder) => stored.Build(modelBuilder);
    }

    private sealed class ByCase : IModelCacheKeyFactory
    {
        public object Create(DbContext context, bool designTime) => (((CaseContext)context).Stored, designTime);
    }
}
