using System.Linq.Expressions;
using System.Reflection;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Queries that an interceptor of the host's rewrites.</summary>
public sealed class RewrittenQueryTests
{
    [Fact]
    public async Task What_another_interceptor_of_the_host_makes_of_a_query_is_asked_after()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Instant.FromUtc(2026, 6, 15, 12, 0)));
        using var connection = new SqliteConnection("Data Source=:memory:");
        services.AddDbContextFactory<MixedTableTests.SelfMixedFree>((provider, options) =>
            options.Unwarned().UseSqlite(connection).AddInterceptors(new Unfiltering()).UseGdpr(provider).UseGdpr(provider));
        services.AddGdpr(gdpr => gdpr.UseInMemoryStores().UsePolicyJson(GuardedPolicies.Of(others: "firms")).AddSqlitePlatform().AddDbContextSource<MixedTableTests.SelfMixedFree>("shop"));
        await using var container = services.BuildServiceProvider();
        await using var context = await container.GetRequiredService<IDbContextFactory<MixedTableTests.SelfMixedFree>>().CreateDbContextAsync();

        (await Should.ThrowAsync<GuardBypassException>(() => context.Set<MixedTableTests.Head>().ToListAsync())).Message.ShouldContain("ignores the filter");
    }

    private sealed class Unfiltering : IQueryExpressionInterceptor
    {
        private static readonly MethodInfo Ignore = typeof(EntityFrameworkQueryableExtensions).GetMethods()
            .Single(method => method.Name == nameof(EntityFrameworkQueryableExtensions.IgnoreQueryFilters) && method.GetParameters().Length == 1);

        public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData) =>
            queryExpression.Type.IsAssignableTo(typeof(IQueryable)) ? Expression.Call(Ignore.MakeGenericMethod(queryExpression.Type.GetGenericArguments()[0]), queryExpression) : queryExpression;
    }
}
