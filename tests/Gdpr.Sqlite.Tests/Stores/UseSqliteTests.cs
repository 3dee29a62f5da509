using Gdpr.Journals;
using Gdpr.Sqlite.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gdpr.Sqlite.Tests.Stores;

public sealed class UseSqliteTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    [Fact]
    public async Task A_container_gives_the_three_stores_on_one_file_and_closes_it()
    {
        var stores = default(SqliteStores);
        await using (var provider = Services(_database.ConnectionString).BuildServiceProvider(validateScopes: true))
        {
            stores = provider.GetRequiredKeyedService<SqliteStores>($"SQLite {_database.Path}");
            provider.GetRequiredService<IJournalStore>().ShouldBeSameAs(stores.Journal);
            provider.GetRequiredService<ISubjectVault>().ShouldBeSameAs(stores.Vault);
            provider.GetRequiredService<IStateStore>().ShouldBeSameAs(stores.State);
            stores.Path.ShouldBe(_database.Path);
            await stores.Journal.PrepareAsync(CancellationToken.None);
        }

        await Should.ThrowAsync<ObjectDisposedException>(() => stores.Journal.AppendAsync("a"));
    }

    [Fact]
    public void Naming_the_same_file_again_changes_nothing_and_two_files_show_as_two_journals()
    {
        Journals(Services(_database.ConnectionString, _database.ConnectionString)).ShouldBe(1);
        Journals(Services(_database.ConnectionString, "Data Source=other.db")).ShouldBe(2);

        static int Journals(ServiceCollection services) => services.Count(service => service.ServiceType == typeof(IJournalStore));
    }

    [Theory]
    [InlineData("Data Source=second.db", "second.db")]
    [InlineData("Data Source={0};Pooling=False", null)]
    [InlineData("DataSource={0}", null)]
    public async Task A_host_that_names_two_files_does_not_start_and_is_told_both_names(string second, string? named)
    {
        await using var provider = Services(
            _database.ConnectionString, string.Format(System.Globalization.CultureInfo.InvariantCulture, second, _database.Path)).BuildServiceProvider();

        var start = () => provider.GetRequiredService<IStartupValidator>().Validate();

        if (named is null)
        {
            Journals(provider).ShouldBe(1, "the same file by another text");
            return;
        }

        var refused = Should.Throw<Exception>(start);
        var told = refused.ToString();
        told.ShouldContain("2 are registered as journal store");
        told.ShouldContain(_database.Path);
        told.ShouldContain(named);

        static int Journals(IServiceProvider provider) => provider.GetServices<IJournalStore>().Count();
    }

    [Fact]
    public void A_connection_string_without_a_file_is_refused_where_it_is_given() =>
        Should.Throw<ArgumentException>(() => Services("Data Source=:memory:"));

    public void Dispose() => _database.Dispose();

    private static ServiceCollection Services(params string[] connectionStrings)
    {
        var services = new ServiceCollection();
        services.AddGdpr(gdpr =>
        {
            foreach (var connectionString in connectionStrings)
            {
                gdpr.UseSqlite(connectionString);
            }
        });
        return services;
    }
}
