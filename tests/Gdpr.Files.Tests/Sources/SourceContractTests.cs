using Gdpr.Files.Sources;
using Gdpr.Testing;

namespace Gdpr.Files.Tests.Sources;

/// <summary>Files pass the suite that every source passes; what tells them from others is that nobody is found in one.</summary>
public sealed class SourceContractTests
{
    private static readonly DisposalSourceContract Contract = new(NewHost);

    public static TheoryData<string> Cases => [.. Contract.Cases.Select(one => one.Name)];

    [Theory, MemberData(nameof(Cases))]
    public Task A_folder_keeps_the_contract(string name) => Contract.RunAsync(name, CancellationToken.None);

    private static ContractHost<DisposalSourceHandle> NewHost()
    {
        var folder = new TemporaryFolder();
        var mapping = new FileDataSetMapping
        {
            DataSet = DisposalSourceContract.DataSet,
            Pattern = "*.log",
            Triggers = new Dictionary<string, FileTrigger> { ["ended"] = new FileTrigger.InName(@"^(?<date>[^_]+)_", "uuuu-MM-dd") },
        };
        return new ContractHost<DisposalSourceHandle>(
            _ => ValueTask.FromResult(new DisposalSourceHandle(
                new FileSource("logs", folder.Path, mapping),
                (added, _) =>
                {
                    foreach (var record in added)
                    {
                        folder.Add(NameOf(record));
                    }

                    return ValueTask.FromResult<IReadOnlyList<string>>([.. added.Select(NameOf)]);
                },
                _ => ValueTask.FromResult<IReadOnlyCollection<string>>(folder.Files()))
            {
                KnowsPeople = false,
            }),
            () =>
            {
                folder.Dispose();
                return ValueTask.CompletedTask;
            });

        static string NameOf(DisposalSourceRecord record) => $"{(record.Ended is { } ended ? $"{ended:uuuu-MM-dd}" : "undated")}_{record.Number}.log";
    }
}
