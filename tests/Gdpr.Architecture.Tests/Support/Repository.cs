using System.Reflection;
using System.Xml.Linq;

namespace Gdpr.Architecture.Tests.Support;

/// <summary>The repository's working tree, as the files that belong to it: whatever a build or a tool leaves behind is not listed.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = [".git", ".vs", ".idea", "artifacts", "bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts", "StrykerOutput"];

    /// <summary>The folder of the solution, without a separator at its end.</summary>
    public static string Root { get; } = Path.TrimEndingDirectorySeparator(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    /// <summary>Every file, as a path from the root with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. FilesIn(Root).Select(Relative).Order(StringComparer.Ordinal)];

    /// <summary>Every C# project.</summary>
    public static IReadOnlyList<Project> Projects { get; } = [.. Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)).Select(f => new Project(f))];

    /// <summary>The projects that become packages, ground first.</summary>
    public static IReadOnlyList<Project> Packages { get; } = [.. Projects.Where(p => p.Path.StartsWith("src/", StringComparison.Ordinal))];

    /// <summary>The C# files under a folder of the root.</summary>
    public static IEnumerable<string> CSharpIn(string folder) =>
        Files.Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal));

    public static string Full(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(Full(path));

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder).Where(d => !NotOurs.Contains(Path.GetFileName(d), StringComparer.Ordinal)).SelectMany(FilesIn));
}

/// <summary>A project file, as written.</summary>
internal sealed class Project(string path)
{
    private readonly XElement _xml = XElement.Parse(Repository.Read(path));

    public string Path { get; } = path;

    public string Name { get; } = System.IO.Path.GetFileNameWithoutExtension(path);

    public string Folder { get; } = path[..path.LastIndexOf('/')];

    public string AssemblyName => Property("AssemblyName") ?? Name;

    public string RootNamespace => Property("RootNamespace") ?? Name;

    public IEnumerable<string> PackageReferences => Includes("PackageReference");

    public IEnumerable<string> ProjectReferences => Includes("ProjectReference").Select(System.IO.Path.GetFileNameWithoutExtension)!;

    public string? Property(string name) => _xml.Descendants(name).LastOrDefault()?.Value;

    public override string ToString() => Name;

    private IEnumerable<string> Includes(string item) => _xml.Descendants(item).Select(e => e.Attribute("Include")?.Value).OfType<string>();
}
