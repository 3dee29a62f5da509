using Gdpr.Files.Sources;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Files.Tests.Sources;

/// <summary>Sources over one folder keep apart what is theirs, and folders within each other are refused.</summary>
public sealed class FolderSharingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Each_of_two_sources_over_one_folder_has_its_own_position_and_facts()
    {
        var name = Logs.NameOf(Logs.Old);
        _folder.Add(name);
        _folder.Add("backups/old/1.bak", Logs.Old);
        var first = await Source("first", Logs.ByName).PreparedAsync();
        var second = await Source("second", Logs.Backups).PreparedAsync();

        await first.ChangeFactsAsync([Hold("web.log", name)], 5, CancellationToken.None);

        (await second.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0);
        await Should.ThrowAsync<FactsBehindException>(
            async () => await second.DisposeAsync(Logs.Batch(dataSet: "web.backups", factsPosition: 5), CancellationToken.None));
        await second.ChangeFactsAsync([Hold("web.backups", "backups/old")], 6, CancellationToken.None);
        (await first.DisposeAsync(Logs.Batch(factsPosition: 5), CancellationToken.None)).Rows.ShouldBeEmpty();
        (await second.DisposeAsync(Logs.Batch(dataSet: "web.backups", factsPosition: 6), CancellationToken.None)).Rows.ShouldBeEmpty();
        _folder.Files().ShouldBe([name, "backups/old/1.bak"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_one_source_was_about_to_erase_is_not_settled_by_another()
    {
        _folder.Add(Logs.NameOf(Logs.Old));
        var crashed = await new FileSource("first", _folder.Path, [Logs.ByName], static step =>
        {
            if (step == "erase")
            {
                throw new InvalidOperationException("The process ends here.");
            }
        }).PreparedAsync();
        await Should.ThrowAsync<InvalidOperationException>(async () => await crashed.DisposeAsync(Logs.Batch(), CancellationToken.None));

        var second = await Source("second", Logs.Backups).PreparedAsync();

        (await second.EvidenceAsync()).ShouldBeEmpty();
        (await (await Source("first", Logs.ByName).PreparedAsync()).EvidenceAsync()).ShouldBeEmpty();
        _folder.Files().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("web", "web2")]
    [InlineData("web", "WEB")]
    [InlineData("a/b", "a-b")]
    [InlineData("../x", "..")]
    public async Task Names_that_differ_are_kept_apart_and_stay_in_the_folder(string one, string other)
    {
        _folder.Add("data/keep.txt");
        await new FileSource(one, _folder["data"], Logs.ByName).PreparedAsync();
        await new FileSource(other, _folder["data"], Logs.ByName).PreparedAsync();

        Directory.GetDirectories(_folder["data/.gdpr"]).Select(Path.GetFileName).Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(2);
        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([_folder["data"]]);
        Directory.GetFileSystemEntries(_folder["data"]).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("", "sub")]
    [InlineData("", "sub/deeper")]
    [InlineData("sub", "")]
    [InlineData("sub/deeper", "")]
    [InlineData("", "link")]
    [InlineData("link", "")]
    public async Task A_folder_within_that_of_another_source_is_refused(string first, string second)
    {
        _folder.Add("data/sub/deeper/keep.txt");
        Directory.CreateSymbolicLink(_folder["link"], _folder["data/sub"]);
        await new FileSource("first", At(first), Logs.ByName).PreparedAsync();

        var refused = await Should.ThrowAsync<SourceMappingException>(() => new FileSource("second", At(second), Logs.Backups).PreparedAsync());

        refused.Message.ShouldContain("another source's");
        Directory.Exists(Path.Combine(At(second), ".gdpr")).ShouldBeFalse();

        string At(string name) => name == "link" ? _folder["link"] : Path.Combine(_folder["data"], name);
    }

    [Theory]
    [InlineData(".gdpr")]
    [InlineData(".GDPR")]
    public async Task What_is_kept_beside_data_is_never_a_record_at_any_depth(string beside)
    {
        var source = await Source("web", Logs.ByName, Logs.Backups).PreparedAsync();
        var kept = _folder.Add($"sub/{beside}/{Logs.NameOf(Logs.Old)}");
        var inFolder = _folder.Add($"backups/old/{beside}/facts.json", Logs.Old);

        (await source.DisposeAsync(Logs.Batch(), CancellationToken.None)).Rows.ShouldBeEmpty();
        await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Logs.Batch(dataSet: "web.backups"), CancellationToken.None));
        (await source.ChangeFactsAsync([Hold("web.log", $"sub/{beside}/{Logs.NameOf(Logs.Old)}")], 1, CancellationToken.None)).Count.ShouldBe(1);

        File.Exists(kept).ShouldBeTrue();
        File.Exists(inFolder).ShouldBeTrue();
    }

    public void Dispose() => _folder.Dispose();

    private static FactChange Hold(string dataSet, string key) => new("hold-1", dataSet, new FactTarget.Records([key]), RecordFact.Of(RecordFlags.Hold));

    private FileSource Source(string name, params FileDataSetMapping[] mappings) => new(name, _folder.Path, mappings);
}
