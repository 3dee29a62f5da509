using System.Globalization;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Policies;
using Gdpr.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>A context passes the suite that every source passes, however the host makes its contexts. Each handle is a source of its own.</summary>
public sealed class SourceContractTests
{
    private static readonly DisposalSourceContract Pooled = new(() => NewHost<Numbered>(
        (services, connectionString) => services.AddDbContextPool<Numbered>(options => options.Unwarned().UseSqlite(connectionString), poolSize: 2),
        record => new NumberedRecord { Id = record.Number, Person = record.Person, Content = "content", Ended = record.Ended?.ToDateOnly() },
        record => record.Number.ToString(CultureInfo.InvariantCulture), "SELECT Id FROM Records"));

    private static readonly DisposalSourceContract Factory = new(() => NewHost<Composite>(
        (services, connectionString) => services.AddDbContextFactory<Composite>(options => options.Unwarned().UseSqlite(connectionString)),
        record => new CompositeRecord
        {
            Country = "é",
            No = record.Number,
            Owner = new Owner { Person = record.Person },
            Content = "content",
            Ended = record.Ended?.AtMidnight().InUtc().ToDateTimeUtc(),
        },
        record => $"[\"é\",{record.Number}]", "SELECT json_array(Country, No) FROM Records"));

    public static TheoryData<string> Cases => [.. Pooled.Cases.Select(one => one.Name)];

    [Theory, MemberData(nameof(Cases))]
    public Task A_pooled_context_with_a_number_as_key_keeps_the_contract(string name) => Pooled.RunAsync(name, CancellationToken.None);

    [Theory, MemberData(nameof(Cases))]
    public Task A_context_of_a_factory_with_a_key_of_two_properties_keeps_the_contract(string name) => Factory.RunAsync(name, CancellationToken.None);

    private static ContractHost<DisposalSourceHandle> NewHost<TContext>(
        Action<IServiceCollection, string> register, Func<DisposalSourceRecord, object> entity, Func<DisposalSourceRecord, string> nativeKey, string keys)
        where TContext : DbContext
    {
        var database = new TestDatabase<TContext>(register: register);
        return new ContractHost<DisposalSourceHandle>(
            _ => ValueTask.FromResult(new DisposalSourceHandle(
                new DbContextSource("shop", new EfContexts<TContext>(database.Services), SourceCalls.Platforms, new DbContextSourceOptions()),
                (added, _) =>
                {
                    database.Add([.. added.Select(entity)]);
                    return ValueTask.FromResult<IReadOnlyList<string>>([.. added.Select(nativeKey)]);
                },
                _ => ValueTask.FromResult<IReadOnlyCollection<string>>(database.Rows(keys)))),
            () =>
            {
                database.Dispose();
                return ValueTask.CompletedTask;
            });
    }

    private sealed class Numbered(DbContextOptions<Numbered> options) : DbContext(options)
    {
        public DbSet<NumberedRecord> Records => Set<NumberedRecord>();
    }

    [DataSet(DisposalSourceContract.DataSet)]
    private sealed class NumberedRecord
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        public string? Content { get; set; }

        public DateOnly? Ended { get; set; }
    }

    private sealed class Composite(DbContextOptions<Composite> options) : DbContext(options)
    {
        public DbSet<CompositeRecord> Records => Set<CompositeRecord>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            var record = modelBuilder.Entity<CompositeRecord>().HasDataSet(DisposalSourceContract.DataSet, records => records.Subject(one => one.Owner!.Person));
            record.HasKey(one => new { one.Country, one.No });
            record.Property(one => one.Ended).IsRetentionTrigger("ended", "UTC");
        }
    }

    private sealed class CompositeRecord
    {
        public string Country { get; set; } = "";

        public int No { get; set; }

        public Owner? Owner { get; set; }

        public string? Content { get; set; }

        public DateTime? Ended { get; set; }
    }

    private sealed class Owner
    {
        public int Id { get; set; }

        public string Person { get; set; } = "";
    }
}
