using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>What a provider says of a failure is the source's failure, with its cause, and no value of a record.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_not_there_makes_the_source_unavailable(bool retries)
    {
        var services = new ServiceCollection();
        services.AddDbContextFactory<Context>(options => options.Unwarned().UseNpgsql("Host=127.0.0.1;Port=1;Database=shop;Username=nobody", npgsql =>
        {
            if (retries)
            {
                npgsql.EnableRetryOnFailure(1, TimeSpan.FromMilliseconds(1), null);
            }
        }));
        services.AddGdpr(gdpr => gdpr.AddPostgreSqlPlatform().AddDbContextSource<Context>("shop"));
        await using var container = services.BuildServiceProvider();
        var source = container.GetServices<IPersonalDataSource>().Single();

        var problem = await Should.ThrowAsync<SourceUnavailableException>(() => source.PrepareAsync(SourceCalls.Policy().Evaluator().Schedule, CancellationToken.None).AsTask());
        problem.Message.ShouldContain("cannot be reached");
        problem.Message.ShouldNotContain("transient");
    }

    internal sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Customer>();
    }

    [DataSet("crm.customers")]
    internal sealed class Customer
    {
        public int Id { get; set; }

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("contract-ended")]
        public DateOnly? Ended { get; set; }
    }
}
