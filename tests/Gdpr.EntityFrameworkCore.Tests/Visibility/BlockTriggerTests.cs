using System.Text.Json;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Gdpr.EntityFrameworkCore.Tests.Visibility;

/// <summary>On PostgreSQL the tables themselves refuse what blocks forbid, whoever asks.</summary>
public sealed class BlockTriggerTests
{
    [PostgresFact]
    public async Task A_blocked_row_is_deleted_and_changed_by_no_client_and_the_librarys_sweep_passes()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Instant.FromUtc(2026, 6, 15, 12, 0)));
        services.AddDbContextFactory<Shop>((provider, options) => options.UseNpgsql(database.ConnectionString).UseGdpr(provider));
        services.AddGdpr(gdpr => gdpr.UsePolicyJson(ShopHost.Policy).AddPostgreSqlPlatform(guardTables: true).AddDbContextSource<Shop>("shop"));
        await using var container = services.BuildServiceProvider();
        await using var context = await container.GetRequiredService<IDbContextFactory<Shop>>().CreateDbContextAsync();
        await context.Database.EnsureCreatedAsync();
        var past = new DateOnly(2020, 1, 1);
        context.AddRange(
            new Customer { Id = 1, Person = "p1" }, new Customer { Id = 2, Person = "p2" }, new Customer { Id = 3, Person = "p3", Ended = past }, new Customer { Id = 4, Person = "p4", Ended = past });
        await context.SaveChangesAsync();
        var source = (DbContextSource)container.GetServices<IPersonalDataSource>().Single();
        var evaluator = container.GetRequiredService<GdprPolicies>().EvaluateNow();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.ChangeFactsAsync(
            [
                new FactChange("1", "crm.customers", new FactTarget.Subjects(["P1"]), RecordFact.Of(RecordFlags.Hold)),
                new FactChange("2", "crm.customers", new FactTarget.Records(["3"]), RecordFact.Of(RecordFlags.Restricted)),
                new FactChange("3", "crm.customers", new FactTarget.Records(["4"]), RecordFact.Of(RecordFlags.Hold)),
            ],
            1,
            CancellationToken.None);
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await RefusedAsync(database, """DELETE FROM "Customers" WHERE "Id" = 1""");
        await RefusedAsync(database, """UPDATE "Customers" SET "Name" = 'x' WHERE "Id" = 4""");
        await RefusedAsync(database, """DELETE FROM "Customers" WHERE "Id" = 3""");
        await RefusedAsync(database, """TRUNCATE "Customers" CASCADE""");
        (await RunAsync(database, """UPDATE "Customers" SET "Name" = 'x' WHERE "Id" = 2""")).ShouldBe(1);

        // What is contested is restricted, and corrected then.
        var right = new Dictionary<string, JsonElement> { ["name"] = JsonSerializer.SerializeToElement("right") };
        (await source.RectifyAsync(new Rectification("crm.customers", "3", ["p3"], right), CancellationToken.None)).ShouldBeTrue();

        // A restriction while something is examined ends at expiry; a hold does not.
        (await source.SweepAsync(evaluator)).ShouldBe(["3"]);
        (await RunAsync(database, """DELETE FROM "Customers" WHERE "Id" = 2""")).ShouldBe(1);
        await RefusedAsync(database, """DELETE FROM "Customers" WHERE "Id" = 4""");
    }

    private static async Task RefusedAsync(PostgresDatabase database, string statement) =>
        (await Should.ThrowAsync<PostgresException>(() => RunAsync(database, statement))).SqlState.ShouldBe(PostgreSqlBlockTrigger.SqlState);

    private static async Task<int> RunAsync(PostgresDatabase database, string statement)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteNonQueryAsync();
    }
}
