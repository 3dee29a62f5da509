using System.Reflection;
using Gdpr.Architecture.Tests.Support;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gdpr.Architecture.Tests;

/// <summary>The core's folders are floors, ground first; packages stand on the core.</summary>
public sealed class FloorTests
{
    private const string Entrance = "Microsoft.Extensions.DependencyInjection";
    private const string EfEntrance = "Microsoft.EntityFrameworkCore";

    private static readonly string[] Floors =
    [
        "Time", "Policies", "Journals", "Subjects", "Retention", "Sources", "Disposal", "Processing",
        "Consents", "Disclosures", "Rights", "Breaches", "Controls", "Rendering",
    ];

    // The root of the exception family stands in the root namespace, and under every floor.
    private const string Ground = "Gdpr.GdprException";

    private static readonly Project Core = Repository.Packages.Single(p => p.Name == "Gdpr.Core");

    [Fact]
    public void A_floor_uses_only_floors_before_it()
    {
        var types = Assembly.Load(Core.AssemblyName).GetTypes().Where(t => IsOurs(t.Namespace)).ToList();
        types.Count.ShouldBeGreaterThan(1);

        types.SelectMany(type => TypeUses.Of(type)
                .Where(use => use.Used.Assembly == type.Assembly && IsOurs(use.Used.Namespace) && FloorOf(use.Used) > FloorOf(type))
                .Select(use => $"{use.Where} uses {use.Used.FullName}"))
            .ShouldBeNone("A floor of Gdpr.Core uses only floors before it. Move the code, not the arrow.");
    }

    [Fact]
    public void A_file_names_only_floors_before_its_own()
    {
        // Beside the compiled code: constants and nameof leave no trace there.
        (from path in Repository.CSharpIn(Core.Folder)
         let floor = FloorOf(ExpectedNamespace(Core, path))
         from node in SourceCode.Parse(path).DescendantNodes().Where(n => n is QualifiedNameSyntax or MemberAccessExpressionSyntax)
         let name = node.ToString()
         where name.StartsWith("Gdpr.", StringComparison.Ordinal) && name != Ground && node.Parent is not BaseNamespaceDeclarationSyntax && FloorOf(name) > floor
         select $"{path}: {name}").ShouldBeNone("A floor of Gdpr.Core uses only floors before it.");
    }

    [Fact]
    public void Every_folder_of_the_core_is_a_floor() =>
        Repository.CSharpIn(Core.Folder).Select(path => path.Split('/')).Where(parts => parts.Length > 3 && !Floors.Contains(parts[2], StringComparer.Ordinal))
            .Select(parts => string.Join('/', parts[..3]))
            .ShouldBeNone($"The floors of Gdpr.Core are {string.Join(", ", Floors)}; a new one gets its place in this list.");

    [Fact]
    public void Namespaces_follow_folders() =>
        (from project in Repository.Projects
         from path in Repository.CSharpIn(project.Folder)
         from declared in SourceCode.Namespaces(path)
         let name = declared.Name.ToString()
         where name != ExpectedNamespace(project, path) && !(name == Entrance && project.Path.StartsWith("src/", StringComparison.Ordinal))
             && !(name == EfEntrance && project.Path.StartsWith("src/Gdpr.EntityFrameworkCore/", StringComparison.Ordinal))
         select $"{path} declares {name} instead of {ExpectedNamespace(project, path)}")
        .ShouldBeNone($"A namespace is its folder. Only extensions of IServiceCollection stand in {Entrance}, and of EF Core's builders in {EfEntrance}.");

    [Fact]
    public void The_core_references_four_packages() => Core.PackageReferences.ShouldBe(
        ["Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "NodaTime"],
        ignoreOrder: true);

    [Fact]
    public void Packages_stand_on_the_core_and_not_on_each_other()
    {
        // The command is an application: it may use every package, and none uses it.
        (from package in Repository.Packages
         from used in package.ProjectReferences
         where used is not ("Gdpr.Core" or "Gdpr.Relational")
             && !(package.Name is "Gdpr.AspNetCore" or "Gdpr.Quartz" && used == "Gdpr.Hosting")
             && !(package.Name == "Gdpr.Tool" && Repository.Packages.Any(p => p.Name == used))
         select $"{package.Name} references {used}").ShouldBeNone("Packages depend on Gdpr.Core and Gdpr.Relational only.");

        Core.ProjectReferences.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(nameof(Fixtures.Lower.Uses.InASignature))]
    [InlineData(nameof(Fixtures.Lower.Uses.InALambda))]
    [InlineData(nameof(Fixtures.Lower.Uses.AsAGenericArgument))]
    [InlineData(nameof(Fixtures.Lower.Uses.InAnAttribute))]
    [InlineData(nameof(Fixtures.Lower.Uses.InAPattern))]
    public void The_check_of_floors_sees_every_kind_of_use(string member)
    {
        var uses = typeof(Fixtures.Lower.Uses).Assembly.GetTypes().Where(t => t.Namespace == typeof(Fixtures.Lower.Uses).Namespace).SelectMany(TypeUses.Of);

        uses.ShouldContain(use => use.Where.Contains(member, StringComparison.Ordinal) && use.Used.Namespace == typeof(Fixtures.Upper.Thing).Namespace);
    }

    private static bool IsOurs(string? name) => name is not null && (name is "Gdpr" or Entrance || name.StartsWith("Gdpr.", StringComparison.Ordinal));

    private static int FloorOf(Type type) => type.FullName == Ground ? -1 : FloorOf(type.Namespace!);

    /// <summary>The place of a namespace in the house; the root stands on top of all floors.</summary>
    private static int FloorOf(string name)
    {
        var floor = name.Split('.').ElementAtOrDefault(1);
        var place = name.StartsWith("Gdpr.", StringComparison.Ordinal) ? Array.IndexOf(Floors, floor) : Floors.Length;
        place.ShouldBeGreaterThanOrEqualTo(0, $"{name} is no floor of Gdpr.Core");
        return place;
    }

    private static string ExpectedNamespace(Project project, string path)
    {
        var folder = path[..path.LastIndexOf('/')];
        return folder == project.Folder ? project.RootNamespace : $"{project.RootNamespace}.{folder[(project.Folder.Length + 1)..].Replace('/', '.')}";
    }
}
