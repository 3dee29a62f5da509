using Gdpr.Files.Keys;
using Gdpr.Files.Witnesses;
using Gdpr.Journals;
using Gdpr.Testing;

namespace Gdpr.Files.Tests;

/// <summary>Witness and key ring in files pass the suites that every one passes.</summary>
public sealed class FileContractTests
{
    private static readonly WitnessContract Witness = new(() => NewHost<IJournalWitness>(path => new FileJournalWitness(path), static _ => { }));
    private static readonly KeyRingContract Keys = new(() => NewHost<IKeyRing>(FileKeyRing.Open, path =>
    {
        FileKeyRing.Create(path);
        FileKeyRing.Rotate(path);
    }));

    public static TheoryData<string> WitnessCases => Names(Witness);

    public static TheoryData<string> KeyCases => Names(Keys);

    [Theory, MemberData(nameof(WitnessCases))]
    public Task The_witness_keeps_its_contract(string name) => Witness.RunAsync(name, CancellationToken.None);

    [Theory, MemberData(nameof(KeyCases))]
    public Task The_key_ring_keeps_its_contract(string name) => Keys.RunAsync(name, CancellationToken.None);

    private static TheoryData<string> Names(ContractSuite suite) => [.. suite.Cases.Select(one => one.Name)];

    private static ContractHost<TPort> NewHost<TPort>(Func<string, TPort> open, Action<string> prepare)
        where TPort : class
    {
        var folder = new TemporaryFolder();
        prepare(folder["kept.json"]);
        return new ContractHost<TPort>(
            _ => ValueTask.FromResult(open(folder["kept.json"])),
            () =>
            {
                folder.Dispose();
                return ValueTask.CompletedTask;
            });
    }
}
