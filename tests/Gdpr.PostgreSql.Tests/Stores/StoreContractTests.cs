using Gdpr.PostgresServer;
using Gdpr.PostgreSql.Stores;
using Gdpr.Testing;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>The stores in PostgreSQL pass the suites that every store passes. Each handle has connections of its own, as another process has.</summary>
public sealed class StoreContractTests
{
    private static readonly JournalStoreContract Journal = new(() => NewHost(stores => stores.Journal));
    private static readonly JournalStoreContract SharedJournal = new(() => NewHost(stores => stores.Journal, shared: true));
    private static readonly SubjectVaultContract Vault = new(() => NewHost(stores => stores.Vault));
    private static readonly StateStoreContract State = new(() => NewHost(stores => stores.State));

    public static TheoryData<string> JournalCases => Names(Journal);

    public static TheoryData<string> VaultCases => Names(Vault);

    public static TheoryData<string> StateCases => Names(State);

    [PostgresTheory, MemberData(nameof(JournalCases))]
    public Task The_journal_keeps_its_contract(string name) => Journal.RunAsync(name, CancellationToken.None);

    [PostgresTheory, MemberData(nameof(JournalCases))]
    public Task The_journal_in_a_hosts_database_keeps_its_contract(string name) => SharedJournal.RunAsync(name, CancellationToken.None);

    [PostgresTheory, MemberData(nameof(VaultCases))]
    public Task The_vault_keeps_its_contract(string name) => Vault.RunAsync(name, CancellationToken.None);

    [PostgresTheory, MemberData(nameof(StateCases))]
    public Task The_state_store_keeps_its_contract(string name) => State.RunAsync(name, CancellationToken.None);

    private static TheoryData<string> Names(ContractSuite suite) => [.. suite.Cases.Select(one => one.Name)];

    private static ContractHost<TPort> NewHost<TPort>(Func<PostgreSqlStores, TPort> port, bool shared = false)
        where TPort : class
    {
        var host = new Lazy<Task<StoreHost>>(StoreHost.CreateAsync);
        return new ContractHost<TPort>(
            async _ => port((await host.Value).Stores(shared)),
            async () =>
            {
                if (host.IsValueCreated)
                {
                    await (await host.Value).DisposeAsync();
                }
            });
    }
}
