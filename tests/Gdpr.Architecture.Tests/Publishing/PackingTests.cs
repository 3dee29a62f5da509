using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Xml.Linq;
using Gdpr.Architecture.Tests.Support;

namespace Gdpr.Architecture.Tests.Publishing;

/// <summary>What a user downloads: the packages, packed and opened.</summary>
[Collection(nameof(SpawnsBuilds))]
public sealed class PackingTests(PackedPackages packed) : IClassFixture<PackedPackages>
{
    public static TheoryData<string> PackageNames => [.. Repository.Packages.Select(p => p.Name)];

    [Theory, MemberData(nameof(PackageNames))]
    public void A_package_says_what_it_is_and_under_which_licence(string name)
    {
        var metadata = packed.Metadata(name);

        Value(metadata, "id").ShouldBe(name);
        Value(metadata, "license").ShouldBe("MIT");
        Value(metadata, "readme").ShouldBe("README.md");
        Value(metadata, "description").ShouldNotBeNullOrWhiteSpace();
        Value(metadata, "tags").ShouldContain("gdpr");
        packed.Read(name, "nupkg", "README.md").ShouldBe(File.ReadAllBytes(Repository.Full($"src/{name}/README.md")));
    }

    [Theory, MemberData(nameof(PackageNames))]
    public void A_package_carries_its_assembly_with_documentation_and_symbols(string name)
    {
        var assembly = AssemblyName(name);

        packed.Entries(name, "nupkg").ShouldContain(e => e.EndsWith($"/{assembly}.dll", StringComparison.Ordinal));
        packed.Entries(name, "nupkg").ShouldContain(e => e.EndsWith($"/{assembly}.xml", StringComparison.Ordinal));
        packed.Entries(name, "snupkg").ShouldContain(e => e.EndsWith($"/{assembly}.pdb", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(PackageNames))]
    public async Task A_package_names_the_commit_it_was_built_from(string name)
    {
        var repository = packed.Metadata(name).Elements().SingleOrDefault(e => e.Name.LocalName == "repository");

        // An archive of the sources has no commit to name.
        var commit = Path.Exists(Repository.Full(".git")) ? await DotNet.RunFileAsync("git", "-c", "safe.directory=*", "rev-parse", "HEAD") : null;
        (repository?.Attribute("commit")?.Value).ShouldBe(commit?.Trim());
    }

    [Theory, MemberData(nameof(PackageNames))]
    public void Symbols_name_sources_by_where_they_are_in_the_repository(string name)
    {
        using var symbols = new MemoryStream(packed.Read(name, "snupkg", $"/{AssemblyName(name)}.pdb"));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(symbols);
        var reader = provider.GetMetadataReader();
        var documents = reader.Documents.Select(d => reader.GetString(reader.GetDocument(d).Name)).ToList();

        documents.ShouldNotBeEmpty();
        documents.Where(d => !d.StartsWith("/_", StringComparison.Ordinal)).ShouldBeNone("A path of the machine that built it stands in the symbols.");
    }

    [Theory, MemberData(nameof(PackageNames))]
    public void Nothing_in_a_package_names_a_folder_of_the_machine_that_built_it(string name)
    {
        var assembly = AssemblyName(name);
        byte[][] folders = [.. new[] { "src", "artifacts" }.Select(Repository.Full).SelectMany(f => new[] { Encoding.UTF8.GetBytes(f), Encoding.Unicode.GetBytes(f) })];

        (from kind in new[] { "nupkg", "snupkg" }
         from entry in packed.Entries(name, kind)
         let content = packed.Read(name, kind, entry)
         where folders.Any(folder => content.AsSpan().IndexOf(folder) >= 0)
         select $"{assembly}.{kind}: {entry}").ShouldBeNone("A package is the same wherever it is built.");
    }

    [Fact]
    public void The_core_brings_four_packages_along() =>
        packed.Metadata("Gdpr.Core").Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value).ShouldBe(
            ["Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "NodaTime"],
            ignoreOrder: true);

    [Fact]
    public void The_tool_is_the_command_gdpr()
    {
        using var content = new MemoryStream(packed.Read("Gdpr.Tool", "nupkg", "/DotnetToolSettings.xml"));
        var settings = XElement.Load(content);

        settings.Descendants("Command").Single().Attribute("Name")!.Value.ShouldBe("gdpr");
    }

    private static string AssemblyName(string name) => Repository.Packages.Single(p => p.Name == name).AssemblyName;

    private static string Value(XElement metadata, string element) => metadata.Elements().Single(e => e.Name.LocalName == element).Value;
}

/// <summary>All packages, packed once as a server would: deterministic, with warnings as errors.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly ScratchFolder _scratch = new();

    public async Task InitializeAsync()
    {
        foreach (var package in Repository.Packages)
        {
            await DotNet.RunAsync(["pack", package.Path, "--output", _scratch.Path, "-p:ContinuousIntegrationBuild=true", .. DotNet.Apart(_scratch.Path)]);
        }
    }

    public Task DisposeAsync()
    {
        _scratch.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The paths in a package.</summary>
    public IReadOnlyList<string> Entries(string name, string kind)
    {
        using var archive = Open(name, kind);
        return [.. archive.Entries.Select(e => e.FullName)];
    }

    /// <summary>The one file of a package whose path ends so.</summary>
    public byte[] Read(string name, string kind, string ending)
    {
        using var archive = Open(name, kind);
        using var entry = archive.Entries.Single(e => e.FullName.EndsWith(ending, StringComparison.Ordinal)).Open();
        using var content = new MemoryStream();
        entry.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>What the package says about itself.</summary>
    public XElement Metadata(string name)
    {
        using var content = new MemoryStream(Read(name, "nupkg", ".nuspec"));
        return XElement.Load(content).Elements().Single();
    }

    private ZipArchive Open(string name, string kind)
    {
        var pattern = $"{name}.*.{kind}";
        return ZipFile.OpenRead(Directory.EnumerateFiles(_scratch.Path, pattern).Single());
    }
}
