using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Testing.Tests;

/// <summary>The source in memory passes the suite that every source passes.</summary>
public sealed class InMemorySourceTests
{
    private static readonly DisposalSourceContract Contract = new(NewHost);

    private static readonly DisposalSourceContract OfNobodyKnown = new(() => ContractHost.Of(NewHandle(knowsPeople: false)));

    public static TheoryData<string> Cases => [.. Contract.Cases.Select(one => one.Name)];

    [Theory, MemberData(nameof(Cases))]
    public Task The_source_in_memory_keeps_its_contract(string name) => Contract.RunAsync(name, CancellationToken.None);

    [Theory, MemberData(nameof(Cases))]
    public Task The_source_in_memory_keeps_its_contract_where_it_does_not_say_whose_a_record_is(string name) => OfNobodyKnown.RunAsync(name, CancellationToken.None);

    internal static ContractHost<DisposalSourceHandle> NewHost() => ContractHost.Of(NewHandle());

    internal static DisposalSourceHandle NewHandle(Func<InMemorySource, IDisposalSource>? wrap = null, bool knowsPeople = true)
    {
        var source = new InMemorySource("memory");
        var known = new HashSet<string>(StringComparer.Ordinal);
        var records = source.Add<DisposalSourceRecord>(DisposalSourceContract.DataSet, record => $"r{record.Number}", map =>
            (knowsPeople ? map.Subject(record => record.Person) : map)
            .Trigger("ended", record => record.Ended is { } ended ? TriggerValue.On(ended) : TriggerValue.Unknown)
            .Field("content", record => record));
        return new DisposalSourceHandle(
            wrap?.Invoke(source) ?? source,
            (added, _) =>
            {
                foreach (var record in added)
                {
                    records.Put(record);
                    known.Add($"r{record.Number}");
                }

                return ValueTask.FromResult<IReadOnlyList<string>>([.. added.Select(record => $"r{record.Number}")]);
            },
            _ => ValueTask.FromResult<IReadOnlyCollection<string>>([.. known.Where(key => records.Find(key) is not null)]))
        {
            KnowsPeople = knowsPeople,
        };
    }
}
