using System.Text.RegularExpressions;
using System.Xml.Linq;
using Gdpr.Architecture.Tests.Support;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gdpr.Architecture.Tests;

/// <summary>The repository's furniture: projects, versions, files, and the names of tests.</summary>
public sealed partial class RepositoryTests
{
    private const int LongestFile = 400;
    private const int LongestLine = 170;

    private static readonly string[] TextEndings =
        [".config", ".cs", ".csproj", ".csv", ".editorconfig", ".gitattributes", ".gitignore", ".json", ".jsonc", ".md", ".props", ".sh", ".targets", ".txt", ".yml"];

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Gdpr.Core.sln");
        Repository.Projects.Where(p => !solution.Contains($"\"{p.Path.Replace('/', '\\')}\"", StringComparison.Ordinal))
            .Select(p => p.Path).ShouldBeNone("dotnet sln Gdpr.Core.sln add <project>");
    }

    [Fact]
    public void Every_source_project_has_a_test_project() =>
        Repository.Packages.Where(p => Repository.Projects.All(t => t.Path != $"tests/{p.Name}.Tests/{p.Name}.Tests.csproj"))
            .Select(p => p.Name).ShouldBeNone("Each project in src has one in tests, named after it.");

    [Fact]
    public void Every_package_has_a_description_and_a_readme_with_a_heading_and_text() =>
        Repository.Packages
            .Where(p => p.Property("Description") is null || Numbered($"{p.Folder}/README.md").Count(l => !string.IsNullOrWhiteSpace(l.Text)) < 3)
            .Select(p => p.Name).ShouldBeNone("Who finds the package sees its description and its README.md.");

    [Fact]
    public void Package_versions_are_exact_and_in_one_place()
    {
        XElement.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion")
            .Where(e => !ExactVersion().IsMatch(e.Attribute("Version")?.Value ?? string.Empty)).Select(e => e.ToString())
            .ShouldBeNone("A version is exact: no ranges, no stars.");

        (from project in Repository.Projects
         from reference in XElement.Parse(Repository.Read(project.Path)).Descendants("PackageReference")
         where reference.Attributes().Any(a => a.Name.LocalName.Contains("Version", StringComparison.Ordinal))
         select $"{project.Path}: {reference}").ShouldBeNone("Versions stand in Directory.Packages.props only.");
    }

    [Fact]
    public void The_package_configuration_maps_all_packages_and_names_no_address()
    {
        var text = Repository.Read("nuget.config");
        text.ShouldNotContain("://");
        XElement.Parse(text).Element("packageSources").ShouldBeNull();
        XElement.Parse(text).Descendants("package").ShouldContain(e => e.Attribute("pattern")!.Value == "*");
    }

    [Fact]
    public void No_file_names_the_address_of_a_package_registry() =>
        TextFiles().Where(f => RegistryAddress().IsMatch(Repository.Read(f))).ShouldBeNone("The user's own configuration says where packages come from.");

    [Fact]
    public void Any_version_of_the_SDK_may_build()
    {
        Repository.Files.ShouldNotContain("global.json");
        var props = XElement.Parse(Repository.Read("Directory.Build.props"));
        props.Descendants("LangVersion").Single().Value.ShouldBe("14", "a newer SDK must not change the language");
        props.Descendants("AnalysisLevel").Single().Value.ShouldBe("10.0", "a newer SDK must not bring new warnings, which are errors");
        props.Descendants("TreatWarningsAsErrors").Single().Value.ShouldBe("true");
        props.Descendants("Nullable").Single().Value.ShouldBe("enable");
    }

    [Fact]
    public void The_readme_has_the_two_commands()
    {
        var readme = Repository.Read("README.md");
        readme.ShouldContain("\ndotnet run --project samples/Gdpr.Samples.Console");
        readme.ShouldContain("\n<!-- test-command -->\n```bash\ndotnet test Gdpr.Core.sln\n```\n", customMessage: ".ci/run reads its test command here");
    }

    [Fact]
    public void Links_between_documents_lead_somewhere() =>
        (from path in Repository.Files
         where path.EndsWith(".md", StringComparison.Ordinal)
         from Match link in Link().Matches(Repository.Read(path))
         let target = Path.Combine(Path.GetDirectoryName(Repository.Full(path))!, link.Groups["target"].Value)
         where !File.Exists(target) && !Directory.Exists(target)
         select $"{path}: {link.Value}").ShouldBeNone("A relative link names a file of the repository.");

    [Fact]
    public void Source_files_are_short() =>
        Repository.CSharpIn("src").Select(f => (File: f, Lines: Repository.Read(f).Count(c => c == '\n'))).Where(f => f.Lines > LongestFile)
            .Select(f => $"{f.File}: {f.Lines} lines").ShouldBeNone($"At most {LongestFile} lines: a file has one reason to change.");

    [Fact]
    public void Nothing_in_the_sources_is_unfinished() =>
        (from file in Repository.CSharpIn("src")
         from line in Numbered(file)
         where Unfinished().IsMatch(line.Text)
         select $"{file}:{line.Number}: {line.Text.Trim()}").ShouldBeNone("No stubs and no notes to oneself: finish it, or leave it out.");

    [Fact]
    public void A_suppressed_warning_says_why() =>
        (from file in Repository.CSharpIn("src").Concat(Repository.CSharpIn("tests"))
         from line in Numbered(file)
         where Suppression().IsMatch(line.Text)
         select $"{file}:{line.Number}: {line.Text.Trim()}").ShouldBeNone("#pragma warning disable X // why");

    [Fact]
    public void Files_end_with_one_line_feed_and_hold_no_tabs_carriage_returns_or_stray_spaces() =>
        TextFiles().SelectMany(LayoutFaults).ShouldBeNone("As .editorconfig says.");

    [Fact]
    public void Names_of_tests_are_sentences() =>
        TestMethods().Where(t => !t.Method.Identifier.Text.Contains('_', StringComparison.Ordinal))
            .Select(t => $"{t.File}: {t.Method.Identifier}").ShouldBeNone("A test is named by a sentence about behaviour: The_day_of_the_event_is_not_counted.");

    [Fact]
    public void No_test_is_skipped() =>
        TestMethods().Where(t => t.Attribute.ArgumentList?.Arguments.Any(a => a.NameEquals?.Name.Identifier.Text == "Skip") ?? false)
            .Select(t => $"{t.File}: {t.Method.Identifier}").ShouldBeNone("A test that does not run proves nothing.");

    private static IEnumerable<string> TextFiles() =>
        Repository.Files.Where(f => f.StartsWith(".ci/", StringComparison.Ordinal) || TextEndings.Contains(Path.GetExtension(f), StringComparer.Ordinal));

    private static IEnumerable<(int Number, string Text)> Numbered(string file) => Repository.Read(file).Split('\n').Select((text, i) => (i + 1, text));

    private static IEnumerable<(string File, MethodDeclarationSyntax Method, AttributeSyntax Attribute)> TestMethods() =>
        from file in Repository.CSharpIn("tests")
        from method in SourceCode.Parse(file).DescendantNodes().OfType<MethodDeclarationSyntax>()
        from attribute in method.AttributeLists.SelectMany(l => l.Attributes)
        where attribute.Name.ToString() is "Fact" or "Theory"
        select (file, method, attribute);

    private static IEnumerable<string> LayoutFaults(string file)
    {
        var text = Repository.Read(file);
        if (File.ReadAllBytes(Repository.Full(file)).AsSpan().StartsWith("\uFEFF"u8))
        {
            yield return $"{file}: begins with a byte order mark";
        }

        if (text.Length > 0 && (!text.EndsWith('\n') || text.EndsWith("\n\n", StringComparison.Ordinal)))
        {
            yield return $"{file}: does not end with exactly one line feed";
        }

        foreach (var (number, line) in Numbered(file))
        {
            if (line.Contains('\r', StringComparison.Ordinal) || line.Contains('\t', StringComparison.Ordinal))
            {
                yield return $"{file}:{number}: a tab or a carriage return";
            }

            if (line.EndsWith(' '))
            {
                yield return $"{file}:{number}: a space at the end";
            }

            // A sentence in a literal may stay on its line, and tests hold texts of several lines.
            if (line.Length > LongestLine && file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
                && !line.Contains('"', StringComparison.Ordinal))
            {
                yield return $"{file}:{number}: {line.Length} characters; at most {LongestLine}";
            }
        }
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[0-9A-Za-z.-]+)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"(api|www)\.nuget\.org|pkgs\.dev\.|https?://[^\s/]*(nuget|artifactory|nexus)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RegistryAddress();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"#pragma warning disable [^/]*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Suppression();

    [GeneratedRegex(@"\]\((?<target>(?!https?:|mailto:|#)[^)\s#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
