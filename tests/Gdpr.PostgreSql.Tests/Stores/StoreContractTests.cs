using System.Globalization;
using Gdpr.PostgreSql.Stores;
using Gdpr.PostgresServer;
using Gdpr.Testing;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>The stores in PostgreSQL pass the suites that every store passes: each case in a schema of its own, each handle with connections of its own, as
/// another process has.</summary>
public sealed class StoreContractTests : IClassFixture<StoreContractTests.SharedDatabase>
{
    private static int _schemas;

    private readonly SharedDatabase _database;

    public StoreContractTests(SharedDatabase database) => _database = database;

    public static TheoryData<string> JournalCases => Names(new JournalStoreContract(Nowhere<Journals.IJournalStore>));

    public static TheoryData<string> VaultCases => Names(new SubjectVaultContract(Nowhere<Journals.ISubjectVault>));

    public static TheoryData<string> StateCases => Names(new StateStoreContract(Nowhere<Journals.IStateStore>));

    [PostgresTheory, MemberData(nameof(JournalCases))]
    public Task The_journal_keeps_its_contract(string name) =>
        new JournalStoreContract(() => NewHost(stores => stores.Journal)).RunAsync(name, CancellationToken.None);

    [PostgresTheory, MemberData(nameof(JournalCases))]
    public Task The_journal_in_a_hosts_database_keeps_its_contract(string name) =>
        new JournalStoreContract(() => NewHost(stores => stores.Journal, shared: true)).RunAsync(name, CancellationToken.None);

    [PostgresTheory, MemberData(nameof(VaultCases))]
    public Task The_vault_keeps_its_contract(string name) =>
        new SubjectVaultContract(() => NewHost(stores => stores.Vault)).RunAsync(name, CancellationToken.None);

    [PostgresTheory, MemberData(nameof(StateCases))]
    public Task The_state_store_keeps_its_contract(string name) =>
        new StateStoreContract(() => NewHost(stores => stores.State)).RunAsync(name, CancellationToken.None);

    private static TheoryData<string> Names(ContractSuite suite) => [.. suite.Cases.Select(one => one.Name)];

    private static ContractHost<TPort> Nowhere<TPort>()
        where TPort : class => throw new InvalidOperationException("Only the names of the cases are asked for.");

    private ContractHost<TPort> NewHost<TPort>(Func<PostgreSqlStores, TPort> port, bool shared = false)
        where TPort : class
    {
        // A name that has to be quoted, in two letters' cases.
        var schema = string.Create(CultureInfo.InvariantCulture, $"Case \"{Interlocked.Increment(ref _schemas)}\"");
        var open = new List<PostgreSqlStores>();
        return new ContractHost<TPort>(
            async _ =>
            {
                var stores = (await _database.HostAsync()).Stores(shared, schema: schema);
                lock (open)
                {
                    open.Add(stores);
                }

                return port(stores);
            },
            async () =>
            {
                foreach (var stores in open)
                {
                    await stores.DisposeAsync();
                }
            });
    }

    /// <summary>The database that the cases share, made when the first runs.</summary>
    public sealed class SharedDatabase : IAsyncLifetime
    {
        private readonly Lazy<Task<StoreHost>> _host = new(StoreHost.CreateAsync);

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync()
        {
            if (_host.IsValueCreated)
            {
                await (await _host.Value).DisposeAsync();
            }
        }

        internal Task<StoreHost> HostAsync() => _host.Value;
    }
}
