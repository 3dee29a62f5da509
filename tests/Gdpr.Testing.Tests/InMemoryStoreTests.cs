using Gdpr.Journals;

namespace Gdpr.Testing.Tests;

/// <summary>The stores in memory pass the suites that every other store passes.</summary>
public sealed class InMemoryStoreTests
{
    private static readonly JournalStoreContract Journal = new(() => ContractHost.Of<IJournalStore>(new InMemoryJournalStore()));
    private static readonly SubjectVaultContract Vault = new(() => ContractHost.Of<ISubjectVault>(new InMemorySubjectVault()));
    private static readonly StateStoreContract State = new(() => ContractHost.Of<IStateStore>(new InMemoryStateStore()));
    private static readonly WitnessContract Witness = new(() => ContractHost.Of<IJournalWitness>(new InMemoryJournalWitness()));
    private static readonly KeyRingContract Keys = new(() => ContractHost.Of<IKeyRing>(NewRing()));

    public static TheoryData<string> JournalCases => Names(Journal);

    public static TheoryData<string> VaultCases => Names(Vault);

    public static TheoryData<string> StateCases => Names(State);

    public static TheoryData<string> WitnessCases => Names(Witness);

    public static TheoryData<string> KeyCases => Names(Keys);

    [Theory, MemberData(nameof(JournalCases))]
    public Task The_journal_keeps_its_contract(string name) => Journal.RunAsync(name, CancellationToken.None);

    [Theory, MemberData(nameof(VaultCases))]
    public Task The_vault_keeps_its_contract(string name) => Vault.RunAsync(name, CancellationToken.None);

    [Theory, MemberData(nameof(StateCases))]
    public Task The_state_store_keeps_its_contract(string name) => State.RunAsync(name, CancellationToken.None);

    [Theory, MemberData(nameof(WitnessCases))]
    public Task The_witness_keeps_its_contract(string name) => Witness.RunAsync(name, CancellationToken.None);

    [Theory, MemberData(nameof(KeyCases))]
    public Task The_key_ring_keeps_its_contract(string name) => Keys.RunAsync(name, CancellationToken.None);

    private static TheoryData<string> Names(ContractSuite suite) => [.. suite.Cases.Select(one => one.Name)];

    private static InMemoryKeyRing NewRing() => new(
        "k2",
        new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["k1"] = Key(1), ["k2"] = Key(2) });

    private static byte[] Key(byte seed) => [.. Enumerable.Repeat(seed, InMemoryKeyRing.LeastKeySize)];
}
