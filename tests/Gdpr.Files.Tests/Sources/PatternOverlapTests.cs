using Gdpr.Disposal;
using Gdpr.Files.Sources;
using Gdpr.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.Files.Tests.Sources;

/// <summary>Two sources over one folder may not claim the same file: each would erase what the other holds.</summary>
public sealed class PatternOverlapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("*.log", "*.log", true)]
    [InlineData("*.log", "a*", true)]
    [InlineData("*.log", "*.txt", false)]
    [InlineData("a*.log", "b*.log", false)]
    [InlineData("a?.log", "ab.log", true)]
    [InlineData("a?.log", "abc.log", false)]
    [InlineData("*.log", "sub/*.log", false)]
    [InlineData("**/*.log", "sub/*.log", true)]
    [InlineData("**/*.log", "*.log", true)]
    [InlineData("sub/**", "sub/*.log", true)]
    [InlineData("sub/**", "sub", false)]
    [InlineData("sub/**", "**/x/y", true)]
    [InlineData("sub/**", "top/**", false)]
    [InlineData("**/a/*", "**/b/*", false)]
    [InlineData("**/a/**", "**/b/**", true)]
    [InlineData("*a*", "*b*", true)]
    [InlineData("x*y", "y*x", false)]
    [InlineData("**", "a", true)]
    [InlineData("Å?", "å*", false)]
    public void Whether_some_path_fits_both_patterns(string one, string other, bool overlap)
    {
        PatternOverlap.Of(one, other).ShouldBe(overlap);
        PatternOverlap.Of(other, one).ShouldBe(overlap);
    }

    [Fact]
    public void What_fits_two_patterns_shows_that_they_overlap()
    {
        string[] parts = ["a", "b", "*", "?", "a*", "*b", "**", "ab"];
        string[] names = ["a", "b", "ab", "ba"];
        string[] patterns = [.. parts, .. from one in parts from other in parts select $"{one}/{other}"];
        string[] paths = [.. names, .. from one in names from other in names select $"{one}/{other}", .. from one in names from other in names select $"a/{one}/{other}"];
        var fits = patterns.ToDictionary(pattern => pattern, pattern => paths.Where(NamePattern.Of(pattern).Matches).ToHashSet());
        foreach (var (one, other) in from one in patterns from other in patterns select (one, other))
        {
            // Paths of these letters and this depth are enough for every pattern above.
            PatternOverlap.Of(one, other).ShouldBe(fits[one].Overlaps(fits[other]), $"{one} and {other}");
        }
    }

    [Theory]
    [InlineData("**/*.log", "web/*.log", FileRecordKind.Files, true)]
    [InlineData("web/*.log", "mail/*.log", FileRecordKind.Files, false)]
    [InlineData("backups/*/x.log", "backups/*", FileRecordKind.Folders, true)]
    [InlineData("*.log", "backups/*", FileRecordKind.Folders, false)]
    public async Task Sources_over_one_folder_whose_patterns_overlap_are_refused_at_the_start(string log, string backups, FileRecordKind kind, bool isRefused)
    {
        Directory.CreateSymbolicLink(_folder["link"], Directory.CreateDirectory(_folder["data"]).FullName);
        var services = new ServiceCollection();
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Logs.Schedule.Policy)
            .UseInMemoryStores()
            .AddFileSource("logs", _folder["data"], Mapping("web.log", log, FileRecordKind.Files))
            .AddFileSource("backups", _folder["link"], Mapping("web.backups", backups, kind)));
        await using var provider = services.BuildServiceProvider();
        var work = provider.GetRequiredService<GdprWork>();
        if (!isRefused)
        {
            await work.PrepareAsync();
            return;
        }

        var refused = await Should.ThrowAsync<GdprSetupException>(() => work.PrepareAsync());
        refused.Message.ShouldContain("'logs'");
        refused.Message.ShouldContain($"pattern '{backups}'");
    }

    public void Dispose() => _folder.Dispose();

    private static FileDataSetMapping Mapping(string dataSet, string pattern, FileRecordKind kind) => new()
    {
        DataSet = dataSet,
        Pattern = pattern,
        Records = kind,
        Triggers = new Dictionary<string, FileTrigger> { ["written"] = new FileTrigger.LastWritten() },
    };
}
